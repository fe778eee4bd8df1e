import { describe, expect, it } from '@jest/globals';
import { Sketch, backend, bits, run, wasm } from '../testing.ts';

describe('random bits', () => {
  it.each([1, 7, 8, 9, 31, 1000])('of %d words are those of JavaScript', (length) => {
    const s = new Sketch();
    const key = s.input([2], 'uint32');
    const graph = s.finish(s.add('randomBits', [key], { shape: [length] }));
    const data = [Uint32Array.of(123456789, 4022250974)];
    expect(bits(run(graph, data, wasm))).toEqual(bits(run(graph, data, backend)));
  });

  it('of key 0 begin with the known answer', () => {
    const s = new Sketch();
    const key = s.input([2], 'uint32');
    const graph = s.finish(s.add('randomBits', [key], { shape: [16] }));
    const [words] = run(graph, [Uint32Array.of(0, 0)], wasm);
    expect([words[0], words[1]]).toEqual([0x6b200159, 0x99ba4efe]);
  });
});
