/**
 * The graph IR: one SSA graph with static shapes, explicit broadcasting and casts, and no stores.
 * Plain data, so that a backend, a printer or a worker can read it without any class of ours.
 * What each op means stands beside its attributes here and, in full, in `ops/primitives`.
 */
import type { DType, HostArray } from '../dtypes.ts';

/** Abstract value: what is known of a value before it is computed. */
export interface Aval {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Index into {@link Graph.avals}. */
export type ValueId = number;

/** Plain data, as it can stand in a file. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One application of an op. */
export interface Node<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  readonly attrs: OpAttrs[Op];
  /** Where it comes from ("dense_1/matmul"), for errors and profiles; outside the key. */
  readonly source?: string | undefined;
}

/** A node of any op, discriminated by `op`. */
export type AnyNode = { [Op in OpName]: Node<Op> }[OpName];

/** SSA graph: every value is an input, a constant, or the output of exactly one earlier node. */
export interface Graph {
  readonly avals: readonly Aval[];
  readonly inputs: readonly ValueId[];
  readonly constants: ReadonlyMap<ValueId, HostArray>;
  /** In topological order. */
  readonly nodes: readonly AnyNode[];
  readonly outputs: readonly ValueId[];
}

/** One-argument pointwise functions. */
export type UnaryFn =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  /** Half to even. */
  | 'round'
  | 'sqrt'
  | 'rsqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'erf'
  | 'erfInv'
  | 'lgamma'
  | 'digamma'
  /** Bitwise complement of integers, logical negation of bool. */
  | 'not'
  /** float → bool. */
  | 'isNan'
  /** float → bool. */
  | 'isFinite';

/**
 * Two-argument pointwise functions. Integer `div` and `rem` truncate toward zero and give 0 for a
 * zero divisor; float `rem` has the sign of the dividend; `min`/`max` propagate NaN; `pow` of
 * integers takes non-negative exponents (a negative one gives 0, except for bases 1 and −1).
 * `and`/`or`/`xor` take integers or bool; `shr` is arithmetic for signed types.
 */
export type BinaryFn =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'pow'
  | 'atan2'
  | 'min'
  | 'max'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr';

/** Comparisons; their result is bool. Bool operands compare as 0 and 1. */
export type CompareFn = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Where the channel axis of an activation stands. */
export type Layout = 'channelsLast' | 'channelsFirst';

/** Explicit [before, after] padding per spatial axis. Negative values crop. */
export type Padding = readonly (readonly [before: number, after: number])[];

/** Attributes of the three convolutions; one number per spatial axis. */
export interface ConvAttrs {
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly layout: Layout;
}

/** Attributes of pooling; one number per spatial axis. */
export interface PoolAttrs {
  readonly fn: 'max' | 'sum';
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilation: readonly number[];
  readonly layout: Layout;
}

/** No attributes. */
export type NoAttrs = Readonly<Record<never, never>>;

