/**
 * @packageDocumentation
 * Bytes ↔ named arrays, with no knowledge of models.
 */
export { type NamedArray, readSafetensors } from './safetensors.ts';
