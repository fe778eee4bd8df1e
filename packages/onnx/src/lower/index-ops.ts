/** Reading and writing at computed positions. Indices clamp when read and are dropped when written. */
import type { Lowering, Lowerings } from '../lowering.ts';
import type { Name, Scope } from '../scope.ts';
import {
  carrier,
  plain,
  plainValue,
  product,
  range,
  reshapeTo,
  size,
  stored,
  type Value,
} from '../value.ts';
import { counting, padTensor, sliceAxis } from './shape.ts';

type IndexOp = 'gather' | 'scatter' | 'dynamicSlice' | 'dynamicUpdateSlice';

/** Whether every index is known to lie in 0 … size − 1. */
function isInside({ range: known }: Value, count: number): boolean {
  return known !== undefined && known[0] >= 0 && known[1] <= count - 1;
}

/** Indices moved to the nearest one in range. */
function clamped(scope: Scope, indices: Value, count: number): Name {
  if (isInside(indices, count)) return indices.name;
  const [zero, last] = [scope.scalar(0, 'int32'), scope.scalar(Math.max(count - 1, 0), 'int32')];
  return scope.node('Min', [scope.node('Max', [indices.name, zero]), last]);
}

/** Gather with batch axes: the gathered axis goes behind them, and GatherND walks the batch. */
function gatherBatched(
  { scope, attrs, inputs, outputs }: Lowering<'gather'>,
  indices: Name,
): Value {
  const { axis, batchDims } = attrs;
  const x = inputs[0]!;
  const indexShape = inputs[1]!.shape;
  const rank = x.shape.length;
  const between = range(axis - batchDims).map((i) => batchDims + i);
  const after = range(rank - axis - 1).map((i) => axis + 1 + i);
  const data = stored(scope, x, [...range(batchDims), axis, ...between, ...after]);
  const places = scope.node('Unsqueeze', [scope.castTo(indices, 'int64'), scope.ints([-1])]);
  const name = scope.node('GatherND', [data, places], { batch_dims: batchDims });
  // [batch, indices, between, after] → [batch, between, indices, after]
  const own = indexShape.length - batchDims;
  const order = [
    ...range(batchDims),
    ...range(own).map((i) => axis + i),
    ...between,
    ...after.map((_, i) => axis + own + i),
  ];
  const { shape, dtype } = outputs[0]!;
  const isSorted = order.every((item, i) => item === i);
  const dims = order.map((item) => shape[item]!);
  return { name, dtype, shape, dims, order: isSorted ? undefined : order };
}

/** Rows of a flattened target: where each update goes, as int64. */
interface Places {
  readonly rows: Name;
  /** Rows per batch; one more than there are if some indices may be out of range. */
  readonly perBatch: number;
}

function placesOf(scope: Scope, indices: Value, batch: number, count: number): Places {
  const flat = product(indices.shape) / Math.max(batch, 1);
  const inside = isInside(indices, count);
  const perBatch = inside ? count : count + 1;
  let rows = scope.castTo(indices.name, 'int64');
  if (!inside) {
    const low = scope.node('Less', [rows, scope.scalar(0, 'int64')]);
    const high = scope.node('Greater', [rows, scope.scalar(count - 1, 'int64')]);
    const outside = scope.node('Or', [low, high]);
    rows = scope.node('Where', [outside, scope.scalar(count, 'int64'), rows]);
  }
  rows = reshapeTo(scope, rows, [batch, flat]);
  if (batch > 1) {
    const counted = reshapeTo(scope, counting(scope, batch, 'int64'), [batch, 1]);
    const offset = scope.node('Mul', [counted, scope.scalar(perBatch, 'int64')]);
    rows = scope.node('Add', [rows, offset]);
  }
  return { rows: reshapeTo(scope, rows, [batch * flat]), perBatch };
}

/** Scatter as ScatterND over rows, of the axes in the order [batch, axis, the others]. */
function scatterRows({ scope, attrs, inputs, outputs }: Lowering<'scatter'>): Value {
  const { axis, batchDims, mode } = attrs;
  const x = inputs[0]!;
  const indices = plain(scope, inputs[1]!);
  const updates = inputs[2]!;
  const rank = x.shape.length;
  const others = range(rank).filter((i) => i >= batchDims && i !== axis);
  const order = [...range(batchDims), axis, ...others];
  const own = indices.shape.length - batchDims;
  const updateOrder = [
    ...range(batchDims),
    ...range(own).map((i) => axis + i),
    ...others.map((i) => (i < axis ? i : i - 1 + own)),
  ];
  const batch = product(x.shape.slice(0, batchDims));
  const count = x.shape[axis]!;
  const width = product(others.map((i) => x.shape[i]!));
  const held = carrier(x);
  const { rows, perBatch } = placesOf(scope, indices, batch, count);
  let target = reshapeTo(scope, stored(scope, x, order), [batch, count, width]);
  if (perBatch > count) {
    const zero = scope.scalar(0, held);
    target = padTensor(scope, target, [batch, count, width], [0, 0, 0], [0, 1, 0], [0, 0, 0], zero);
  }
  const flatTarget = reshapeTo(scope, target, [batch * perBatch, width]);
  const total = size(indices);
  const flatUpdates = reshapeTo(scope, stored(scope, updates, updateOrder), [total, width]);
  const sizes = { rows: batch * perBatch, total, width };
  const written =
    mode !== 'set' && scope.model.threads === 1
      ? scope.node('ScatterND', [flatTarget, reshapeTo(scope, rows, [total, 1]), flatUpdates], {
          reduction: mode,
        })
      : oneByOne(scope, flatTarget, rows, flatUpdates, mode, sizes);
  let result = reshapeTo(scope, written, [batch, perBatch, width]);
  if (perBatch > count) result = sliceAxis(scope, result, 1, 0, count);
  const { shape, dtype } = outputs[0]!;
  const dims = order.map((i) => shape[i]!);
  const isSorted = order.every((item, i) => item === i);
  const name = reshapeTo(scope, result, dims);
  return { name, dtype, shape, dims, order: isSorted ? undefined : order };
}

