/** Cross-correlation of two vectors. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as, commonFloat } from '../promote.ts';
import { tensorOf } from '../values.ts';

/** Options of {@link correlate}. */
export interface CorrelateOptions {
  /**
   * `'valid'`: only where both overlap completely; `'same'`: as long as the longer one; `'full'`:
   * wherever they overlap. Default `'valid'`.
   */
  readonly mode?: 'valid' | 'same' | 'full' | undefined;
}

/** Σₙ x1[n + k] · x2[n] for each shift k. Integers give floatx. */
export function correlate<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  options: CorrelateOptions = {},
): Out<A | B> {
  checkOptions('correlate', options, 'mode');
  const { mode = 'valid' } = options;
  return apply('correlate', [x1, x2] as Operand[], options, (values) => {
    const dtype = commonFloat(...values);
    const [a, b] = values.map((value) => as(tensorOf(value), dtype)) as [Tensor, Tensor];
    if (a.rank !== 1 || b.rank !== 1 || a.size === 0 || b.size === 0) {
      throw new ShapeError(
        `correlate: both operands must be vectors that are not empty, got shapes ` +
          `[${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
      );
    }
    // Shifts count from −(size of b − 1); `start` of them come before the first wanted one.
    const [start, length] = window(a.size, b.size, mode);
    const before = b.size - 1 - start;
    const after = length - 1 + b.size - a.size - before;
    const y = primitives.conv(
      primitives.reshape(a, [1, a.size, 1]),
      primitives.reshape(b, [b.size, 1, 1]),
      {
        strides: [1],
        padding: [[before, after]],
        dilation: [1],
        groups: 1,
        layout: 'channelsLast',
      },
    );
    return primitives.reshape(y, [length]);
  }) as Out<A | B>;
}

/** First wanted shift and number of shifts. */
function window(a: number, b: number, mode: string): [start: number, length: number] {
  const short = Math.min(a, b);
  const total = a + b - 1;
  switch (mode) {
    case 'full':
      return [0, total];
    case 'valid':
      return [short - 1, total - 2 * (short - 1)];
    case 'same': {
      const skipped = short - 1 - Math.floor(short / 2);
      const length = Math.max(a, b);
      // NumPy correlates the longer one with the shorter and reverses the result if it swapped them.
      return [a >= b ? skipped : total - length - skipped, length];
    }
    default:
      throw new ArgumentError(`correlate: unknown mode '${mode}'; use valid, same or full.`);
  }
}
