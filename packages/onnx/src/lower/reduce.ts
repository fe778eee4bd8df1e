/** Reductions, running reductions and sorting. */
import { type DType, highest, isFloat, lowest } from '@addax/core';
import { type Carrier, isFloatCarrier } from '../carriers.ts';
import type { Lowering, Lowerings } from '../lowering.ts';
import { extreme, isNan, kept } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import {
  carrier,
  dense,
  plain,
  plainValue,
  range,
  size,
  splatValue,
  storedAxis,
  type Value,
} from '../value.ts';
import { sliceAxis } from './shape.ts';

type ReduceFn = Lowering<'reduce'>['attrs']['fn'];

const REDUCE: Readonly<Record<ReduceFn, string>> = {
  sum: 'ReduceSum',
  prod: 'ReduceProd',
  min: 'ReduceMin',
  max: 'ReduceMax',
};

/** What a reduction over nothing gives. */
function identity(fn: ReduceFn, dtype: DType): number {
  switch (fn) {
    case 'sum':
      return 0;
    case 'prod':
      return 1;
    case 'min':
      return isFloat(dtype) ? Infinity : highest(dtype);
    case 'max':
      return isFloat(dtype) ? -Infinity : lowest(dtype);
  }
}

/** One of the runtime's reductions along stored axes. */
export function reduceNode(
  scope: Scope,
  op: string,
  name: Name,
  axes: readonly number[],
  keepdims = false,
): Name {
  return scope.node(op, [name, scope.ints(axes)], { keepdims: keepdims ? 1 : 0 });
}

/** Computes on another carrier where the runtime has no kernel for this one. */
function through(
  scope: Scope,
  name: Name,
  from: Carrier,
  by: Carrier,
  write: (name: Name) => Name,
): Name {
  return from === by ? write(name) : scope.castTo(write(scope.castTo(name, by)), from);
}

/** Where there are no kernels for bool and uint32, int32 and int64 stand in. */
function standIn(held: Carrier): Carrier {
  if (held === 'bool') return 'int32';
  return held === 'uint32' ? 'int64' : held;
}

/** A reduction of a tensor with elements, along stored axes. */
function reduced(
  scope: Scope,
  fn: ReduceFn,
  name: Name,
  axes: readonly number[],
  held: Carrier,
): Name {
  const result = through(scope, name, held, standIn(held), (x) =>
    reduceNode(scope, REDUCE[fn], x, axes),
  );
  if (fn === 'sum' || fn === 'prod' || !isFloatCarrier(held)) return result;
  // The runtime's extremes pass over NaN.
  const flags = scope.castTo(isNan(scope, name), 'int32');
  const found = scope.castTo(reduceNode(scope, 'ReduceMax', flags, axes), 'bool');
  return scope.node('Where', [found, scope.scalar(NaN, held), result]);
}

/** The first extreme along a stored axis; NaN is more than anything. */
function argExtreme(
  scope: Scope,
  fn: 'min' | 'max',
  name: Name,
  axis: number,
  held: Carrier,
): Name {
  const attributes = { axis, keepdims: 0 };
  const op = fn === 'max' ? 'ArgMax' : 'ArgMin';
  const by = standIn(held);
  const index = scope.node(op, [held === by ? name : scope.castTo(name, by)], attributes);
  if (!isFloatCarrier(held)) return scope.castTo(index, 'int32');
  const flags = scope.castTo(isNan(scope, name), 'int32');
  const first = scope.node('ArgMax', [flags], attributes);
  const found = scope.castTo(reduceNode(scope, 'ReduceMax', flags, [axis]), 'bool');
  return scope.castTo(scope.node('Where', [found, first, index]), 'int32');
}

/** One step of a reduction. */
function combined(scope: Scope, fn: ReduceFn, a: Name, b: Name, held: Carrier): Name {
  switch (fn) {
    case 'sum':
      return scope.node('Add', [a, b]);
    case 'prod':
      return scope.node('Mul', [a, b]);
    case 'min':
      return extreme(scope, 'Min', a, b, held);
    case 'max':
      return extreme(scope, 'Max', a, b, held);
  }
}

