/**
 * Stable sorting along an axis. Values become unsigned integers of the same order, each paired with
 * its position; the pairs are sorted ({@link sortPairs}), then values are fetched by position.
 */
import type { DType } from '@addax/core';
import { isFloat, sizeOf } from '@addax/core';
import type { Shader } from '../launch.ts';
import type { Lowering } from './call.ts';
import { loaded, type StoredType, storedType } from '../storage.ts';
import { order } from './elements.ts';
import { perUnit } from './move.ts';
import { PAIRS, sortPairs } from './runs.ts';
import { flatGroups, shader } from './words.ts';

const THREADS = 64;

/** Element `at` of line `line` of [outer, count, step]. */
const ELEMENT = '(line / step * count + at) * step + line % step';

/** Values are moved as they are; those of float16 have ranks by their bits as f32. */
type Moved = Extract<StoredType, 'u32' | 'f16'>;

/** Pairs (rank, position) of the lines, which are filled up to a power of two. */
function fill(dtype: DType, type: Moved): Shader {
  const flipped = isFloat(dtype)
    ? 'select(number ^ flips, number, number == 0xffffffffu)'
    : 'number ^ flips';
  return shader({
    label: 'sort: pairs',
    bindings: [
      { use: 'read', type },
      { use: 'write', type: 'vec2<u32>' },
    ],
    names: ['total', 'length', 'count', 'step', 'flips'],
    threads: THREADS,
    declarations: `alias Bits = u32;\n${order(dtype)}`,
    body: `  if (thread >= total) { return; }
  let line = thread / length;
  let at = thread % length;
  // NaN and what only fills are last either way.
  var rank = 0xffffffffu;
  if (at < count) {
    let number = order(bitcast<u32>(${loaded(type, `b0[o0 + ${ELEMENT}]`)}));
    rank = ${flipped};
  }
  b1[(o1 >> 1u) + thread] = vec2<u32>(rank, at);`,
  });
}

const WRITE = perUnit((type) =>
  shader({
    label: 'sort: values',
    bindings: [{ use: 'read', type }, PAIRS, { use: 'write', type }, { use: 'write', type: 'u32' }],
    names: ['total', 'length', 'count', 'step'],
    threads: THREADS,
    body: `  if (thread >= total) { return; }
  let line = thread / (count * step) * step + thread % step;
  var at = thread / step % count;
  let position = b1[(o1 >> 1u) + line * length + at].y;
  b3[o3 + thread] = position;
  at = position;
  b2[o2 + thread] = b0[o0 + ${ELEMENT}];`,
  }),
);

/** Lowers `sort`. */
export const sort: Lowering<'sort'> = (node, call) => {
  const { shape, dtype } = call.avals[node.inputs[0]];
  const { axis, descending } = node.attrs;
  const { maxGroups } = call.abilities;
  const size = sizeOf(shape);
  if (size === 0) return;
  const count = shape[axis];
  const step = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const batches = size / count;
  const length = 2 ** Math.ceil(Math.log2(count));
  const total = batches * length;
  const [x, pairs] = [call.input(0), call.scratch(2 * total)];
  const type = storedType(dtype, call.abilities) === 'f16' ? 'f16' : 'u32';
  const flips = descending ? 0xffffffff : 0;
  call.launch(
    fill(dtype, type),
    [x, pairs],
    [total, length, count, step, flips],
    flatGroups(total, THREADS, maxGroups),
  );
  sortPairs(call, pairs, { batches, length });
  call.launch(
    WRITE[type],
    [x, pairs, call.output(0), call.output(1)],
    [size, length, count, step],
    flatGroups(size, THREADS, maxGroups),
  );
};
