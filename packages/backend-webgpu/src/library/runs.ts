/**
 * Sorts numbers with their positions, so that equal numbers stand together in the order of their
 * positions: a bitonic sort of pairs, block by block in workgroup memory, and across blocks one
 * exchange a launch.
 */
import type { Operand } from '../launch.ts';
import type { Call } from './call.ts';
import { type Binding, flatGroups, shader } from './words.ts';

/** Sorted pairs [batches, length] of (index, position); what has no place comes last. */
export interface Runs {
  readonly pairs: Operand;
  /** Pairs of a batch: a power of two. */
  readonly length: number;
}

/** Pairs in the text of a kernel. */
export const PAIRS: Binding = { use: 'read', type: 'vec2<u32>' };
const SORTED: Binding = { use: 'write', type: 'vec2<u32>' };

const THREADS = 256;
/** Pairs that a workgroup sorts: 16 KiB. */
const BLOCK = 2048;
const SMALL_THREADS = 64;

/** No two pairs are equal: positions differ. */
const ORDER = `fn after(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x > b.x || (a.x == b.x && a.y > b.y);
}`;

const FILL = shader({
  label: 'scatter: pairs',
  bindings: [{ use: 'read', type: 'i32' }, SORTED],
  names: ['total', 'length', 'count'],
  threads: SMALL_THREADS,
  body: `  if (thread >= total) { return; }
  let at = thread % length;
  var index = 0xffffffffu;
  if (at < count) { index = u32(b0[o0 + thread / length * count + at]); }
  b1[(o1 >> 1u) + thread] = vec2<u32>(index, at);`,
});

/** Merges of `smallest` to `largest` pairs, as far as they stay inside a block. */
const SORT_BLOCK = shader({
  label: 'sort in blocks',
  bindings: [SORTED],
  names: ['total', 'length', 'smallest', 'largest'],
  threads: THREADS,
  declarations: `${ORDER}
var<workgroup> block: array<vec2<u32>, ${BLOCK}>;`,
  body: `  let origin = (group.y * groups.x + group.x) * ${BLOCK}u;
  for (var i = lane; i < ${BLOCK}u; i += ${THREADS}u) {
    if (origin + i < total) { block[i] = b0[(o0 >> 1u) + origin + i]; }
  }
  for (var span = smallest; span <= largest; span = span << 1u) {
    for (var far = min(span, ${BLOCK}u) >> 1u; far > 0u; far = far >> 1u) {
      workgroupBarrier();
      for (var i = lane; i < ${BLOCK / 2}u; i += ${THREADS}u) {
        let low = (i / far) * far * 2u + i % far;
        if (origin + low < total) {
          let a = block[low];
          let b = block[low + far];
          let ascends = ((origin + low) & (length - 1u) & span) == 0u;
          if (after(a, b) == ascends) {
            block[low] = b;
            block[low + far] = a;
          }
        }
      }
    }
  }
  workgroupBarrier();
  for (var i = lane; i < ${BLOCK}u; i += ${THREADS}u) {
    if (origin + i < total) { b0[(o0 >> 1u) + origin + i] = block[i]; }
  }`,
});

/** One exchange over a distance longer than a block. */
const EXCHANGE = shader({
  label: 'sort across blocks',
  bindings: [SORTED],
  names: ['total', 'length', 'span', 'far'],
  threads: SMALL_THREADS,
  declarations: ORDER,
  body: `  if (thread * 2u >= total) { return; }
  let low = (thread / far) * far * 2u + thread % far;
  let first = (o0 >> 1u) + low;
  let a = b0[first];
  let b = b0[first + far];
  if (after(a, b) == ((low & (length - 1u) & span) == 0u)) {
    b0[first] = b;
    b0[first + far] = a;
  }`,
});

/** Sorts the indices [batches, count] of an operand. */
export function sortIndices(
  call: Call,
  indices: Operand,
  { batches, count }: { readonly batches: number; readonly count: number },
): Runs {
  const { maxGroups } = call.abilities;
  const length = 2 ** Math.ceil(Math.log2(count));
  const total = batches * length;
  const pairs = call.scratch(2 * total);
  call.launch(
    FILL,
    [indices, pairs],
    [total, length, count],
    flatGroups(total, SMALL_THREADS, maxGroups),
  );
  sortPairs(call, pairs, { batches, length });
  return { pairs, length };
}

/** Sorts pairs [batches, length] of each batch in place; the length is a power of two. */
export function sortPairs(
  call: Call,
  pairs: Operand,
  { batches, length }: { readonly batches: number; readonly length: number },
): void {
  const { maxGroups } = call.abilities;
  const total = batches * length;
  const inBlocks = (from: number, to: number): void => {
    const groups = flatGroups(total, BLOCK, maxGroups);
    call.launch(SORT_BLOCK, [pairs], [total, length, from, to], groups);
  };
  inBlocks(2, Math.min(length, BLOCK));
  for (let span = BLOCK * 2; span <= length; span *= 2) {
    for (let far = span / 2; far >= BLOCK; far /= 2) {
      const groups = flatGroups(total / 2, SMALL_THREADS, maxGroups);
      call.launch(EXCHANGE, [pairs], [total, length, span, far], groups);
    }
    inBlocks(span, span);
  }
}
