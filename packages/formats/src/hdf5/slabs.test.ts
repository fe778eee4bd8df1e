import { describe, expect, it } from '@jest/globals';

import { slabs } from './elements.ts';

const MEGABYTE = 2 ** 20;

/** Elements of the slabs, and whether each begins where the one before it ended. */
function follow(shape: readonly number[], width: number): { bytes: number; inOrder: boolean } {
  let bytes = 0;
  let inOrder = true;
  for (const slab of slabs(shape, width, null)) {
    const at = (slab.offset ?? shape.map(() => 0)).reduce(
      (sum, i, axis) => sum * shape[axis]! + i,
      0,
    );
    inOrder &&= at * width === bytes;
    bytes += slab.bytes;
    expect(slab.bytes).toBeLessThanOrEqual(8 * MEGABYTE);
  }
  return { bytes, inOrder };
}

describe('slabs', () => {
  it.each([
    [[4, 4]],
    [[64 * MEGABYTE]],
    [[3, 5 * MEGABYTE]],
    [[2, 3, 3 * MEGABYTE]],
    [[1000, 100, 100]],
    [[0, 7]],
  ])('cover an array of shape %j in row-major order', (shape) => {
    const total = shape.reduce((a, b) => a * b, 4);
    expect(follow(shape, 4)).toEqual({ bytes: total, inOrder: true });
  });

  it('of a packed dataset hold whole chunks', () => {
    const cut = [...slabs([1000, MEGABYTE], 1, [48, 1024])];
    expect(cut[0]!.count).toEqual([48, MEGABYTE]);
  });
});
