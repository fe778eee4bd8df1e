/** Pointwise ops: operands are aligned, computed on their carrier, and rounded or wrapped once. */
import type { Aval } from '@addax/core';
import { carrierOf, isNarrow } from '../carriers.ts';
import type { Lowering, Lowerings } from '../lowering.ts';
import { converted, kept, where } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import { aligned, range, type Value } from '../value.ts';
import { binaryNode, compareNode } from './binary.ts';
import { withBias } from './product-bias.ts';
import { unaryNode } from './unary.ts';

type PointwiseOp = 'unary' | 'binary' | 'compare' | 'select' | 'cast' | 'bitcast' | 'stopGradient';

/** Aligns operands, writes the nodes, and gives the result. */
function pointwise(
  scope: Scope,
  values: readonly Value[],
  { shape, dtype }: Aval,
  write: (names: readonly Name[]) => Name,
): Value {
  const { names, dims, order } = aligned(scope, values);
  return { name: write(names), dtype, shape, dims, order };
}

/** Bounds of an integer result that are known without computing it. */
function boundsOf({ attrs, inputs }: Lowering<'binary'>): Value['range'] {
  const [a, b] = [inputs[0]!.range, inputs[1]!.range];
  switch (attrs.fn) {
    case 'max':
    case 'min': {
      const pick = attrs.fn === 'max' ? Math.max : Math.min;
      const known = a ?? b;
      if (known === undefined) return undefined;
      if (a !== undefined && b !== undefined) return [pick(a[0], b[0]), pick(a[1], b[1])];
      return attrs.fn === 'max' ? [known[0], Infinity] : [-Infinity, known[1]];
    }
    default:
      return undefined;
  }
}

/** A bias or a rectifier on a convolution that will be pooled: on each of its phases. */
function inPhases(context: Lowering<'binary'>, phases: readonly Name[]): Value {
  const [x, other] = context.inputs as [Value, Value];
  const order = x.order ?? range(x.shape.length);
  // The phases are smaller, but along the batch and the channels, where the other operand varies.
  const shape = x.shape.map((size, axis) => (order.indexOf(axis) < 2 ? size : 2));
  const part = { ...x, phases: undefined, shape, dims: order.map((axis) => shape[axis]!) };
  const names = phases.map((name) => {
    const inputs = [
      { ...part, name },
      { ...other, shape },
    ];
    const outputs = [{ shape, dtype: x.dtype }];
    return POINTWISE.binary({ ...context, inputs, outputs })[0]!.name;
  });
  return { ...x, phases: names };
}

/** Bitwise functions of values in the dtype stay in it, and so do extremes. */
const CLOSED: ReadonlySet<string> = new Set(['min', 'max', 'and', 'or', 'xor', 'shr', 'rem']);
const CLOSED_UNARY: ReadonlySet<string> = new Set([
  'sign',
  'floor',
  'ceil',
  'round',
  'isNan',
  'isFinite',
]);

export const POINTWISE: Lowerings<PointwiseOp> = {
  unary({ scope, attrs, inputs, outputs }) {
    const { dtype } = inputs[0]!;
    const result = pointwise(scope, inputs, outputs[0]!, ([x]) => {
      const raw = unaryNode(scope, attrs.fn, x!, dtype);
      return CLOSED_UNARY.has(attrs.fn) ? raw : kept(scope, raw, dtype);
    });
    return [result];
  },
  binary(context) {
    const { scope, attrs, inputs, outputs, lastReader } = context;
    const { dtype } = inputs[0]!;
    if (inputs[0]!.phases !== undefined) return [inPhases(context, inputs[0]!.phases)];
    const joined = attrs.fn === 'add' ? withBias(scope, inputs, lastReader) : undefined;
    if (joined !== undefined) return [joined];
    const known = inputs[1]!.splat;
    const result = pointwise(scope, inputs, outputs[0]!, ([a, b]) => {
      const raw = binaryNode(attrs.fn, { scope, a: a!, b: b!, dtype, known });
      return CLOSED.has(attrs.fn) || !isNarrow(dtype) ? raw : kept(scope, raw, dtype);
    });
    return [{ ...result, range: boundsOf(context) }];
  },
  compare({ scope, attrs, inputs, outputs }) {
    const { dtype } = inputs[0]!;
    return [
      pointwise(scope, inputs, outputs[0]!, ([a, b]) =>
        compareNode(scope, attrs.fn, a!, b!, dtype),
      ),
    ];
  },
  select({ scope, inputs, outputs }) {
    const carrier = carrierOf(outputs[0]!.dtype);
    return [
      pointwise(scope, inputs, outputs[0]!, ([condition, a, b]) =>
        where(scope, condition!, a!, b!, carrier),
      ),
    ];
  },
  cast({ scope, inputs, outputs }) {
    const x = inputs[0]!;
    const { dtype } = outputs[0]!;
    if (x.dtype === dtype) return [x];
    const name = converted(scope, x.name, x.dtype, dtype);
    return [{ ...x, name, dtype, splat: undefined, range: undefined }];
  },
  bitcast({ scope, inputs, outputs }) {
    const x = inputs[0]!;
    const { dtype } = outputs[0]!;
    const name = x.dtype === dtype ? x.name : converted(scope, x.name, x.dtype, dtype);
    return [{ ...x, name, dtype, splat: undefined, range: undefined }];
  },
  stopGradient: ({ inputs }) => inputs,
};
