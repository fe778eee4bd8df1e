/** The runtime's LSTM operator, whose gates stand in another order and whose weights lie across. */
import type { Aval, OpAttrs } from '@addax/core';
import type { Lowering } from '../lowering.ts';
import type { Name, Scope } from '../scope.ts';
import { plain, plainValue, reshapeTo, stored, type Value } from '../value.ts';
import { sliceAxis } from './shape.ts';

type Options = OpAttrs['call']['options'];

/** Whether the operator does what the options say: usual activations, and no mask. */
export function lstmFits(operands: readonly Aval[], options: Options): boolean {
  const usual = options['activation'] === 'tanh' && options['recurrentActivation'] === 'sigmoid';
  return usual && options['mask'] === false && operands.every(({ dtype }) => dtype === 'float32');
}

/** Gates [input, forget, cell, output] along axis 0 as [input, output, forget, cell]. */
function reordered(scope: Scope, gates: Name, units: number): Name {
  const part = (gate: number): Name => sliceAxis(scope, gates, 0, gate * units, (gate + 1) * units);
  return scope.node('Concat', [part(0), part(3), part(1), part(2)], { axis: 0 });
}

/** Output, last hidden state and last cell state. */
export function lstmNode({ scope, attrs, inputs, outputs }: Lowering<'call'>): Value[] {
  const { options } = attrs;
  const [x, kernel, recurrent, ...rest] = inputs as [Value, Value, Value, ...Value[]];
  const [batch, steps] = x.shape as [number, number, number];
  const units = recurrent.shape[0]!;
  const weights = (value: Value): Name => {
    const across = reordered(scope, stored(scope, value, [1, 0]), units);
    return reshapeTo(scope, across, [1, 4 * units, value.shape[0]!]);
  };
  const zeros = (count: number): Name =>
    scope.node('Expand', [scope.scalar(0, 'float32'), scope.ints([count])]);
  let bias: Name = '';
  if (options['bias'] === true) {
    const own = reordered(scope, plain(scope, rest.shift()!).name, units);
    const both = scope.node('Concat', [own, zeros(4 * units)], { axis: 0 });
    bias = reshapeTo(scope, both, [1, 8 * units]);
  }
  const state = (given: boolean): Name =>
    given ? reshapeTo(scope, plain(scope, rest.shift()!).name, [1, batch, units]) : '';
  const hidden = state(options['initialHidden'] === true);
  const cell = state(options['initialCell'] === true);
  const backwards = options['goBackwards'] === true;
  const attributes = { hidden_size: units, direction: backwards ? 'reverse' : 'forward' };
  const sequence = stored(scope, x, [1, 0, 2]);
  const operands = [sequence, weights(kernel), weights(recurrent), bias, '', hidden, cell];
  const [all, lastHidden, lastCell] = scope.nodeOf('LSTM', operands, attributes, 3);
  const last = [lastHidden!, lastCell!].map((name, i) =>
    plainValue(reshapeTo(scope, name, [batch, units]), outputs[i + 1]!),
  );
  if (options['returnSequences'] !== true) return [last[0]!, ...last];
  // [steps, 1, batch, units], in the order of the steps; the graph has them in the order of walking.
  let results = reshapeTo(scope, all!, [steps, batch, units]);
  if (backwards) {
    const lists = [[-1], [-(2 ** 31)], [0], [-1]].map((list) => scope.ints(list));
    results = scope.node('Slice', [results, ...lists]);
  }
  const { shape, dtype } = outputs[0]!;
  const output = { name: results, dtype, shape, dims: [steps, batch, units], order: [1, 0, 2] };
  return [output, ...last];
}
