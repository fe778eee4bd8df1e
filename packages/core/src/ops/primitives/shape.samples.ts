/** Samples of the ops that move elements. */
import { operand, type OpSample, sample } from '../sample.ts';

const x23 = operand([2, 3], 'float64');
const f23 = operand([2, 3]);
const zero = operand([], 'float32', [0]);

export const SAMPLES: readonly OpSample[] = [
  sample('broadcast', 'leading axis', [x23], { shape: [4, 2, 3], axes: [1, 2] }, true),
  sample(
    'broadcast',
    'size 1',
    [operand([2, 1], 'float64')],
    { shape: [2, 5], axes: [0, 1] },
    true,
  ),
  sample(
    'broadcast',
    'inner axis',
    [operand([2], 'float64')],
    { shape: [2, 3, 4], axes: [0] },
    true,
  ),
  sample('broadcast', 'rank 0', [operand([], 'float32')], { shape: [3, 2], axes: [] }),
  sample('broadcast', 'bool', [operand([3], 'bool', 'bool')], { shape: [2, 3], axes: [1] }),
  sample('broadcast', 'to empty', [operand([1], 'float32')], { shape: [0, 1], axes: [1] }),
  sample('reshape', 'matrix', [x23], { shape: [3, 2] }, true),
  sample('reshape', 'to rank 0', [operand([1, 1])], { shape: [] }),
  sample('reshape', 'int8', [operand([2, 3], 'int8', 'integers')], { shape: [6] }),
  sample('reshape', 'empty', [operand([0, 3])], { shape: [3, 0, 5] }),
  sample('transpose', 'matrix', [x23], { permutation: [1, 0] }, true),
  sample('transpose', 'rank 4', [operand([2, 3, 4, 5])], { permutation: [2, 0, 3, 1] }),
  sample(
    'transpose',
    'rank 3 cycle',
    [operand([2, 3, 4], 'float64')],
    { permutation: [2, 0, 1] },
    true,
  ),
  sample('transpose', 'bool', [operand([2, 3], 'bool', 'bool')], { permutation: [1, 0] }),
  sample(
    'slice',
    'middle',
    [operand([5, 4], 'float64')],
    { start: [1, 1], limit: [4, 3], strides: [1, 1] },
    true,
  ),
  sample(
    'slice',
    'strides',
    [operand([7, 4], 'float64')],
    { start: [0, 1], limit: [6, 4], strides: [2, 3] },
    true,
  ),
  sample('slice', 'nothing', [f23], { start: [1, 0], limit: [1, 3], strides: [1, 1] }),
  sample('slice', 'int32', [operand([6], 'int32', 'integers')], {
    start: [2],
    limit: [6],
    strides: [2],
  }),
  sample(
    'pad',
    'around',
    [x23, operand([], 'float64')],
    { low: [1, 0], high: [0, 2], interior: [0, 0] },
    true,
  ),
  sample(
    'pad',
    'interior',
    [x23, operand([], 'float64')],
    { low: [0, 1], high: [0, 1], interior: [2, 1] },
    true,
  ),
  sample(
    'pad',
    'crop',
    [operand([4, 5], 'float64'), operand([], 'float64')],
    { low: [-1, 1], high: [0, -2], interior: [0, 0] },
    true,
  ),
  sample(
    'pad',
    'crop with interior',
    [operand([4], 'float64'), operand([], 'float64')],
    { low: [-2], high: [-1], interior: [1] },
    true,
  ),
  sample('pad', 'minus infinity', [f23, operand([], 'float32', [-Infinity])], {
    low: [1, 1],
    high: [1, 1],
    interior: [0, 0],
  }),
  sample('pad', 'of nothing', [operand([0, 2]), zero], {
    low: [1, 0],
    high: [1, 0],
    interior: [3, 0],
  }),
  sample('pad', 'bool', [operand([2], 'bool', 'bool'), operand([], 'bool', [1])], {
    low: [1],
    high: [1],
    interior: [0],
  }),
  sample('pad', 'int32', [operand([3], 'int32', 'integers'), operand([], 'int32', [7])], {
    low: [2],
    high: [0],
    interior: [0],
  }),
  sample('concat', 'rows', [x23, operand([1, 3], 'float64')], { axis: 0 }, true),
  sample(
    'concat',
    'columns',
    [x23, operand([2, 1], 'float64'), operand([2, 2], 'float64')],
    { axis: 1 },
    true,
  ),
  sample('concat', 'with an empty part', [f23, operand([2, 0])], { axis: 1 }),
  sample('concat', 'bool', [operand([2], 'bool', 'bool'), operand([3], 'bool', 'bool')], {
    axis: 0,
  }),
  sample('concat', 'one', [operand([2], 'int16', 'integers')], { axis: 0 }),
  sample('reverse', 'both axes', [x23], { axes: [0, 1] }, true),
  sample('reverse', 'last axis', [operand([2, 4], 'int32', 'integers')], { axes: [1] }),
];