/** A running reduction by doubling: after k steps each element covers the 2ᵏ before it. */
function doubling(
  scope: Scope,
  fn: ReduceFn,
  name: Name,
  dims: readonly number[],
  axis: number,
  reverse: boolean,
  held: Carrier,
): Name {
  const length = dims[axis]!;
  let result = name;
  for (let reach = 1; reach < length; reach *= 2) {
    const [low, high] = [0, length - reach];
    const far = sliceAxis(scope, result, axis, reverse ? reach : low, reverse ? length : high);
    const near = sliceAxis(scope, result, axis, reverse ? low : reach, reverse ? high : length);
    const rest = sliceAxis(scope, result, axis, reverse ? high : low, reverse ? length : reach);
    const joined = combined(scope, fn, far, near, held);
    result = scope.node('Concat', reverse ? [joined, rest] : [rest, joined], { axis });
  }
  return result;
}

/** Values in sorted order and where they came from; stable, NaN last. */
function sorted(
  scope: Scope,
  value: Value,
  axis: number,
  descending: boolean,
): { readonly values: Name; readonly indices: Name } {
  const held = carrier(value);
  const by = standIn(held);
  const count = scope.ints([value.shape[axis]!]);
  const topK = (name: Name, largest: boolean): readonly Name[] =>
    scope.nodeOf('TopK', [name, count], { axis, largest: largest ? 1 : 0, sorted: 1 }, 2);
  const keys = held === by ? value.name : scope.castTo(value.name, by);
  if (!isFloatCarrier(held)) {
    const [values, indices] = topK(keys, descending);
    return { values: held === by ? values! : scope.castTo(values!, held), indices: indices! };
  }
  // NaN takes the last number's place; a second, stable sort puts it behind its equals.
  const nan = isNan(scope, keys);
  const last = scope.scalar(descending ? -Infinity : Infinity, held);
  const [, first] = topK(scope.node('Where', [nan, last, keys]), descending);
  const flags = scope.castTo(nan, 'int32');
  const [, second] = topK(scope.node('GatherElements', [flags, first!], { axis }), false);
  const indices = scope.node('GatherElements', [first!, second!], { axis });
  return { values: scope.node('GatherElements', [keys, indices], { axis }), indices };
}

export const REDUCTIONS: Lowerings<'reduce' | 'argReduce' | 'cumulative' | 'sort'> = {
  reduce({ scope, attrs, inputs, outputs }) {
    const { fn, axes } = attrs;
    const { dtype } = outputs[0]!;
    const x = inputs[0]!;
    if (axes.length === 0) return [x];
    if (size(x) === 0) return [splatValue(scope, identity(fn, dtype), outputs[0]!)];
    const value = dense(scope, x);
    const order = value.order ?? range(x.shape.length);
    const held = carrier(value);
    const along = axes.map((axis) => storedAxis(value, axis));
    const name = kept(scope, reduced(scope, fn, value.name, along, held), dtype);
    const left = order.filter((axis) => !axes.includes(axis));
    const sortedLeft = left.toSorted((a, b) => a - b);
    const newOrder = left.map((axis) => sortedLeft.indexOf(axis));
    const dims = left.map((axis) => x.shape[axis]!);
    const inPlace = newOrder.every((axis, i) => axis === i);
    const { shape } = outputs[0]!;
    return [{ name, dtype, shape, dims, order: inPlace ? undefined : newOrder }];
  },
  argReduce({ scope, attrs, inputs, outputs }) {
    const value = plain(scope, inputs[0]!);
    const name = argExtreme(scope, attrs.fn, value.name, attrs.axis, carrier(value));
    const last = value.shape[attrs.axis]! - 1;
    return [plainValue(name, outputs[0]!, { range: [0, last] })];
  },
  cumulative({ scope, attrs, inputs, outputs }) {
    const { fn, axis, reverse } = attrs;
    const { dtype } = outputs[0]!;
    const value = plain(scope, inputs[0]!);
    const held = carrier(value);
    const name = through(scope, value.name, held, standIn(held), (x) =>
      fn === 'sum'
        ? scope.node('CumSum', [x, scope.scalar(axis, 'int64')], { reverse: reverse ? 1 : 0 })
        : doubling(scope, fn, x, value.shape, axis, reverse, standIn(held)),
    );
    return [plainValue(kept(scope, name, dtype), outputs[0]!)];
  },
  sort({ scope, attrs, inputs, outputs }) {
    const value = plain(scope, inputs[0]!);
    const { values, indices } = sorted(scope, value, attrs.axis, attrs.descending);
    const last = Math.max(value.shape[attrs.axis]! - 1, 0);
    return [
      plainValue(values, outputs[0]!),
      plainValue(scope.castTo(indices, 'int32'), outputs[1]!, { range: [0, last] }),
    ];
  },
};
