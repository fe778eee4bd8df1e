/** Samples of sorting. */
import { operand, type OpSample, sample } from '../sample.ts';

const withNaN = operand([6], 'float32', [3, NaN, -Infinity, -0, Infinity, 1]);
const ties = operand([6], 'float32', [2, 1, 2, 1, 3, 2]);

export const SAMPLES: readonly OpSample[] = [false, true].flatMap((descending) => {
  const direction = descending ? 'descending' : 'ascending';
  return [
    sample('sort', direction, [operand([4, 5], 'float64')], { axis: 1, descending }, true),
    sample(
      'sort',
      `${direction}, first axis`,
      [operand([4, 3, 2], 'float64')],
      { axis: 0, descending },
      true,
    ),
    sample('sort', `${direction}, stable`, [ties], { axis: 0, descending }),
    sample('sort', `${direction}, NaN last`, [withNaN], { axis: 0, descending }),
    sample('sort', `${direction}, int32`, [operand([9], 'int32', 'integers')], {
      axis: 0,
      descending,
    }),
    sample('sort', `${direction}, uint32`, [operand([4], 'uint32', [5, 4294967295, 0, 7])], {
      axis: 0,
      descending,
    }),
    sample('sort', `${direction}, bool`, [operand([5], 'bool', 'bool')], { axis: 0, descending }),
    sample('sort', `${direction}, float16`, [operand([7], 'float16')], { axis: 0, descending }),
    sample('sort', `${direction}, long`, [operand([2, 300])], { axis: 1, descending }),
  ];
});
