/**
 * Random bits by Threefry-2x32-20 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC
 * 2011): a thread computes the block of counter (0, i), whose words are elements 2i and 2i + 1.
 */
import { sizeOf } from '@addax/core';
import type { Lowering } from './call.ts';
import { flatGroups, shader } from './words.ts';

const THREADS = 64;

/** Rotations of the four rounds of even and of odd groups. */
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/** Five groups of four rounds; after each, the next pair of the three keys is added. */
const ROUNDS = [0, 1, 2, 3, 4]
  .map((group) => {
    const rounds = ROTATIONS[group % 2].map(
      (count) => `  a += b;\n  b = ((b << ${count}u) | (b >> ${32 - count}u)) ^ a;`,
    );
    const [next, afterNext] = [(group + 1) % 3, (group + 2) % 3];
    return `${rounds.join('\n')}\n  a += k${next};\n  b += k${afterNext} + ${group + 1}u;`;
  })
  .join('\n');

const RANDOM_BITS = shader({
  label: 'randomBits',
  bindings: [
    { use: 'read', type: 'u32' },
    { use: 'write', type: 'u32' },
  ],
  names: ['count'],
  threads: THREADS,
  body: `  if (thread * 2u >= count) { return; }
  let k0 = b0[o0];
  let k1 = b0[o0 + 1u];
  let k2 = 0x1bd11bdau ^ k0 ^ k1;
  var a = k0;
  var b = thread + k1;
${ROUNDS}
  b1[o1 + thread * 2u] = a;
  if (thread * 2u + 1u < count) { b1[o1 + thread * 2u + 1u] = b; }`,
});

/** Lowers `randomBits`. */
export const randomBits: Lowering<'randomBits'> = (node, call) => {
  const count = sizeOf(call.avals[node.outputs[0]].shape);
  if (count === 0) return;
  const groups = flatGroups(Math.ceil(count / 2), THREADS, call.abilities.maxGroups);
  call.launch(RANDOM_BITS, [call.input(0), call.output(0)], [count], groups);
};
