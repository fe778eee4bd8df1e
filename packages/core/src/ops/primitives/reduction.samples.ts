/** Samples of the reductions. */
import { operand, type OpSample, sample } from '../sample.ts';

const x234 = operand([2, 3, 4], 'float64');
const withNaN = operand([2, 3], 'float32', [1, NaN, 3, 4, 5, -Infinity]);
const ties = operand([2, 3], 'float64', [1, 3, 3, 2, 2, 2]);
const zeros = operand([3, 3], 'float64', [1, 0, 3, 2, 4, 5, 0, 0, 2]);

const reduceSamples: OpSample[] = (['sum', 'prod', 'min', 'max'] as const).flatMap((fn) => [
  sample('reduce', `${fn} last axis`, [x234], { fn, axes: [2] }, true),
  sample('reduce', `${fn} outer axes`, [x234], { fn, axes: [0, 1] }, true),
  sample('reduce', `${fn} middle axis`, [operand([3, 4, 5])], { fn, axes: [1] }),
  sample('reduce', `${fn} all`, [operand([3, 4])], { fn, axes: [0, 1] }),
  sample('reduce', `${fn} NaN`, [withNaN], { fn, axes: [1] }),
  sample('reduce', `${fn} nothing`, [operand([2, 0])], { fn, axes: [1] }),
  sample('reduce', `${fn} int32`, [operand([3, 4], 'int32', 'integers')], { fn, axes: [0] }),
  sample('reduce', `${fn} uint8 wraps`, [operand([3], 'uint8', [200, 100, 3])], { fn, axes: [0] }),
  sample('reduce', `${fn} float16`, [operand([4, 3], 'float16', 'unit')], { fn, axes: [0] }),
  sample('reduce', `${fn} bfloat16`, [operand([4, 3], 'bfloat16', 'unit')], { fn, axes: [1] }),
]);

const cumulativeSamples: OpSample[] = (['sum', 'prod', 'min', 'max'] as const).flatMap((fn) => {
  const smooth = fn === 'sum' || fn === 'prod';
  return [
    sample('cumulative', fn, [x234], { fn, axis: 1, reverse: false }, smooth),
    sample('cumulative', `${fn} reverse`, [x234], { fn, axis: 2, reverse: true }, smooth),
    sample('cumulative', `${fn} NaN`, [withNaN], { fn, axis: 1, reverse: false }),
    sample('cumulative', `${fn} int32`, [operand([6], 'int32', 'integers')], {
      fn,
      axis: 0,
      reverse: false,
    }),
    sample('cumulative', `${fn} float32`, [operand([3, 5])], { fn, axis: 0, reverse: true }),
  ];
});

const argSamples: OpSample[] = (['min', 'max'] as const).flatMap((fn) => [
  sample('argReduce', `${fn} rows`, [operand([3, 4])], { fn, axis: 1 }),
  sample('argReduce', `${fn} columns`, [operand([3, 4])], { fn, axis: 0 }),
  sample('argReduce', `${fn} first of ties`, [ties], { fn, axis: 1 }),
  sample('argReduce', `${fn} NaN`, [withNaN], { fn, axis: 1 }),
  sample('argReduce', `${fn} int32`, [operand([5], 'int32', 'integers')], { fn, axis: 0 }),
]);

export const SAMPLES: readonly OpSample[] = [
  ...reduceSamples,
  sample('reduce', 'prod with zeros', [zeros], { fn: 'prod', axes: [1] }, true),
  sample('reduce', 'max ties', [ties], { fn: 'max', axes: [1] }),
  sample('reduce', 'all', [operand([2, 2], 'bool', [1, 1, 0, 1])], { fn: 'min', axes: [1] }),
  sample('reduce', 'any', [operand([2, 2], 'bool', [0, 0, 0, 1])], { fn: 'max', axes: [1] }),
  sample('reduce', 'all of nothing', [operand([2, 0], 'bool', [])], { fn: 'min', axes: [1] }),
  sample('reduce', 'any of nothing', [operand([2, 0], 'bool', [])], { fn: 'max', axes: [1] }),
  sample('reduce', 'sum, long', [operand([3000])], { fn: 'sum', axes: [0] }),
  ...argSamples,
  ...cumulativeSamples,
  sample('cumulative', 'prod with zeros', [zeros], { fn: 'prod', axis: 1, reverse: false }, true),
  sample(
    'cumulative',
    'prod with zeros, reverse',
    [zeros],
    { fn: 'prod', axis: 1, reverse: true },
    true,
  ),
];
