import { expect, it } from '@jest/globals';

import { pack, unpack } from './wire.ts';

it('keeps every bit of typed arrays, and what JSON can say', () => {
  const value = {
    floats: Float32Array.of(0.1, -0, NaN, Infinity),
    part: new Uint8Array([1, 2, 3, 255]).subarray(1),
    list: [1, 'two', null, { three: Float64Array.of(Math.PI) }],
  };
  expect(unpack(pack(value))).toEqual(value);
});
