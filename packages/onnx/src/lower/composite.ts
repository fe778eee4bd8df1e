/** Composites that the runtime has by name; every other one is written as its body. */
import type { Aval, Json, OpAttrs } from '@addax/core';
import { isFloatCarrier, carrierOf } from '../carriers.ts';
import type { Lowering, Lowerings } from '../lowering.ts';
import { kept } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import { carrier, plain, plainValue, range, stored, storedAxis, type Value } from '../value.ts';
import { SIGMOID } from '../rewrite/sigmoids.ts';
import { activation } from './windows.ts';
import { attentionFits, attentionNode } from './attention.ts';
import { lstmNode, lstmFits } from './recurrent.ts';

type CallContext = Lowering<'call'>;
type Options = OpAttrs['call']['options'];

/** A composite that the runtime has. */
interface Named {
  /** The first set of operators that has it. Default 17. */
  readonly opset?: number;
  /** Whether operands and options are among those that the operator takes. */
  readonly fits: (operands: readonly Aval[], options: Options) => boolean;
  readonly lower: (context: CallContext) => readonly Value[];
}

function numbers(value: Json | undefined): readonly number[] {
  return Array.isArray(value) ? (value as number[]) : [];
}

function isFloatValue({ dtype }: Aval): boolean {
  return isFloatCarrier(carrierOf(dtype));
}

/** An operator along one axis that keeps the shape; it works on tensors in any order. */
function alongAxis(op: string): Named {
  return {
    fits: ([x], { axes }) => isFloatValue(x!) && numbers(axes).length === 1,
    lower({ scope, attrs, inputs }) {
      const axis = numbers(attrs.options['axes'])[0]!;
      const x = inputs[0]!;
      const value = { ...x, name: stored(scope, x, x.order ?? range(x.shape.length)) };
      const name = scope.node(op, [value.name], { axis: storedAxis(x, axis) });
      const dims = (x.order ?? range(x.shape.length)).map((item) => x.shape[item]!);
      return [finished(scope, { ...value, dims }, name)];
    },
  };
}

/** A pointwise result, rounded into the dtype. */
function finished(scope: Scope, value: Value, name: Name): Value {
  return { ...value, name: kept(scope, name, value.dtype), splat: undefined, pooled: undefined };
}

/** One number for every place of a vector. */
function filled(scope: Scope, count: number, number: number, held: Value['dtype']): Name {
  const values = Array.from({ length: count }, () => number);
  return scope.model.tensor(carrierOf(held), [count], values);
}

const gelu: Named = {
  opset: 20,
  fits: ([x]) => carrierOf(x!.dtype) === 'float32',
  lower({ scope, attrs, inputs }) {
    const x = plain(scope, inputs[0]!);
    const approximate = attrs.options['approximate'] === true ? 'tanh' : 'none';
    return [finished(scope, x, scope.node('Gelu', [x.name], { approximate }))];
  },
};

const sigmoid: Named = {
  fits: ([x]) => x!.dtype === 'float32',
  lower({ scope, inputs }) {
    const x = inputs[0]!;
    return [finished(scope, x, scope.node('Sigmoid', [x.name]))];
  },
};

const layerNorm: Named = {
  fits([x], { axes }) {
    const list = numbers(axes);
    const rank = x!.shape.length;
    return (
      carrierOf(x!.dtype) === 'float32' &&
      list.length > 0 &&
      list.every((axis, i) => axis === rank - list.length + i)
    );
  },
  lower({ scope, attrs, inputs }) {
    const { axes, epsilon, scale, offset } = attrs.options;
    const [first, ...rest] = inputs;
    const x = plain(scope, first!);
    const list = numbers(axes);
    const shape = list.map((axis) => x.shape[axis]!);
    const held = carrier(x);
    const ones = (): Name => scope.node('Expand', [scope.scalar(1, held), scope.ints(shape)]);
    const factor = scale === true ? plain(scope, rest.shift()!).name : ones();
    const operands = [x.name, factor];
    if (offset === true) operands.push(plain(scope, rest.shift()!).name);
    const attributes = { axis: list[0]!, epsilon: { float: Number(epsilon) } };
    return [finished(scope, x, scope.node('LayerNormalization', operands, attributes))];
  },
};

const batchNorm: Named = {
  fits: (operands) =>
    operands.every(({ dtype }) => dtype === 'float32') && operands[0]!.shape.length >= 2,
  lower({ scope, attrs, inputs, outputs }) {
    const { axis, epsilon, scale, offset } = attrs.options;
    const [first, mean, variance, ...rest] = inputs as [Value, Value, Value, ...Value[]];
    const rank = first.shape.length;
    const channel = Number(axis);
    const order = range(rank).filter((item) => item !== channel);
    order.splice(1, 0, channel);
    const x = stored(scope, first, order);
    const count = first.shape[channel]!;
    const vector = (given: Json | undefined, missing: number): Name =>
      given === true
        ? plain(scope, rest.shift()!).name
        : filled(scope, count, missing, first.dtype);
    const factor = vector(scale, 1);
    const shift = vector(offset, 0);
    const statistics = [mean, variance].map((value) => plain(scope, value).name);
    const attributes = { epsilon: { float: Number(epsilon) } };
    const operands = [x, factor, shift, ...statistics];
    const name = scope.node('BatchNormalization', operands, attributes);
    if (channel === rank - 1) return [activation(name, outputs[0]!, 'channelsLast')];
    const dims = order.map((item) => first.shape[item]!);
    const isSorted = order.every((item, i) => item === i);
    return [{ ...plainValue(name, outputs[0]!), dims, order: isSorted ? undefined : order }];
  },
};

const attention: Named = { opset: 23, fits: attentionFits, lower: attentionNode };

const lstm: Named = { fits: lstmFits, lower: lstmNode };

const NAMED: Readonly<Record<string, Named>> = {
  softmax: alongAxis('Softmax'),
  logSoftmax: alongAxis('LogSoftmax'),
  attention,
  gelu,
  layerNorm,
  batchNormInfer: batchNorm,
  [SIGMOID]: sigmoid,
  lstm,
};

/** Whether a set of operators has one for this composite with these operands. */
export function isNamed(
  { name, options }: OpAttrs['call'],
  operands: readonly Aval[],
  opset: number,
): boolean {
  const named = Object.hasOwn(NAMED, name) ? NAMED[name]! : undefined;
  if (named === undefined || opset < (named.opset ?? 17)) return false;
  return operands.every(({ shape }) => !shape.includes(0)) && named.fits(operands, options);
}

export const COMPOSITES: Lowerings<'call'> = {
  call(context: CallContext): readonly Value[] {
    const { scope, attrs, inputs, lowerGraph } = context;
    return isNamed(attrs, inputs, scope.model.opset)
      ? NAMED[attrs.name]!.lower(context)
      : lowerGraph(scope, attrs.body, inputs);
  },
};
