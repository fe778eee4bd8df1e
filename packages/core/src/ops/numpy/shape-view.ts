/** `view`: the same bits read as another dtype, narrower and wider ones too. */
import { byteWidth, type DType } from '../../dtypes.ts';
import { ShapeError, UnsupportedError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { range, tensorOf } from '../values.ts';

/**
 * The bits of a tensor read as another dtype. Where widths differ, the last axis grows or shrinks
 * by their ratio (little-endian).
 */
export function view<A extends Operand>(
  x: A,
  options: { readonly dtype?: DType | null | undefined } = {},
): Out<A> {
  checkOptions('view', options, 'dtype');
  return apply('view', [x] as Operand[], options, ([a]) => {
    const value = tensorOf(a!);
    return viewed(value, options.dtype ?? value.dtype);
  }) as Out<A>;
}

const UNSIGNED: Readonly<Record<number, DType>> = { 1: 'uint8', 2: 'uint16', 4: 'uint32' };

function viewed(x: Tensor, dtype: DType): Tensor {
  const from = byteWidth(x.dtype);
  const to = byteWidth(dtype);
  if (from === to) return primitives.bitcast(x, dtype);
  const source = UNSIGNED[from];
  const target = UNSIGNED[to];
  if (source === undefined || target === undefined || x.dtype === 'bool' || dtype === 'bool') {
    throw new UnsupportedError(`view of ${x.dtype} as ${dtype}: only 8, 16 and 32 bits are done.`);
  }
  if (x.rank === 0) throw new ShapeError('view: a scalar has no axis that could change its size.');
  const bits = primitives.bitcast(x, source);
  const outer = x.shape.slice(0, -1);
  const last = x.shape.at(-1)!;
  const narrow = from > to;
  const ratio = narrow ? from / to : to / from;
  if (narrow) {
    const parts = range(ratio).map((i) => {
      const shifted = primitives.binary('shr', bits, primitives.fullLike(bits, 8 * to * i));
      return primitives.reshape(primitives.cast(shifted, target), [...outer, last, 1]);
    });
    const joined = primitives.concat(parts, outer.length + 1);
    return primitives.bitcast(primitives.reshape(joined, [...outer, last * ratio]), dtype);
  }
  if (last % ratio !== 0) {
    throw new ShapeError(`view: the last axis of size ${last} must be a multiple of ${ratio}.`);
  }
  const shape = [...outer, last / ratio];
  const grouped = primitives.reshape(primitives.cast(bits, target), [...shape, ratio]);
  const words = range(ratio).map((i) => {
    const start = [...shape.map(() => 0), i];
    const word = primitives.reshape(primitives.slice(grouped, start, [...shape, i + 1]), shape);
    return primitives.binary('shl', word, primitives.fullLike(word, 8 * from * i));
  });
  return primitives.bitcast(
    words.reduce((p, q) => primitives.binary('or', p, q)),
    dtype,
  );
}
