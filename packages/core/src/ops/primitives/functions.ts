/**
 * The primitives as functions: no promotion, no broadcasting, exactly one `bind` each. Gradient
 * rules, composites and the Keras-named ops are written with these.
 */
import type { DType } from '../../dtypes.ts';
import type {
  BinaryFn,
  CompareFn,
  ConvAttrs,
  Graph,
  Json,
  OpAttrs,
  PoolAttrs,
  UnaryFn,
} from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { bind } from '../../trace/bind.ts';

function only(outputs: readonly Tensor[]): Tensor {
  return outputs[0]!;
}

/** A constant of one value. */
export function full(shape: readonly number[], value: number, dtype: DType): Tensor {
  return only(bind('full', [], { value, shape, dtype }));
}

/** A tensor like `x` in shape and dtype, of one value. */
export function fullLike(x: Tensor, value: number): Tensor {
  return full(x.shape, value, x.dtype);
}

/** Index along `axis`. */
export function iota(shape: readonly number[], axis: number, dtype: DType): Tensor {
  return only(bind('iota', [], { shape, axis, dtype }));
}

/** Threefry bits for a uint32[2] key. */
export function randomBits(key: Tensor, shape: readonly number[]): Tensor {
  return only(bind('randomBits', [key], { shape }));
}

/** A one-argument pointwise function. */
export function unary(fn: UnaryFn, x: Tensor): Tensor {
  return only(bind('unary', [x], { fn }));
}

/** A two-argument pointwise function of equal shapes and dtypes. */
export function binary(fn: BinaryFn, a: Tensor, b: Tensor): Tensor {
  return only(bind('binary', [a, b], { fn }));
}

/** a + b. */
export function add(a: Tensor, b: Tensor): Tensor {
  return binary('add', a, b);
}

/** a − b. */
export function sub(a: Tensor, b: Tensor): Tensor {
  return binary('sub', a, b);
}

/** a · b. */
export function mul(a: Tensor, b: Tensor): Tensor {
  return binary('mul', a, b);
}

/** a ÷ b. */
export function div(a: Tensor, b: Tensor): Tensor {
  return binary('div', a, b);
}

/** −x. */
export function neg(x: Tensor): Tensor {
  return unary('neg', x);
}

/** A comparison; the result is bool. */
export function compare(fn: CompareFn, a: Tensor, b: Tensor): Tensor {
  return only(bind('compare', [a, b], { fn }));
}

/** `a` where the condition holds, else `b`. */
export function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return only(bind('select', [condition, a, b], {}));
}

/** x in another dtype; x itself if it has it already. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : only(bind('cast', [x], { dtype }));
}

/** The same bits as another dtype of equal width. */
export function bitcast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : only(bind('bitcast', [x], { dtype }));
}

/** x without gradient. */
export function stopGradient(x: Tensor): Tensor {
  return only(bind('stopGradient', [x], {}));
}

/** Axis i of x becomes axis `axes[i]` of a larger shape. */
export function broadcast(x: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  if (x.shape.length === shape.length && x.shape.every((size, i) => size === shape[i])) return x;
  return only(bind('broadcast', [x], { shape, axes }));
}

/** NumPy broadcasting of x to `shape`. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  const offset = shape.length - x.shape.length;
  const axes = x.shape.map((_, i) => i + offset);
  return broadcast(x, shape, axes);
}

/** The same elements in another shape. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.length === shape.length && x.shape.every((size, i) => size === shape[i])) return x;
  return only(bind('reshape', [x], { shape }));
}

/** Permuted axes. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  if (permutation.every((axis, i) => axis === i)) return x;
  return only(bind('transpose', [x], { permutation }));
}

/** x[start:limit:stride] on every axis. */
export function slice(
  x: Tensor,
  start: readonly number[],
  limit: readonly number[],
  strides: readonly number[] = start.map(() => 1),
): Tensor {
  const whole = x.shape.every((n, i) => start[i] === 0 && limit[i] === n && strides[i] === 1);
  return whole ? x : only(bind('slice', [x], { start, limit, strides }));
}

/** Padding (negative: cropping) with a scalar, and between elements. */
export function pad(
  x: Tensor,
  value: Tensor,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[] = low.map(() => 0),
): Tensor {
  return only(bind('pad', [x, value], { low, high, interior }));
}

