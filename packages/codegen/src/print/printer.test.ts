import { describe, expect, it } from '@jest/globals';
import type { Expression, Form, Kernel } from '../kernel.ts';
import { javascript } from './javascript.ts';
import { printKernel } from './printer.ts';

const at = (loops: number[], offset = 0): Form => ({ offset, loops, terms: [] });
const load = (buffer: number, index: Form): Expression => ({
  kind: 'load',
  buffer,
  index,
  dtype: 'float32',
});
const local = (number: number): Expression => ({ kind: 'local', local: number, dtype: 'float32' });
const buffer = (use: 'read' | 'write', length: number) =>
  ({ use, dtype: 'float32', length, aligned: false }) as const;

describe('the printer', () => {
  it('names the fixed part of an address outside the loop that moves', () => {
    const kernel: Kernel = {
      buffers: [buffer('read', 12), buffer('write', 12)],
      loops: 2,
      flat: false,
      body: [
        {
          kind: 'loop',
          loop: 0,
          size: 3,
          body: [
            {
              kind: 'loop',
              loop: 1,
              size: 4,
              body: [
                { kind: 'let', local: 0, dtype: 'float32', value: load(0, at([1, 3], 2)) },
                {
                  kind: 'store',
                  buffer: 1,
                  index: at([4, 1]),
                  dtype: 'float32',
                  value: { kind: 'unary', fn: 'sqrt', x: local(0), dtype: 'float32' },
                },
              ],
            },
          ],
        },
      ],
    };
    expect(printKernel(kernel, javascript, 'kernel')).toBe(`// a0: float32, out0: float32
function kernel(a0, out0) {
  for (let i0 = 0; i0 < 3; i0++) {
    const p0 = i0 + 2;
    const p1 = i0 * 4;
    for (let i1 = 0; i1 < 4; i1++) {
      const t0 = a0[p0 + i1 * 3];
      out0[p1 + i1] = Math.fround(Math.sqrt(t0));
    }
  }
}`);
  });

  it('prints for another language by another table', () => {
    const kernel: Kernel = {
      buffers: [buffer('read', 4), buffer('write', 4)],
      loops: 1,
      flat: true,
      body: [
        {
          kind: 'loop',
          loop: 0,
          size: 4,
          body: [
            {
              kind: 'store',
              buffer: 1,
              index: at([1]),
              dtype: 'float32',
              value: {
                kind: 'binary',
                fn: 'add',
                a: load(0, at([1])),
                b: { kind: 'literal', value: 1, dtype: 'float32' },
                dtype: 'float32',
              },
            },
          ],
        },
      ],
    };
    const c = {
      ...javascript,
      binary: { ...javascript.binary, add: (a: string, b: string) => `${a} + ${b}` },
      literal: (value: number) => `${value.toFixed(1)}f`,
      length: () => 'n',
      loop: (counter: string, size: string) =>
        `for (int ${counter} = 0; ${counter} < ${size}; ${counter}++) {`,
      kernel: (name: string, _: readonly string[], __: unknown, body: string) =>
        `void ${name}(const float* a0, float* out0, int n) {\n${body}\n}`,
    };
    expect(printKernel(kernel, c, 'add')).toBe(`void add(const float* a0, float* out0, int n) {
  for (int i0 = 0; i0 < n; i0++) {
    out0[i0] = a0[i0] + 1.0f;
  }
}`);
  });
});

describe('the JavaScript dialect', () => {
  it('rounds floats, wraps integers, and multiplies 32-bit integers exactly', () => {
    const { binary } = javascript;
    expect(binary.add('a', 'b', 'float32')).toBe('Math.fround(a + b)');
    expect(binary.add('a', 'b', 'float64')).toBe('(a + b)');
    expect(binary.add('a', 'b', 'int8')).toBe('((a + b) << 24 >> 24)');
    expect(binary.mul('a', 'b', 'int32')).toBe('Math.imul(a, b)');
    expect(binary.mul('a', 'b', 'uint32')).toBe('(Math.imul(a, b) >>> 0)');
  });

  it('writes numbers so that they read back equal', () => {
    expect([-0, -1.5, NaN, -Infinity, 1e-7].map((x) => javascript.literal(x, 'float32'))).toEqual([
      '(-0)',
      '(-1.5)',
      'NaN',
      '(-Infinity)',
      '1e-7',
    ]);
  });

  it('refuses to reinterpret 64-bit integers, which it holds in 32', () => {
    expect(() => javascript.bitcast('x', 'float64', 'int64')).toThrow(/int64 is held in 32 bits/);
  });
});
