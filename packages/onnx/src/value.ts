/**
 * Values of the graph as the model holds them. Broadcasts and transpositions are put off: a value
 * knows the shape it stands for, and the smaller or permuted tensor that is really there, so that
 * pointwise nodes broadcast by themselves and chains of convolutions stay channels-first.
 */
import { type Aval, type DType, sizeOf } from '@addax/core';
import { type Carrier, carrierOf } from './carriers.ts';
import type { Name, Scope } from './scope.ts';

/** A value. */
export interface Value {
  readonly name: Name;
  readonly dtype: DType;
  /** The shape it stands for. */
  readonly shape: readonly number[];
  /**
   * The shape of the tensor that is there: without `order`, it broadcasts to `shape` as NumPy does;
   * with it, it has all axes (each whole or 1) in that order.
   */
  readonly dims: readonly number[];
  /** Axis j of the tensor is axis `order[j]` of the value. Absent: in order. */
  readonly order?: readonly number[] | undefined;
  /** All elements are this number. */
  readonly splat?: number | undefined;
  /** Of max pooling: what was pooled, how, and where the maxima lie in it. */
  readonly pooled?:
    { readonly source: Name; readonly key: string; readonly places: Name } | undefined;
  /**
   * A convolution that will be pooled: instead of `name`, one tensor per position of the pooling window,
   * each with what the windows have there.
   */
  readonly phases?: readonly Name[] | undefined;
  /** Of a matrix product: the columns of the matrix, whose rows and columns may be several axes here. */
  readonly columns?: number | undefined;
  /** Integers: the elements are known to lie here. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** What holds the value's elements. */
export function carrier(value: Value): Carrier {
  return carrierOf(value.dtype);
}

export function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A tensor that is there as it is. */
export function plainValue(name: Name, { shape, dtype }: Aval, extra: Partial<Value> = {}): Value {
  return { name, dtype, shape, dims: shape, ...extra };
}

/** One number everywhere. */
export function splatValue(scope: Scope, number: number, { shape, dtype }: Aval): Value {
  const name = scope.scalar(number, carrierOf(dtype));
  return { name, dtype, shape, dims: [], splat: number, range: integerSplat(number) };
}

function integerSplat(number: number): readonly [number, number] | undefined {
  return Number.isInteger(number) ? [number, number] : undefined;
}

export function reshapeTo(scope: Scope, name: Name, shape: readonly number[]): Name {
  return scope.node(
    'Reshape',
    [name, scope.ints(shape)],
    shape.includes(0) ? { allowzero: 1 } : {},
  );
}

/** Dims of all axes, sizes 1 filled in from the left. */
export function fullDims(value: Value): readonly number[] {
  if (value.order !== undefined) return value.dims;
  const missing = value.shape.length - value.dims.length;
  return [...Array.from({ length: missing }, () => 1), ...value.dims];
}

/** The shape in the order of the tensor. */
export function storedShape(value: Value): readonly number[] {
  return value.order === undefined ? value.shape : value.order.map((axis) => value.shape[axis]!);
}

/** The tensor with every axis, in any order, of sizes 1 or whole. */
function ranked(scope: Scope, value: Value): Name {
  const dims = fullDims(value);
  return equal(dims, value.dims) ? value.name : reshapeTo(scope, value.name, dims);
}

function isSorted(order: readonly number[]): boolean {
  return order.every((axis, i) => i === 0 || axis > order[i - 1]!);
}

/** The value in another order of axes; broadcasts stay put off. */
export function inOrder(scope: Scope, value: Value, wanted: readonly number[]): Value {
  const order = value.order ?? range(value.shape.length);
  const order2 = isSorted(wanted) ? undefined : wanted;
  if (equal(order, wanted)) {
    const dims = fullDims(value);
    return order2 === undefined && value.order === undefined
      ? value
      : { ...value, dims, name: ranked(scope, value), order: order2 };
  }
  const permutation = wanted.map((axis) => order.indexOf(axis));
  const from = fullDims(value);
  const dims = permutation.map((j) => from[j]!);
  const moved = permutation.filter((j) => from[j] !== 1);
  const name = isSorted(moved)
    ? equal(dims, value.dims)
      ? value.name
      : reshapeTo(scope, value.name, dims)
    : scope.node('Transpose', [ranked(scope, value)], { perm: permutation });
  return { ...value, name, dims, order: order2 };
}

/** The value with every axis whole; the order may be any. */
export function dense(scope: Scope, value: Value): Value {
  const wanted = storedShape(value);
  if (equal(value.dims, wanted)) return value;
  const name = scope.node('Expand', [value.name, scope.ints(wanted)]);
  return { ...value, name, dims: wanted };
}

/** The value as the tensor that its shape says. */
export function plain(scope: Scope, value: Value): Value {
  return dense(scope, inOrder(scope, value, range(value.shape.length)));
}

/** The value in a given order, every axis whole. */
export function stored(scope: Scope, value: Value, order: readonly number[]): Name {
  return dense(scope, inOrder(scope, value, order)).name;
}

/** Elements of the value. */
export function size(value: Value): number {
  return sizeOf(value.shape);
}

/** Where an axis of the value stands in its tensor. */
export function storedAxis(value: Value, axis: number): number {
  return value.order === undefined ? axis : value.order.indexOf(axis);
}

/**
 * Operands of a pointwise node, brought to one order so that they broadcast against each other. Gives
 * the names, and what the result's tensor is.
 */
export function aligned(
  scope: Scope,
  values: readonly Value[],
): {
  readonly names: readonly Name[];
  readonly dims: readonly number[];
  readonly order: readonly number[] | undefined;
} {
  const orders = values.filter(({ order }) => order !== undefined);
  if (orders.length === 0) {
    return { names: values.map(({ name }) => name), dims: broadcastDims(values), order: undefined };
  }
  let best = orders[0]!;
  for (const value of orders) {
    if (product(value.dims) > product(best.dims)) best = value;
  }
  const order = best.order!;
  const same = values.map((value) =>
    value.dims.length === 0 ? value : inOrder(scope, value, order),
  );
  return { names: same.map(({ name }) => name), dims: broadcastDims(same), order };
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}

function broadcastDims(values: readonly Value[]): number[] {
  const rank = Math.max(...values.map(({ dims }) => dims.length));
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) {
    let size = 1;
    for (const value of values) {
      const at = i - rank + value.dims.length;
      const own = at < 0 ? 1 : value.dims[at]!;
      if (own !== 1) size = own;
    }
    dims.push(size);
  }
  return dims;
}
