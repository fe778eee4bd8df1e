/** The generalised matrix product. */
import { ShapeError } from '../../errors.ts';
import type { Aval, OpAttrs } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkAxis, checkCount, checkNumeric, checkSameDType, showAval } from './check.ts';
import type { Primitive, PrimitiveFunctions } from './primitive.ts';

type Pairs = OpAttrs['dot']['contract'];

function checkPairs(a: Aval, b: Aval, pairs: Pairs): void {
  for (const [left, right] of pairs) {
    checkAxis('dot', left, a.shape);
    checkAxis('dot', right, b.shape);
    if (a.shape[left] !== b.shape[right]) {
      throw new ShapeError(
        `dot: axis ${left} of ${showAval(a)} and axis ${right} of ${showAval(b)} must have ` +
          'equal sizes',
      );
    }
  }
}

/** Axes of an operand that are neither batch nor contracted, in order. */
function freeAxes(rank: number, side: 0 | 1, { batch, contract }: OpAttrs['dot']): number[] {
  let used = 0;
  for (const pair of batch) used |= 1 << pair[side];
  for (const pair of contract) used |= 1 << pair[side];
  const free: number[] = [];
  for (let axis = 0; axis < rank; axis++) if ((used & (1 << axis)) === 0) free.push(axis);
  return free;
}

/** Puts the axes of a gradient, which are the operand's axes `origin`, into the operand's order. */
function arrange(ops: PrimitiveFunctions, product: Tensor, origin: readonly number[]): Tensor {
  const permutation: number[] = [];
  origin.forEach((axis, i) => (permutation[axis] = i));
  return ops.transpose(product, permutation);
}

/** ct·bᵀ: batch axes, a's free axes, then the contracted axes in b's order. */
function gradientOfA(
  ops: PrimitiveFunctions,
  ct: Tensor,
  a: Tensor,
  b: Tensor,
  attrs: OpAttrs['dot'],
): Tensor {
  const { batch, contract } = attrs;
  const free = freeAxes(a.shape.length, 0, attrs);
  const first = batch.length + free.length;
  const pairs = freeAxes(b.shape.length, 1, attrs).map((axis, i) => [first + i, axis] as const);
  const batchPairs = batch.map((pair, i) => [i, pair[1]] as const);
  const byB = contract.toSorted((p, q) => p[1] - q[1]);
  const origin = [...batch.map((pair) => pair[0]), ...free, ...byB.map((pair) => pair[0])];
  return arrange(ops, ops.dot(ct, b, pairs, batchPairs), origin);
}

/** aᵀ·ct: batch axes, the contracted axes in a's order, then b's free axes, as b mostly lies. */
function gradientOfB(
  ops: PrimitiveFunctions,
  ct: Tensor,
  a: Tensor,
  b: Tensor,
  attrs: OpAttrs['dot'],
): Tensor {
  const { batch, contract } = attrs;
  const free = freeAxes(b.shape.length, 1, attrs);
  const first = batch.length;
  const pairs = freeAxes(a.shape.length, 0, attrs).map((axis, i) => [axis, first + i] as const);
  const batchPairs = batch.map((pair, i) => [pair[0], i] as const);
  const byA = contract.toSorted((p, q) => p[0] - q[0]);
  const origin = [...batch.map((pair) => pair[1]), ...byA.map((pair) => pair[1]), ...free];
  return arrange(ops, ops.dot(a, ct, pairs, batchPairs), origin);
}

export const dot: Primitive<'dot'> = {
  doc:
    'Generalised product: `batch` axes go along, `contract` axes are summed over (in at least ' +
    'float32). The result has the batch axes, a’s free axes, b’s free axes.',
  gradient: 'two dot products and a transposition',
  shape(inputs, attrs) {
    checkCount('dot', inputs, 2);
    const [a, b] = inputs as [Aval, Aval];
    const { batch, contract } = attrs;
    checkSameDType('dot', a, b);
    checkNumeric('dot', a);
    checkPairs(a, b, batch);
    checkPairs(a, b, contract);
    const freeA = freeAxes(a.shape.length, 0, attrs);
    const freeB = freeAxes(b.shape.length, 1, attrs);
    const paired = batch.length + contract.length;
    if (freeA.length + paired !== a.shape.length || freeB.length + paired !== b.shape.length) {
      throw new ShapeError(
        `dot: an axis of ${showAval(a)} or ${showAval(b)} is listed twice in batch ` +
          `${JSON.stringify(batch)} and contract ${JSON.stringify(contract)}`,
      );
    }
    const shape: number[] = [];
    for (const [left] of batch) shape.push(a.shape[left]!);
    for (const axis of freeA) shape.push(a.shape[axis]!);
    for (const axis of freeB) shape.push(b.shape[axis]!);
    return [{ shape, dtype: a.dtype }];
  },
  vjp({ attrs, inputs, cotangents, needs, ops }) {
    const [a, b] = inputs as [Tensor, Tensor];
    const ct = cotangents[0]!;
    return [
      needs[0] ? gradientOfA(ops, ct, a, b, attrs) : undefined,
      needs[1] ? gradientOfB(ops, ct, a, b, attrs) : undefined,
    ];
  },
};
