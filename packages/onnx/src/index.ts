/**
 * @packageDocumentation
 * Graphs as ONNX models: the emitter behind the ONNX Runtime backend and behind export.
 */
export { emit } from './emit.ts';
export { supportsComposite, unsupported } from './support.ts';
export type { EmitOptions, EmittedModel, EmittedValue, Target } from './options.ts';
