/** Threefry-2x32-20 in 32-bit unsigned nodes: the same bits as everywhere else. */
import type { Lowerings } from '../lowering.ts';
import type { Name, Scope } from '../scope.ts';
import { plain, plainValue, product, reshapeTo, splatValue } from '../value.ts';
import { counting, sliceAxis } from './shape.ts';

const PARITY = 0x1bd11bda;

/** Rotations of the four rounds of odd and of even groups. */
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

function rotated(scope: Scope, x: Name, count: number): Name {
  const shift = (by: number, direction: string): Name =>
    scope.node('BitShift', [x, scope.scalar(by, 'uint32')], { direction });
  return scope.node('BitwiseOr', [shift(count, 'LEFT'), shift(32 - count, 'RIGHT')]);
}

/** The two words of the blocks (0, 0), (0, 1), … for a key. */
function threefry(scope: Scope, key: Name, blocks: number): readonly [Name, Name] {
  const add = (a: Name, b: Name): Name => scope.node('Add', [a, b]);
  const xor = (a: Name, b: Name): Name => scope.node('BitwiseXor', [a, b]);
  const k0 = sliceAxis(scope, key, 0, 0, 1);
  const k1 = sliceAxis(scope, key, 0, 1, 2);
  const k2 = xor(xor(k0, k1), scope.scalar(PARITY, 'uint32'));
  const keys = [k0, k1, k2];
  let a = scope.node('Expand', [k0, scope.ints([blocks])]);
  let b = add(counting(scope, blocks, 'uint32'), k1);
  for (let group = 1; group <= 5; group++) {
    for (const count of ROTATIONS[(group - 1) % 2]!) {
      a = add(a, b);
      b = xor(rotated(scope, b, count), a);
    }
    a = add(a, keys[group % 3]!);
    b = add(b, add(keys[(group + 1) % 3]!, scope.scalar(group, 'uint32')));
  }
  return [a, b];
}

export const RANDOM: Lowerings<'randomBits'> = {
  randomBits({ scope, attrs, inputs, outputs }) {
    const count = product(attrs.shape);
    if (count === 0) return [splatValue(scope, 0, outputs[0]!)];
    const blocks = Math.ceil(count / 2);
    const words = threefry(scope, plain(scope, inputs[0]!).name, blocks);
    const columns = words.map((word) => reshapeTo(scope, word, [blocks, 1]));
    const pairs = reshapeTo(scope, scope.node('Concat', columns, { axis: 1 }), [2 * blocks]);
    const bits = count === 2 * blocks ? pairs : sliceAxis(scope, pairs, 0, 0, count);
    return [plainValue(reshapeTo(scope, bits, attrs.shape), outputs[0]!)];
  },
};
