/** Creation, and ops that move elements without changing them. */
import { carrierOf } from '../carriers.ts';
import type { Cut } from '../facts.ts';
import type { Lowerings } from '../lowering.ts';
import type { Name, Scope } from '../scope.ts';
import {
  carrier,
  dense,
  equal,
  fullDims,
  inOrder,
  plain,
  plainValue,
  range,
  reshapeTo,
  size,
  splatValue,
  stored,
  storedAxis,
  type Value,
} from '../value.ts';

type ShapeOp =
  'full' | 'iota' | 'broadcast' | 'reshape' | 'transpose' | 'slice' | 'pad' | 'concat' | 'reverse';

/** Iotas up to this length stand in the model; longer ones are computed. */
const LONG = 4096;

/** 0, 1, 2, … of a carrier. */
export function counting(scope: Scope, length: number, type: Value['dtype']): Name {
  const held = carrierOf(type);
  if (length <= LONG && !scope.model.dynamic)
    return scope.model.tensor(held, [length], range(length));
  const [from, to, step] = [0, length, 1].map((value) => scope.scalar(value, 'int64'));
  return scope.castTo(scope.node('Range', [from!, to!, step!]), held);
}

/** x with its axes permuted: nothing is written before somebody needs it. */
export function transposed(scope: Scope, x: Value, permutation: readonly number[]): Value {
  const shape = permutation.map((axis) => x.shape[axis]!);
  if (x.dims.length === 0) return { ...x, shape };
  const value = withAllAxes(scope, x);
  const inverse: number[] = [];
  permutation.forEach((axis, i) => (inverse[axis] = i));
  const order = (value.order ?? range(shape.length)).map((axis) => inverse[axis]!);
  return { ...value, shape, order: equal(order, range(order.length)) ? undefined : order };
}

/** A value whose tensor has all axes, for lowerings that work on stored axes. */
function withAllAxes(scope: Scope, value: Value): Value {
  const dims = fullDims(value);
  return equal(dims, value.dims)
    ? value
    : { ...value, dims, name: reshapeTo(scope, value.name, dims) };
}

/** x[start : end : step] along one stored axis. */
export function sliceAxis(
  scope: Scope,
  name: Name,
  axis: number,
  start: number,
  end: number,
  step = 1,
): Name {
  const numbers = [[start], [end], [axis], [step]].map((value) => scope.ints(value));
  return scope.node('Slice', [name, ...numbers]);
}

/** `count` equal gaps of `interior` elements between elements of a stored axis, and one at the end. */
function spreadAxis(
  scope: Scope,
  name: Name,
  dims: readonly number[],
  axis: number,
  interior: number,
  value: Name,
): Name {
  const apart = [...dims.slice(0, axis + 1), 1, ...dims.slice(axis + 1)];
  const zeros = apart.map(() => 0);
  const after = zeros.with(axis + 1, interior);
  const split = reshapeTo(scope, name, apart);
  const padded = scope.node('Pad', [split, scope.ints([...zeros, ...after]), value]);
  return reshapeTo(scope, padded, dims.with(axis, dims[axis]! * (interior + 1)));
}

/** A tensor padded (or cropped, if negative) by a scalar; sizes are of its stored axes. */
export function padTensor(
  scope: Scope,
  name: Name,
  dims: readonly number[],
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[],
  value: Name,
): Name {
  let result = name;
  let sizes = dims;
  const after = [...high];
  interior.forEach((gap, axis) => {
    if (gap === 0 || sizes[axis]! <= 1) return;
    result = spreadAxis(scope, result, sizes, axis, gap, value);
    sizes = sizes.with(axis, sizes[axis]! * (gap + 1));
    after[axis]! -= gap;
  });
  const positive = [...low, ...after].map((pad) => Math.max(pad, 0));
  if (positive.some((pad) => pad > 0)) {
    result = scope.node('Pad', [result, scope.ints(positive), value]);
    sizes = sizes.map((length, i) => length + positive[i]! + positive[i + sizes.length]!);
  }
  sizes.forEach((length, axis) => {
    const start = Math.max(-low[axis]!, 0);
    const end = length - Math.max(-after[axis]!, 0);
    if (start > 0 || end < length) result = sliceAxis(scope, result, axis, start, end);
  });
  return result;
}

/** A piece of a value that is cut up whole: the runtime copies all of them faster than one by one. */
function pieceOf(scope: Scope, value: Value, { axis, sizes, index }: Cut): Value | undefined {
  const at = storedAxis(value, axis);
  const isWhole = value.dims[at] === value.shape[axis];
  if (scope.model.dynamic || value.dtype !== 'float32' || !isWhole) return undefined;
  const operands = [value.name, scope.ints(sizes)];
  const pieces = scope.nodeOf('Split', operands, { axis: at }, sizes.length);
  return { ...value, name: pieces[index]!, dims: value.dims.with(at, sizes[index]!) };
}

