/** The generalised matrix product as MatMul, Gemm or FusedMatMul, with as few transpositions as may be. */
import type { OpAttrs } from '@addax/core';
import { isFloatCarrier } from '../carriers.ts';
import type { Lowerings } from '../lowering.ts';
import { kept } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import {
  carrier,
  equal,
  plainValue,
  product,
  range,
  reshapeTo,
  size,
  splatValue,
  stored,
  type Value,
} from '../value.ts';

/** One operand as a stack of matrices. */
interface Matrices {
  readonly name: Name;
  /** Whether the contracted axis comes before the free one. */
  readonly contractFirst: boolean;
}

/** An order of axes without those of size 1, which cost nothing to move. */
function essential(value: Value, order: readonly number[]): number[] {
  return order.filter((axis) => value.shape[axis] !== 1);
}

function axesOf(
  value: Value,
  side: 0 | 1,
  attrs: OpAttrs['dot'],
): Record<'batch' | 'contract' | 'free', number[]> {
  const batch = attrs.batch.map((pair) => pair[side]);
  const contract = attrs.contract.map((pair) => pair[side]);
  const free = range(value.shape.length).filter(
    (axis) => !batch.includes(axis) && !contract.includes(axis),
  );
  return { batch, contract, free };
}

/** The operand as [batch, rows, columns], in the orientation that costs nothing if there is one. */
function matrices(
  scope: Scope,
  value: Value,
  { batch, contract, free }: ReturnType<typeof axesOf>,
  preferContractFirst: boolean,
  transposes: boolean,
): Matrices {
  const own = value.order ?? range(value.shape.length);
  const contractFirst = [...batch, ...contract, ...free];
  const freeFirst = [...batch, ...free, ...contract];
  const have = essential(value, own);
  const isFirst = equal(have, essential(value, contractFirst));
  const isLast = equal(have, essential(value, freeFirst));
  // Where axes must move, runs of elements that stay together move faster.
  const runs = (order: readonly number[]): boolean => own.at(-1) === order.at(-1);
  const moved = transposes && runs(contractFirst) ? true : preferContractFirst;
  const first = isFirst && isLast ? preferContractFirst : isFirst || (!isLast && moved);
  const tensor = stored(scope, value, first ? contractFirst : freeFirst);
  const sizes = (axes: readonly number[]): number =>
    product(axes.map((axis) => value.shape[axis]!));
  const inner = first ? [sizes(contract), sizes(free)] : [sizes(free), sizes(contract)];
  const shape = batch.length === 0 ? inner : [sizes(batch), ...inner];
  const current = (first ? contractFirst : freeFirst).map((axis) => value.shape[axis]!);
  return {
    name: equal(current, shape) ? tensor : reshapeTo(scope, tensor, shape),
    contractFirst: first,
  };
}

/** The contracted pairs in the order in which they lie in the operand that has more to move. */
function orderedPairs(a: Value, b: Value, attrs: OpAttrs['dot']): OpAttrs['dot'] {
  const position = (value: Value, axis: number): number =>
    value.order === undefined ? axis : value.order.indexOf(axis);
  const side = size(a) >= size(b) ? 0 : 1;
  const value = side === 0 ? a : b;
  const contract = attrs.contract.toSorted(
    (p, q) => position(value, p[side]) - position(value, q[side]),
  );
  return { ...attrs, contract };
}

export const PRODUCTS: Lowerings<'dot'> = {
  dot({ scope, attrs, inputs, outputs }) {
    const [a, b] = inputs as [Value, Value];
    const { shape, dtype } = outputs[0]!;
    if (size(a) === 0 || size(b) === 0) return [splatValue(scope, 0, outputs[0]!)];
    const pairs = orderedPairs(a, b, attrs);
    const [left, right] = [axesOf(a, 0, pairs), axesOf(b, 1, pairs)];
    const held = carrier(a);
    const batched = pairs.batch.length > 0;
    const transposes = isFloatCarrier(held) && (!batched || scope.model.target === 'cpu');
    const x = matrices(scope, a, left, false, transposes);
    const y = matrices(scope, b, right, true, transposes);
    const sizes = (value: Value, axes: readonly number[]): number =>
      product(axes.map((axis) => value.shape[axis]!));
    const inner = [sizes(a, left.free), sizes(b, right.free)];
    const whole = batched ? [sizes(a, left.batch), ...inner] : inner;
    const raw = transposes
      ? transposing(scope, x, y, batched)
      : scope.node('MatMul', [upright(scope, x, batched, false), upright(scope, y, batched, true)]);
    const name = kept(scope, raw, dtype);
    const result = equal(whole, shape) ? name : reshapeTo(scope, name, shape);
    return [plainValue(result, outputs[0]!, batched ? {} : { columns: inner[1] })];
  },
};

/** A product whose node transposes by itself. */
function transposing(scope: Scope, x: Matrices, y: Matrices, batched: boolean): Name {
  const transA = x.contractFirst ? 1 : 0;
  const transB = y.contractFirst ? 0 : 1;
  if (!batched) return scope.node('Gemm', [x.name, y.name], { transA, transB });
  if (transA === 0 && transB === 0) return scope.node('MatMul', [x.name, y.name]);
  return scope.microsoft('FusedMatMul', [x.name, y.name], { transA, transB });
}

/** The matrices with the contracted axis where MatMul wants it. */
function upright(
  scope: Scope,
  { name, contractFirst }: Matrices,
  batched: boolean,
  first: boolean,
): Name {
  if (contractFirst === first) return name;
  return scope.node('Transpose', [name], { perm: batched ? [0, 2, 1] : [1, 0] });
}
