/** Models. */
export { Model, type ModelOptions, type SymbolicStruct } from './model.ts';
export type { ModelGraph } from './graph.ts';
export { Sequential, type SequentialOptions } from './sequential.ts';
export type { SummaryOptions } from './summary.ts';
