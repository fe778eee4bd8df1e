/**
 * @packageDocumentation
 * Planning for devices with memory of their own, and their dialects: apart from the main entry, so that
 * programs without such a device do not load it.
 */
export { devicePasses } from './device-plan.ts';
export { batchTable } from './wgsl/batch.ts';
export type { Segment } from './wgsl/batch.ts';
export { kernelWork, printChain } from './wgsl/chain.ts';
export { printEpilogue } from './wgsl/epilogue.ts';
export { wgslFunctions } from './wgsl/functions.ts';
export type { WgslDialect } from './wgsl/functions.ts';
export { extensions, prelude } from './wgsl/prelude.ts';
export { printWgsl } from './wgsl/print.ts';
export type {
  EpilogueOptions,
  WgslBinding,
  WgslChainOptions,
  WgslEpilogue,
  WgslKernel,
  WgslOptions,
} from './wgsl/types.ts';
