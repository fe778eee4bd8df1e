import { describe, expect, it } from '@jest/globals';
import type { PoolAttrs } from '@addax/core';
import { Sketch, backend, bits, run, wasm } from '../testing.ts';

/** Values with ties, NaN, infinities and both zeros. */
function values(length: number): Float32Array {
  const special = [NaN, Infinity, -Infinity, 0, -0, 1];
  return Float32Array.from({ length }, (_, i) => {
    const kind = (i * 2654435761) >>> 27;
    return kind < special.length ? special[kind] : Math.fround(Math.sin(i) * 3) | 0;
  });
}

describe('max pooling', () => {
  it.each([
    [[2, 2], [2, 2], 8],
    [[3, 2], [3, 3], 4],
    [[3, 3], [1, 2], 12],
    [[1, 1], [1, 1], 4],
    [[2, 2], [2, 2], 6],
  ])('over windows %j with strides %j of %d channels has the bits of JavaScript', (...shape) => {
    const [window, strides, channels] = shape;
    const attrs: PoolAttrs = {
      fn: 'max',
      window,
      strides,
      dilation: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      layout: 'channelsLast',
    };
    const s = new Sketch();
    const x = s.input([2, 7, 8, channels]);
    const y = s.add('pool', [x], attrs);
    const ct = s.input(s.aval(y).shape);
    const graph = s.finish(y, s.add('poolGrad', [x, y, ct], attrs));
    const data = [values(2 * 7 * 8 * channels), values(s.aval(y).shape.reduce((a, b) => a * b))];
    expect(bits(run(graph, data, wasm))).toEqual(bits(run(graph, data, backend)));
  });
});
