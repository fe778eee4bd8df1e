/** Samples of the ops that read and write at computed positions. */
import { operand, type OpSample, sample } from '../sample.ts';

const index = (shape: readonly number[], values: readonly number[]): ReturnType<typeof operand> =>
  operand(shape, 'int32', values);
const x53 = operand([5, 3], 'float64');
const batched = index([2, 3], [0, 3, 1, 2, 2, 0]);

export const SAMPLES: readonly OpSample[] = [
  sample('gather', 'rows', [x53, index([4], [0, 4, 4, 2])], { axis: 0, batchDims: 0 }, true),
  sample('gather', 'columns', [x53, index([2], [2, 0])], { axis: 1, batchDims: 0 }, true),
  sample(
    'gather',
    'matrix of indices',
    [x53, index([2, 2], [0, 1, 4, 0])],
    { axis: 0, batchDims: 0 },
    true,
  ),
  sample('gather', 'scalar index', [x53, index([], [3])], { axis: 0, batchDims: 0 }, true),
  sample('gather', 'clamps', [x53, index([3], [-7, 9, 2])], { axis: 0, batchDims: 0 }, true),
  sample('gather', 'batch', [operand([2, 4], 'float64'), batched], { axis: 1, batchDims: 1 }, true),
  sample(
    'gather',
    'batch and inner axis',
    [operand([2, 4, 3], 'float64'), batched],
    { axis: 1, batchDims: 1 },
    true,
  ),
  sample(
    'gather',
    'batch, later axis',
    [operand([2, 3, 4], 'float64'), batched],
    { axis: 2, batchDims: 1 },
    true,
  ),
  sample('gather', 'int32', [operand([4], 'int32', 'integers'), index([3], [3, 0, 3])], {
    axis: 0,
    batchDims: 0,
  }),
  sample('gather', 'nothing', [operand([4, 2]), index([0], [])], { axis: 0, batchDims: 0 }),
  ...(['set', 'add', 'min', 'max'] as const).flatMap((mode) => [
    sample(
      'scatter',
      `${mode} rows`,
      [x53, index([3], [0, 4, 4]), operand([3, 3], 'float64')],
      { axis: 0, batchDims: 0, mode },
      true,
    ),
    sample(
      'scatter',
      `${mode} batch`,
      [operand([2, 4, 2], 'float64'), batched, operand([2, 3, 2], 'float64')],
      { axis: 1, batchDims: 1, mode },
      true,
    ),
    sample(
      'scatter',
      `${mode} columns, out of range`,
      [x53, index([2, 2], [0, -1, 7, 2]), operand([5, 2, 2], 'float64')],
      { axis: 1, batchDims: 0, mode },
      true,
    ),
    sample(
      'scatter',
      `${mode} int32`,
      [operand([4], 'int32', 'integers'), index([3], [1, 1, 3]), operand([3], 'int32', 'integers')],
      { axis: 0, batchDims: 0, mode },
    ),
    sample(
      'scatter',
      `${mode} float32`,
      [operand([6, 4]), index([5], [5, 0, 2, 2, 2]), operand([5, 4])],
      { axis: 0, batchDims: 0, mode },
    ),
  ]),
  sample(
    'scatter',
    'set bool',
    [operand([4], 'bool', 'bool'), index([2], [0, 3]), operand([2], 'bool', 'bool')],
    { axis: 0, batchDims: 0, mode: 'set' },
  ),
  sample('dynamicSlice', 'inside', [x53, index([2], [1, 0])], { sizes: [2, 2] }, true),
  sample('dynamicSlice', 'clamps', [x53, index([2], [9, -2])], { sizes: [2, 3] }, true),
  sample('dynamicSlice', 'int32', [operand([6], 'int32', 'integers'), index([1], [3])], {
    sizes: [2],
  }),
  sample(
    'dynamicUpdateSlice',
    'inside',
    [x53, operand([2, 2], 'float64'), index([2], [1, 1])],
    {},
    true,
  ),
  sample(
    'dynamicUpdateSlice',
    'clamps',
    [x53, operand([2, 3], 'float64'), index([2], [9, 9])],
    {},
    true,
  ),
  sample('dynamicUpdateSlice', 'float32', [operand([4]), operand([1]), index([1], [2])], {}),
];
