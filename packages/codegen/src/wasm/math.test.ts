import { describe, expect, it } from '@jest/globals';
import type { BinaryFn, UnaryFn } from '@addax/core';
import type { Expression, Kernel } from '../kernel.ts';
import { assembleModule } from './assembler.ts';
import { wasmKernel } from './kernel.ts';

/** The engine, which the types of our libraries do not know. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: object,
  ) => { exports: Record<string, (...numbers: number[]) => void> };
};

const memory = new WebAssembly.Memory({ initial: 16 });
const COUNT = 4096;

/** out[i] = value(a[i], b[i]) over flat float32 buffers. */
function kernelOf(value: (a: Expression, b: Expression) => Expression): Kernel {
  const buffer = { dtype: 'float32', length: COUNT, aligned: true } as const;
  const index = { offset: 0, loops: [1], terms: [] };
  const load = (number: number): Expression => ({
    kind: 'load',
    buffer: number,
    index,
    dtype: 'float32',
  });
  const store = { kind: 'store', buffer: 2, index, dtype: 'float32' } as const;
  return {
    buffers: [
      { ...buffer, use: 'read' },
      { ...buffer, use: 'read' },
      { ...buffer, use: 'write' },
    ],
    loops: 1,
    flat: true,
    body: [
      { kind: 'loop', loop: 0, size: COUNT, body: [{ ...store, value: value(load(0), load(1)) }] },
    ],
  };
}

function run(kernel: Kernel, a: Float32Array, b: Float32Array): Float32Array {
  const host: Record<string, (...numbers: number[]) => number> = { ...mathFunctions(), power };
  const bytes = assembleModule([wasmKernel(kernel)], { arity: (name) => host[name].length });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory, ...host },
  });
  const bytesEach = 4 * COUNT;
  new Float32Array(memory.buffer, 0, a.length).set(a);
  new Float32Array(memory.buffer, bytesEach, b.length).set(b);
  exports['f0'](0, bytesEach, 2 * bytesEach, a.length);
  return new Float32Array(memory.buffer, 2 * bytesEach, a.length).slice();
}

function mathFunctions(): Record<string, (x: number) => number> {
  return { sin: Math.sin, cos: Math.cos };
}

function power(a: number, b: number): number {
  return a === 1 ? 1 : a ** b;
}

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** Where a float32 stands in their order. */
function rank(x: number): number {
  float[0] = x;
  return word[0] < 0 ? -(word[0] & 0x7fffffff) : word[0];
}

/** Distance in units in the last place of float32 between a float32 and a float64. */
function unitsBetween(actual: number, exact: number): number {
  if (Object.is(actual, Math.fround(exact))) return 0;
  const [low, high] = [rank(actual) - 1, rank(actual) + 1].map((bits) => {
    word[0] = bits < 0 ? -bits | 0x80000000 : bits;
    return float[0];
  });
  return Math.abs(actual - exact) / ((high - low) / 2);
}

/** Numbers spread over many magnitudes of both signs, within limits. */
function spread(low: number, high: number): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, i) => {
    const t = ((i * 2654435761) >>> 0) / 2 ** 32;
    const even = low + (high - low) * t;
    if (i % 2 === 0) return even;
    return Math.min(high, Math.max(low, Math.sign(even) * 10 ** (-6 + 10 * t)));
  });
}

const EDGES = Float32Array.of(
  0,
  -0,
  1,
  -1,
  NaN,
  Infinity,
  -Infinity,
  1e-45,
  -1e-45,
  3.4e38,
  -3.4e38,
);

function unary(fn: UnaryFn): Kernel {
  return kernelOf((x) => ({ kind: 'unary', fn, x, dtype: 'float32' }));
}

function binary(fn: BinaryFn): Kernel {
  return kernelOf((a, b) => ({ kind: 'binary', fn, a, b, dtype: 'float32' }));
}

describe('functions of float32 in WebAssembly', () => {
  const cases: [UnaryFn, (x: number) => number, number, number][] = [
    ['exp', Math.exp, -104, 89],
    ['expm1', Math.expm1, -30, 89],
    ['log', Math.log, 0, 1e30],
    ['log1p', Math.log1p, -1, 1e30],
    ['sin', Math.sin, -2e6, 2e6],
    ['cos', Math.cos, -2e6, 2e6],
    ['tanh', Math.tanh, -12, 12],
    ['sqrt', Math.sqrt, 0, 1e30],
  ];

  it.each(cases)('%s is within 0.6 units in the last place', (fn, exact, low, high) => {
    const x = spread(low, high);
    const y = run(unary(fn), x, x);
    const worst = Math.max(...y.map((value, i) => unitsBetween(value, exact(x[i]))));
    expect(worst).toBeLessThanOrEqual(0.6);
  });

  it.each(cases)('%s has the edge values of JavaScript', (fn, exact) => {
    const y = run(unary(fn), EDGES, EDGES);
    expect(y).toEqual(EDGES.map((x) => exact(x)));
  });

  it('erf is within 0.6 units of known values', () => {
    const x = Float32Array.of(0, -0, 0.0001, 0.5, -1, 2, 3.5, 5, NaN, -Infinity);
    // prettier-ignore
    const exact = [
      0, -0, 0.00011283791633342489, 0.5204998778130465, -0.8427007929497149, 0.9953222650189527,
      0.9999992569016276, 1, NaN, -1,
    ];
    exact[2] = (2 / Math.sqrt(Math.PI)) * (x[2] - x[2] ** 3 / 3);
    const y = run(unary('erf'), x, x);
    y.forEach((value, i) => expect(unitsBetween(value, exact[i])).toBeLessThanOrEqual(0.6));
  });

  it('powers are within 0.6 units, exact where the result is, and follow the host at the edges', () => {
    const a = spread(1e-6, 50).map(Math.abs);
    const b = spread(-8, 8);
    const y = run(binary('pow'), a, b);
    y.forEach((value, i) => expect(unitsBetween(value, a[i] ** b[i])).toBeLessThanOrEqual(0.6));
    const bases = Float32Array.of(3, -3, 2, -2, 0, -0, 1, -1, NaN, Infinity, 4, 1.1);
    const exponents = Float32Array.of(4, 3, -3, 0.5, 0, -1, NaN, 2, 0, -1, 0.5, 2);
    expect(run(binary('pow'), bases, exponents)).toEqual(
      bases.map((base, i) => power(base, exponents[i])),
    );
  });

  it('give a lane the same bits wherever it stands', () => {
    const x = spread(-3, 3);
    const whole = run(unary('tanh'), x, x);
    const alone = x.slice(0, 40).map((value) => run(unary('tanh'), Float32Array.of(value), x)[0]);
    expect(alone).toEqual(whole.slice(0, 40));
  });
});