/**
 * Elements written one after the other, so that the last of equal indices stays and sums are whole: the
 * runtime's ScatterND divides its updates among threads that do not wait for each other.
 */
function oneByOne(
  scope: Scope,
  target: Name,
  rows: Name,
  updates: Name,
  mode: Lowering<'scatter'>['attrs']['mode'],
  sizes: { readonly rows: number; readonly total: number; readonly width: number },
): Name {
  const { total, width } = sizes;
  const flat = (name: Name, count: number): Name => reshapeTo(scope, name, [count]);
  let places = rows;
  if (width > 1) {
    const column = reshapeTo(scope, rows, [total, 1]);
    const starts = scope.node('Mul', [column, scope.scalar(width, 'int64')]);
    const across = scope.node('Add', [starts, counting(scope, width, 'int64')]);
    places = flat(across, total * width);
  }
  const operands = [flat(target, sizes.rows * width), places, flat(updates, total * width)];
  const attributes = mode === 'set' ? { axis: 0 } : { axis: 0, reduction: mode };
  return scope.node('ScatterElements', operands, attributes);
}

/** Starts moved so that the window fits. */
function fittingStarts(scope: Scope, starts: Value, most: readonly number[]): Name {
  const bound = scope.model.tensor('int32', [most.length], most);
  const low = scope.node('Max', [plain(scope, starts).name, scope.scalar(0, 'int32')]);
  return scope.node('Min', [low, bound]);
}

/** Replaces a window of x, axis by axis: what lies before, the window, what lies after. */
function replaced(
  scope: Scope,
  x: Name,
  update: Name,
  starts: Name,
  axes: readonly number[],
  sizes: readonly number[],
  shape: readonly number[],
): Name {
  const [axis, ...rest] = axes;
  if (axis === undefined) return update;
  const at = sliceAxis(scope, starts, 0, axis, axis + 1);
  const past = scope.node('Add', [at, scope.model.tensor('int32', [1], [sizes[axis]!])]);
  const constant = (value: number): Name => scope.model.tensor('int32', [1], [value]);
  const part = (from: Name, to: Name): Name =>
    scope.node('Slice', [x, from, to, constant(axis), constant(1)]);
  const window = rest.length === 0 ? x : part(at, past);
  const inner = replaced(scope, window, update, starts, rest, sizes, shape);
  const parts = [part(constant(0), at), inner, part(past, constant(shape[axis]!))];
  return scope.node('Concat', parts, { axis });
}

export const INDEXING: Lowerings<IndexOp> = {
  gather(context) {
    const { scope, attrs, inputs, outputs } = context;
    const [x, indices] = [inputs[0]!, plain(scope, inputs[1]!)];
    const places = clamped(scope, indices, x.shape[attrs.axis]!);
    if (attrs.batchDims > 0) return [gatherBatched(context, places)];
    const name = scope.node('Gather', [plain(scope, x).name, places], { axis: attrs.axis });
    return [plainValue(name, outputs[0]!)];
  },
  scatter(context) {
    const [x, , updates] = context.inputs;
    return [size(updates!) === 0 ? x! : scatterRows(context)];
  },
  dynamicSlice({ scope, attrs, inputs, outputs }) {
    const [x, starts] = [plain(scope, inputs[0]!), inputs[1]!];
    const { sizes } = attrs;
    if (sizes.length === 0) return [x];
    const from = fittingStarts(
      scope,
      starts,
      x.shape.map((length, i) => length - sizes[i]!),
    );
    const to = scope.node('Add', [from, scope.model.tensor('int32', [sizes.length], sizes)]);
    const axes = scope.model.tensor('int32', [sizes.length], range(sizes.length));
    return [plainValue(scope.node('Slice', [x.name, from, to, axes]), outputs[0]!)];
  },
  dynamicUpdateSlice({ scope, inputs, outputs }) {
    const [x, update] = [plain(scope, inputs[0]!), plain(scope, inputs[1]!)];
    const sizes = update.shape;
    const { shape } = x;
    const axes = range(shape.length).filter((axis) => sizes[axis] !== shape[axis]);
    if (axes.length === 0) return [update];
    const most = shape.map((length, i) => length - sizes[i]!);
    const starts = fittingStarts(scope, inputs[2]!, most);
    const name = replaced(scope, x.name, update.name, starts, axes, sizes, shape);
    return [plainValue(name, outputs[0]!)];
  },
};