/** Tensors joined along an axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  return tensors.length === 1 ? tensors[0]! : only(bind('concat', tensors, { axis }));
}

/** x reversed along axes. */
export function reverse(x: Tensor, axes: readonly number[]): Tensor {
  return axes.length === 0 ? x : only(bind('reverse', [x], { axes }));
}

/** Elements of x at int32 indices. */
export function gather(x: Tensor, indices: Tensor, axis: number, batchDims = 0): Tensor {
  return only(bind('gather', [x, indices], { axis, batchDims }));
}

/** x with updates written at int32 indices. */
export function scatter(
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  attrs: OpAttrs['scatter'],
): Tensor {
  return only(bind('scatter', [x, indices, updates], attrs));
}

/** A window at a computed position. */
export function dynamicSlice(x: Tensor, starts: Tensor, sizes: readonly number[]): Tensor {
  return only(bind('dynamicSlice', [x, starts], { sizes }));
}

/** x with a window at a computed position replaced. */
export function dynamicUpdateSlice(x: Tensor, update: Tensor, starts: Tensor): Tensor {
  return only(bind('dynamicUpdateSlice', [x, update, starts], {}));
}

/** Reduction that removes `axes`. */
export function reduce(fn: OpAttrs['reduce']['fn'], x: Tensor, axes: readonly number[]): Tensor {
  if (axes.length === 0) return x;
  return only(bind('reduce', [x], { fn, axes: [...axes].sort((p, q) => p - q) }));
}

/** Sum that removes `axes`. */
export function sum(x: Tensor, axes: readonly number[]): Tensor {
  return reduce('sum', x, axes);
}

/** int32 index of the first extreme. */
export function argReduce(fn: 'min' | 'max', x: Tensor, axis: number): Tensor {
  return only(bind('argReduce', [x], { fn, axis }));
}

/** Running reduction. */
export function cumulative(
  fn: OpAttrs['cumulative']['fn'],
  x: Tensor,
  axis: number,
  backwards = false,
): Tensor {
  return only(bind('cumulative', [x], { fn, axis, reverse: backwards }));
}

/** Stable sort: values and int32 indices. */
export function sort(x: Tensor, axis: number, descending = false): [Tensor, Tensor] {
  const [values, indices] = bind('sort', [x], { axis, descending });
  return [values!, indices!];
}

/** Generalised dot product. */
export function dot(
  a: Tensor,
  b: Tensor,
  contract: OpAttrs['dot']['contract'],
  batch: OpAttrs['dot']['batch'] = [],
): Tensor {
  return only(bind('dot', [a, b], { batch, contract }));
}

/** Convolution (cross-correlation). */
export function conv(x: Tensor, kernel: Tensor, attrs: ConvAttrs): Tensor {
  return only(bind('conv', [x, kernel], attrs));
}

/** Gradient of a convolution with respect to its input: transposed convolution. */
export function convGradInput(ct: Tensor, kernel: Tensor, attrs: OpAttrs['convGradInput']): Tensor {
  return only(bind('convGradInput', [ct, kernel], attrs));
}

/** Gradient of a convolution with respect to its kernel. */
export function convGradKernel(x: Tensor, ct: Tensor, attrs: OpAttrs['convGradKernel']): Tensor {
  return only(bind('convGradKernel', [x, ct], attrs));
}

/** Window maximum or sum. */
export function pool(x: Tensor, attrs: PoolAttrs): Tensor {
  return only(bind('pool', [x], attrs));
}

/** Gradient of a pooling. */
export function poolGrad(x: Tensor, y: Tensor, ct: Tensor, attrs: PoolAttrs): Tensor {
  return only(bind('poolGrad', [x, y, ct], attrs));
}

/** A loop of known length. */
export function scan(inputs: readonly Tensor[], attrs: OpAttrs['scan']): Tensor[] {
  return bind('scan', inputs, attrs);
}

/** One of two branches. */
export function cond(
  predicate: Tensor,
  operands: readonly Tensor[],
  then: Graph,
  otherwise: Graph,
): Tensor[] {
  return bind('cond', [predicate, ...operands], { then, else: otherwise });
}

/** A loop while a condition holds. */
export function whileLoop(inputs: readonly Tensor[], attrs: OpAttrs['while']): Tensor[] {
  return bind('while', inputs, attrs);
}

/** A named composite with the body that defines it. */
export function call(
  inputs: readonly Tensor[],
  name: string,
  body: Graph,
  options: Readonly<Record<string, Json>>,
  grad?: Graph,
): Tensor[] {
  return bind('call', inputs, { name, body, options, grad });
}
