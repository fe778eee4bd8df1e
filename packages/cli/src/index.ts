/**
 * @packageDocumentation
 * What the command `addax` does, for programs: look into model and weight files, and convert them.
 */
export { convertFile, type ConvertOptions, type OutputKind } from './convert.ts';
export { inspectFile } from './inspect/inspect.ts';
export type {
  Inspection,
  InspectedFormat,
  LayerDescription,
  ModelDescription,
  ParameterCounts,
  WeightDescription,
  WriterDescription,
} from './inspect/types.ts';
