/** Samples of the generalised matrix product. */
import { operand, type OpSample, sample } from '../sample.ts';

const matrix = { batch: [], contract: [[1, 0]] } as const;

export const SAMPLES: readonly OpSample[] = [
  sample('dot', 'matrices', [operand([3, 4], 'float64'), operand([4, 5], 'float64')], matrix, true),
  sample('dot', 'float32', [operand([17, 33]), operand([33, 9])], matrix),
  sample(
    'dot',
    'vectors',
    [operand([4], 'float64'), operand([4], 'float64')],
    { batch: [], contract: [[0, 0]] },
    true,
  ),
  sample(
    'dot',
    'matrix and vector',
    [operand([3, 4], 'float64'), operand([4], 'float64')],
    matrix,
    true,
  ),
  sample(
    'dot',
    'outer',
    [operand([3], 'float64'), operand([2], 'float64')],
    { batch: [], contract: [] },
    true,
  ),
  sample(
    'dot',
    'a transposed',
    [operand([4, 3], 'float64'), operand([4, 5], 'float64')],
    { batch: [], contract: [[0, 0]] },
    true,
  ),
  sample(
    'dot',
    'b transposed',
    [operand([3, 4], 'float64'), operand([5, 4], 'float64')],
    { batch: [], contract: [[1, 1]] },
    true,
  ),
  sample(
    'dot',
    'batch',
    [operand([2, 3, 4], 'float64'), operand([2, 4, 5], 'float64')],
    { batch: [[0, 0]], contract: [[2, 1]] },
    true,
  ),
  sample(
    'dot',
    'batch in the middle, two contracted axes',
    [operand([3, 2, 4, 5], 'float64'), operand([5, 4, 6, 2], 'float64')],
    {
      batch: [[1, 3]],
      contract: [
        [2, 1],
        [3, 0],
      ],
    },
    true,
  ),
  sample('dot', 'two batch axes', [operand([2, 3, 4, 5]), operand([2, 3, 5, 2])], {
    batch: [
      [0, 0],
      [1, 1],
    ],
    contract: [[3, 2]],
  }),
  sample('dot', 'over nothing', [operand([2, 0]), operand([0, 3])], matrix),
  sample(
    'dot',
    'int32',
    [operand([2, 3], 'int32', 'integers'), operand([3, 2], 'int32', 'integers')],
    matrix,
  ),
  sample(
    'dot',
    'float16',
    [operand([3, 8], 'float16', 'unit'), operand([8, 2], 'float16', 'unit')],
    matrix,
  ),
  sample(
    'dot',
    'bfloat16',
    [operand([3, 8], 'bfloat16', 'unit'), operand([8, 2], 'bfloat16', 'unit')],
    matrix,
  ),
  sample(
    'dot',
    'NaN and infinity',
    [operand([2, 2], 'float32', [NaN, 1, Infinity, 2]), operand([2, 2], 'float32', [1, 0, 2, 1])],
    matrix,
  ),
];
