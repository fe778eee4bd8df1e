/**
 * @packageDocumentation
 * Graphs as ONNX models: the emitter behind the ONNX Runtime backend and behind export, and models
 * of others, read with care.
 */
export { emit } from './emit.ts';
export {
  type Exportable,
  type ExportedModel,
  type ExportedValue,
  exportOnnx,
  type ExportOptions,
  type InputSpec,
} from './export.ts';
export type { ExternalData } from './external.ts';
export {
  DONE,
  type EmitOptions,
  type EmittedModel,
  type EmittedValue,
  END,
  type Target,
} from './options.ts';
export { guardIntegerNodes } from './read/guard.ts';
export { type ModelValue, type OnnxFile, readModel, type ReadOptions } from './read/read.ts';
export type { ExternalSize } from './read/tensors.ts';
export { supportsComposite, unsupported } from './support.ts';
