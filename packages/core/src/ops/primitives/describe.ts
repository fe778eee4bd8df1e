/** The op table as data, from which `docs/ops.md` is generated. */
import type { OpName } from '../../graph/types.ts';
import { OP_NAMES, PRIMITIVES } from './table.ts';

/** One row of the generated op table. */
export interface OpDescription {
  readonly name: OpName;
  /** Operands → results, in words of the table. */
  readonly signature: string;
  /** Attributes and their types. */
  readonly attributes: string;
  readonly doc: string;
  readonly gradient: string;
}

const CONV = 'strides, padding, dilation: per spatial axis; groups; layout';
const POOL = 'fn: max · sum; window, strides, padding, dilation: per spatial axis; layout';

/** [operands → results, attributes] of each op; a missing row does not compile. */
const TEXTS: Readonly<Record<OpName, readonly [signature: string, attributes: string]>> = {
  full: ['() → y', 'value, shape, dtype'],
  iota: ['() → y', 'shape, axis, dtype'],
  randomBits: ['(key uint32[2]) → uint32', 'shape'],
  unary: [
    '(x) → y',
    'fn: neg abs sign floor ceil round sqrt rsqrt exp expm1 log log1p sin cos tan asin acos atan ' +
      'sinh cosh tanh asinh acosh atanh erf erfInv lgamma digamma not isNan isFinite',
  ],
  binary: ['(a, b) → y', 'fn: add sub mul div rem pow atan2 min max and or xor shl shr'],
  compare: ['(a, b) → bool', 'fn: eq ne lt le gt ge'],
  select: ['(condition bool, a, b) → y', ''],
  cast: ['(x) → y', 'dtype'],
  bitcast: ['(x) → y', 'dtype'],
  stopGradient: ['(x) → x', ''],
  broadcast: ['(x) → y', 'shape, axes'],
  reshape: ['(x) → y', 'shape'],
  transpose: ['(x) → y', 'permutation'],
  slice: ['(x) → y', 'start, limit, strides: per axis'],
  pad: ['(x, value scalar) → y', 'low, high, interior: per axis'],
  concat: ['(x, …) → y', 'axis'],
  reverse: ['(x) → y', 'axes'],
  gather: ['(x, indices int32) → y', 'axis, batchDims'],
  scatter: ['(x, indices int32, updates) → y', 'axis, batchDims, mode: set add min max'],
  dynamicSlice: ['(x, starts int32) → y', 'sizes'],
  dynamicUpdateSlice: ['(x, update, starts int32) → y', ''],
  reduce: ['(x) → y', 'fn: sum prod min max; axes'],
  argReduce: ['(x) → int32', 'fn: min max; axis'],
  cumulative: ['(x) → y', 'fn: sum prod min max; axis, reverse'],
  sort: ['(x) → values, indices int32', 'axis, descending'],
  dot: ['(a, b) → y', 'batch, contract: pairs of axes'],
  conv: ['(x, kernel) → y', CONV],
  convGradInput: ['(ct of y, kernel) → ct of x', `${CONV}; inputShape`],
  convGradKernel: ['(x, ct of y) → ct of kernel', `${CONV}; kernelShape`],
  pool: ['(x) → y', POOL],
  poolGrad: ['(x, y, ct of y) → ct of x', POOL],
  scan: [
    '(constants…, carries…, sequences…) → carries…, stacked…, saved carries…',
    'body, length, constants, carries, reverse, saveCarries',
  ],
  cond: ['(predicate bool, operands…) → results…', 'then, else'],
  while: ['(constants…, carries…) → carries…', 'cond, body, constants'],
  call: ['(operands…) → results…', 'name, body, options, grad?'],
};

/** Every primitive in words, in the order of the table. */
export function describeOps(): readonly OpDescription[] {
  return OP_NAMES.map((name) => {
    const [signature, attributes] = TEXTS[name];
    const { doc, gradient } = PRIMITIVES[name];
    return { name, signature, attributes, doc, gradient };
  });
}