/** The attributes of every op; its keys are all the ops there are. */
export interface OpAttrs {
  /** () → filled. `value` is a number (bool: 0 or 1; int64 within ±2^53). May be NaN or infinite. */
  full: { readonly value: number; readonly shape: readonly number[]; readonly dtype: DType };
  /** () → index along `axis`. */
  iota: { readonly shape: readonly number[]; readonly axis: number; readonly dtype: DType };
  /** (key uint32[2]) → uint32[shape]: Threefry-2x32-20, elements 2i and 2i+1 from counter (0, i). */
  randomBits: { readonly shape: readonly number[] };
  /** (x) → same shape. */
  unary: { readonly fn: UnaryFn };
  /** (a, b) of equal shape and dtype → the same. */
  binary: { readonly fn: BinaryFn };
  /** (a, b) of equal shape and dtype → bool. */
  compare: { readonly fn: CompareFn };
  /** (condition bool, a, b), all of one shape → a where true, else b. */
  select: NoAttrs;
  /** (x) → dtype. float→int saturates and NaN gives 0; to bool: ≠ 0; int→int wraps. */
  cast: { readonly dtype: DType };
  /** (x) → the same bits read as a dtype of equal width. */
  bitcast: { readonly dtype: DType };
  /** (x) → x, without gradient. */
  stopGradient: NoAttrs;
  /** (x) → shape; axis i of x becomes axis `axes[i]` (increasing) and has its size or size 1. */
  broadcast: { readonly shape: readonly number[]; readonly axes: readonly number[] };
  /** (x) → the same elements in row-major order. */
  reshape: { readonly shape: readonly number[] };
  /** (x) → axis i of the result is axis `permutation[i]` of x. */
  transpose: { readonly permutation: readonly number[] };
  /** (x) → x[start:limit:stride] on every axis; strides ≥ 1. */
  slice: {
    readonly start: readonly number[];
    readonly limit: readonly number[];
    readonly strides: readonly number[];
  };
  /** (x, value scalar) → padded; low and high may be negative (crop), interior ≥ 0 between elements. */
  pad: {
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly interior: readonly number[];
  };
  /** (x, …) → joined along `axis`. */
  concat: { readonly axis: number };
  /** (x) → reversed along `axes`. */
  reverse: { readonly axes: readonly number[] };
  /**
   * (x, indices int32) → x.shape[:axis] + indices.shape[batchDims:] + x.shape[axis+1:]. The first
   * `batchDims` axes of both are one another's batch (batchDims ≤ axis). Indices clamp.
   */
  gather: { readonly axis: number; readonly batchDims: number };
  /**
   * (x, indices int32, updates) → x with updates (shaped as gather's result) written in. Indices out
   * of range are dropped. `set` with repeated indices: the last in row-major order wins.
   */
  scatter: {
    readonly axis: number;
    readonly batchDims: number;
    readonly mode: 'set' | 'add' | 'min' | 'max';
  };
  /** (x, starts int32[rank]) → window of `sizes`; starts clamp so that it fits. */
  dynamicSlice: { readonly sizes: readonly number[] };
  /** (x, update, starts int32[rank]) → x with the window replaced; starts clamp so that it fits. */
  dynamicUpdateSlice: NoAttrs;
  /** (x) → reduced axes removed. Empty sum 0, prod 1, max lowest, min highest. bool: min = all, max = any. */
  reduce: { readonly fn: 'sum' | 'prod' | 'min' | 'max'; readonly axes: readonly number[] };
  /** (x) → int32 index of the first extreme; NaN wins. The axis is removed. */
  argReduce: { readonly fn: 'min' | 'max'; readonly axis: number };
  /** (x) → running reduction along `axis` (from the end if `reverse`), inclusive. */
  cumulative: {
    readonly fn: 'sum' | 'prod' | 'min' | 'max';
    readonly axis: number;
    readonly reverse: boolean;
  };
  /** (x) → values, int32 indices; stable, NaN last in both directions. */
  sort: { readonly axis: number; readonly descending: boolean };
  /** (a, b) → batch axes, then a's free axes, then b's free axes. Sums in at least float32. */
  dot: {
    readonly batch: readonly (readonly [number, number])[];
    readonly contract: readonly (readonly [number, number])[];
  };
  /** (x, kernel [*K, C/groups, O]) → y. Cross-correlation. */
  conv: ConvAttrs;
  /** (ct of y, kernel) → gradient of x of `inputShape`; this is transposed convolution. */
  convGradInput: ConvAttrs & { readonly inputShape: readonly number[] };
  /** (x, ct of y) → gradient of the kernel of `kernelShape`. */
  convGradKernel: ConvAttrs & { readonly kernelShape: readonly number[] };
  /** (x) → y; padding counts as −∞ for max and 0 for sum. */
  pool: PoolAttrs;
  /** (x, y, ct of y) → gradient of x; max: all of ct goes to the first maximum of a window. */
  poolGrad: PoolAttrs;
  /**
   * (constants…, carries…, xs…) → final carries…, stacked ys…, and, if `saveCarries`, for each carry
   * its value before each step stacked [length, …]. `body`: (constants…, carries…, x slices…) →
   * carries…, ys…. xs and ys have leading axis `length`; `reverse` walks it from the end and
   * writes ys (and saved carries) at the index of their step.
   */
  scan: {
    readonly body: Graph;
    readonly length: number;
    readonly constants: number;
    readonly carries: number;
    readonly reverse: boolean;
    readonly saveCarries: boolean;
  };
  /** (predicate bool scalar, operands…) → the outputs of one branch. */
  cond: { readonly then: Graph; readonly else: Graph };
  /** (constants…, carries…) → carries; cond and body take constants… and carries…. Forward only. */
  while: { readonly cond: Graph; readonly body: Graph; readonly constants: number };
  /** (operands…) → outputs of body; `grad`, if given, replaces the vjp of the body. */
  call: {
    readonly name: string;
    readonly body: Graph;
    readonly options: Readonly<Record<string, Json>>;
    /** (operands…, outputs…, cotangents of outputs…) → cotangents of operands. */
    readonly grad?: Graph | undefined;
  };
}

/** Name of an op. */
export type OpName = keyof OpAttrs;
