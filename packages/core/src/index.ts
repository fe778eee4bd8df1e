/**
 * @packageDocumentation
 * The heart of Addax: tensors, ops, variables, tracing, autodiff, compilation and the contract that
 * backends implement. It contains no backend.
 */
import './ops/methods.ts';

export * from './errors.ts';
export * from './dtypes.ts';
export * from './config.ts';
export type * from './graph/types.ts';
export { GraphBuilder } from './graph/builder.ts';
export { copyGraph } from './graph/copy.ts';
export { graphKey } from './graph/key.ts';
export { print } from './graph/print.ts';
export { parse } from './graph/parse.ts';
export { verify } from './graph/verify.ts';
export { type Work, workOf } from './graph/work.ts';
export * from './passes/optimize.ts';
export { vjp } from './autodiff/vjp.ts';
export { backward, type TapeEntry } from './autodiff/backward.ts';
export * from './autodiff/grad.ts';

export type * from './backend/contract.ts';
export * from './backend/select.ts';
export { PendingBackend } from './backend/pending.ts';

export { Tensor, storageOf } from './tensor/tensor.ts';
export { fromHostArray, tensor } from './tensor/create.ts';
export { intern, internAval, type InternedAval, sizeOf } from './tensor/avals.ts';
export {
  convert,
  decode,
  type DecodedArray,
  describe,
  encode,
  flatten,
  type HostValue,
  isTypedArray,
  nest,
  type Nested,
  type NestedNumbers,
  type TypedArray,
} from './tensor/host.ts';
export { hostTensor } from './tensor/host-tensor.ts';
export { bfloat16ToFloat, floatToBfloat16, floatToHalf, halfToFloat } from './tensor/half.ts';
export { keep, scope } from './tensor/scope.ts';
export { inspectSymbol, type ReduceOptions } from './tensor/methods.ts';
export type { Operand, Out, Struct } from './tensor/operand.ts';

export {
  Variable,
  type HostTensor,
  type VariableOptions,
  requireVariable,
  withAutocast,
} from './variable.ts';
export { jit, type JitOptions } from './jit/jit.ts';
export { profileSpan, type Timekeeper, timekeeper } from '#platform';
export { currentTrace, inTrace, Trace, traceBody, traceGraph } from './trace/trace.ts';
export { replay } from './trace/replay.ts';
export { fromHost, lendHost } from './trace/from-host.ts';
export { currentSource, withSource } from './trace/source.ts';
export { isRecording, recordEntries } from './trace/record.ts';

export { SymbolicTensor, type SymbolicShape } from './symbolic/symbolic-tensor.ts';
export {
  type CallArguments,
  FunctionalNode,
  type Operation,
  symbolicLeaves,
} from './symbolic/functional-node.ts';
export { infer } from './symbolic/infer.ts';

export { autoName, resetNames, toSnakeCase } from './naming.ts';
export { isRecord, leavesOf, mapTree } from './tree.ts';

export { apply, OpOperation, toTensor, type Value } from './ops/apply.ts';
export { POSITIONAL } from './ops/positional.ts';
export { PRIMITIVES } from './ops/primitives/table.ts';
export * as ops from './ops/index.ts';
export * as random from './random/index.ts';
export {
  globalSeedGenerator,
  hostKey,
  type HostKey,
  hostNormal,
  type HostNormalOptions,
  hostTruncatedNormal,
  hostUniform,
  type HostUniformOptions,
  makeDefaultSeed,
  resetRandom,
  type Seed,
  SeedGenerator,
  type SeedGeneratorOptions,
  setRandomSeed,
} from './random/index.ts';