export const SHAPE: Lowerings<ShapeOp> = {
  full: ({ scope, attrs, outputs }) => [splatValue(scope, attrs.value, outputs[0]!)],
  iota({ scope, attrs, outputs }) {
    const { shape, dtype } = outputs[0]!;
    const length = shape[attrs.axis]!;
    const numbers = counting(scope, length, dtype);
    const dims = shape.slice(attrs.axis).map((_, i) => (i === 0 ? length : 1));
    const name = dims.length === 1 ? numbers : reshapeTo(scope, numbers, dims);
    return [{ name, dtype, shape, dims, range: [0, Math.max(length - 1, 0)] }];
  },
  broadcast({ scope, attrs, inputs }) {
    const { shape, axes } = attrs;
    const x = inputs[0]!;
    if (x.dims.length === 0) return [{ ...x, shape }];
    const value = inOrder(scope, x, range(x.shape.length));
    const from = fullDims(value);
    const dims = shape.slice(axes[0] ?? 0).map(() => 1);
    const offset = axes[0] ?? 0;
    axes.forEach((axis, i) => (dims[axis - offset] = from[i]!));
    const name = equal(dims, value.dims) ? value.name : reshapeTo(scope, value.name, dims);
    return [{ ...value, name, shape, dims }];
  },
  reshape({ scope, attrs, inputs }) {
    const { shape } = attrs;
    const x = inputs[0]!;
    if (x.splat !== undefined) return [{ ...x, shape }];
    if (equal(shape, x.shape)) return [x];
    const value = plain(scope, x);
    return [{ ...value, name: reshapeTo(scope, value.name, shape), shape, dims: shape }];
  },
  transpose: ({ scope, attrs, inputs }) => [transposed(scope, inputs[0]!, attrs.permutation)],
  slice({ scope, attrs, inputs, outputs, cut }) {
    const x = inputs[0]!;
    const { shape } = outputs[0]!;
    if (x.splat !== undefined) return [{ ...x, shape }];
    const value = withAllAxes(scope, x);
    const piece = cut && pieceOf(scope, value, cut);
    if (piece !== undefined) return [{ ...piece, shape }];
    const taken = range(shape.length).filter(
      (axis) => shape[axis] !== x.shape[axis] && value.dims[storedAxis(value, axis)] !== 1,
    );
    if (taken.length === 0) return [{ ...value, shape }];
    const lists = [
      taken.map((axis) => attrs.start[axis]!),
      taken.map((axis) => attrs.limit[axis]!),
      taken.map((axis) => storedAxis(value, axis)),
      taken.map((axis) => attrs.strides[axis]!),
    ];
    const name = scope.node('Slice', [value.name, ...lists.map((list) => scope.ints(list))]);
    let { dims } = value;
    for (const axis of taken) dims = dims.with(storedAxis(value, axis), shape[axis]!);
    return [{ ...value, name, shape, dims }];
  },
  pad({ scope, attrs, inputs, outputs }) {
    const { shape } = outputs[0]!;
    const fill = plain(scope, inputs[1]!);
    const x = inputs[0]!;
    if (size(x) === 0) return [{ ...fill, shape, dims: [], splat: inputs[1]!.splat }];
    const value = dense(scope, x);
    const order = value.order ?? range(shape.length);
    const sizes = (list: readonly number[]): number[] => order.map((axis) => list[axis]!);
    const { low, high, interior } = attrs;
    const name = padTensor(
      scope,
      value.name,
      value.dims,
      sizes(low),
      sizes(high),
      sizes(interior),
      fill.name,
    );
    return [{ ...value, name, shape, dims: sizes(shape), splat: undefined, range: undefined }];
  },
  concat({ scope, attrs, inputs, outputs }) {
    const parts = inputs.filter((input) => size(input) > 0);
    if (parts.length <= 1) return [{ ...(parts[0] ?? inputs[0]!), shape: outputs[0]!.shape }];
    const ordered = parts.find((part) => part.order !== undefined && part.dims.length > 1);
    const order = ordered?.order ?? range(outputs[0]!.shape.length);
    const names = parts.map((part) => stored(scope, part, order));
    const name = scope.node('Concat', names, { axis: order.indexOf(attrs.axis) });
    const { shape, dtype } = outputs[0]!;
    const dims = order.map((axis) => shape[axis]!);
    return [{ name, dtype, shape, dims, order: ordered?.order }];
  },
  reverse({ scope, attrs, inputs }) {
    const value = withAllAxes(scope, inputs[0]!);
    const axes = attrs.axes
      .map((axis) => storedAxis(value, axis))
      .filter((axis) => value.dims[axis]! > 1);
    if (axes.length === 0) return [value];
    const lists = [axes.map(() => -1), axes.map(() => -(2 ** 31)), axes, axes.map(() => -1)];
    const name = scope.node('Slice', [value.name, ...lists.map((list) => scope.ints(list))]);
    return [{ ...value, name }];
  },
};

/** A value with no elements. */
export function emptyValue(scope: Scope, value: Pick<Value, 'shape' | 'dtype'>): Value {
  const name = scope.model.tensor(carrier(value as Value), value.shape, []);
  return plainValue(name, value);
}
