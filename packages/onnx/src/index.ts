/**
 * @packageDocumentation
 * Graphs as ONNX models: the emitter behind the ONNX Runtime backend and behind export.
 */
export { emit, supportsComposite, unsupported } from './emit.ts';
export type { EmitOptions, EmittedModel, EmittedValue, Target } from './options.ts';
