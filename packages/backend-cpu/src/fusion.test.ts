/** Fusion never changes a bit: random graphs run whole, node by node, and interpreted. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DType, Graph, HostArray, UnaryFn } from '@addax/core';
import { Sketch, bits, host, interpreter, run, runEagerly, wasm } from './testing.ts';

/** A small deterministic generator (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Functions that every dialect rounds alike. */
const EXACT = ['neg', 'abs', 'sqrt', 'floor', 'sign', 'rsqrt'] as const;
const UNARY = ['neg', 'abs', 'exp', 'tanh', 'sqrt', 'floor', 'sign', 'log1p', 'rsqrt'] as const;
const BINARY = ['add', 'sub', 'mul', 'div', 'max', 'min'] as const;
const INTEGER = ['add', 'sub', 'mul', 'div', 'rem', 'max', 'and', 'xor', 'shl', 'shr'] as const;

class RandomGraph {
  readonly sketch = new Sketch();
  readonly inputs: HostArray[] = [];
  private readonly random: () => number;
  private readonly values: number[] = [];
  private readonly dtype: DType;

  private readonly unary: readonly UnaryFn[];

  constructor(seed: number, dtype: DType, size: number, unary: readonly UnaryFn[] = UNARY) {
    this.random = generator(seed);
    this.unary = unary;
    this.dtype = dtype;
    for (const shape of [[2, 3, 4], [2, 3, 4], [3, 4], [4], [2, 1, 4], []]) this.input(shape);
    for (let i = 0; i < size; i++) this.step();
  }

  graph(): Graph {
    const outputs = this.values.filter(() => this.random() < 0.25).slice(-6);
    return this.sketch.finish(...outputs, this.values[this.values.length - 1], this.values[0]);
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  private input(shape: readonly number[]): void {
    this.values.push(this.sketch.input(shape, this.dtype));
    const length = shape.reduce((a, b) => a * b, 1);
    const scale = this.dtype.startsWith('float') || this.dtype === 'bfloat16' ? 4 : 1000;
    this.inputs.push(
      host(
        Array.from({ length }, () => (this.random() - 0.4) * scale),
        this.dtype,
      ),
    );
  }

  private shape(value: number): readonly number[] {
    return this.sketch.aval(value).shape;
  }

  /** A value of this shape: one that is there, or the scalar spread out. */
  private like(shape: readonly number[]): number {
    const text = shape.join();
    const same = this.values.filter((value) => this.shape(value).join() === text);
    if (same.length > 0 && this.random() < 0.8) return this.pick(same);
    const scalars = this.values.filter((value) => this.shape(value).length === 0);
    return this.sketch.add('broadcast', [this.pick(scalars)], { shape, axes: [] });
  }

  private step(): void {
    const s = this.sketch;
    const recent = this.random() < 0.6 ? this.values.slice(-6) : this.values;
    const x = this.pick(recent);
    const shape = this.shape(x);
    const axis = this.below(Math.max(shape.length, 1));
    const isFloat = this.dtype.includes('float');
    const kind = this.below(16);
    if (kind < 3) {
      const fn = isFloat
        ? this.pick(this.unary)
        : this.pick(['neg', 'abs', 'not', 'sign'] as const);
      this.values.push(s.add('unary', [x], { fn }));
    } else if (kind < 7) {
      const fn = isFloat ? this.pick(BINARY) : this.pick(INTEGER);
      this.values.push(s.add('binary', [x, this.like(shape)], { fn }));
    } else if (kind === 7) {
      const test = s.add('compare', [x, this.like(shape)], { fn: 'lt' });
      this.values.push(s.add('select', [test, this.like(shape), x], {}));
    } else if (shape.length === 0) {
      this.values.push(s.add('broadcast', [x], { shape: [3, 4], axes: [] }));
    } else if (kind === 8) {
      this.values.push(
        s.add('reduce', [x], { fn: this.pick(['sum', 'max'] as const), axes: [axis] }),
      );
    } else if (kind === 9) {
      const sum = s.add('reduce', [x], { fn: 'sum', axes: [axis] });
      const axes = shape.map((_, i) => i).filter((i) => i !== axis);
      this.values.push(s.add('broadcast', [sum], { shape, axes }));
    } else if (kind === 10) {
      const permutation = shape.map((_, i) => (i + 1) % shape.length);
      this.values.push(s.add('transpose', [x], { permutation }));
    } else if (kind === 11) {
      this.values.push(s.add('reverse', [x], { axes: [axis] }));
    } else if (kind === 12) {
      const low = shape.map((_, i) => (i === axis ? 1 : 0));
      const high = shape.map((_, i) => (i === axis ? -1 : 0));
      const value = s.scalar(1, this.dtype);
      this.values.push(s.add('pad', [x, value], { low, high, interior: low.map(() => 0) }));
    } else if (kind === 13) {
      const joined = s.add('concat', [x, this.like(shape)], { axis });
      const start = shape.map((_, i) => (i === axis ? 1 : 0));
      const limit = shape.map((n, i) => (i === axis ? n + 1 : n));
      const strides = shape.map(() => 1);
      this.values.push(s.add('slice', [joined], { start, limit, strides }));
    } else if (kind === 14) {
      const flat = s.add('reshape', [x], { shape: [shape.reduce((a, b) => a * b, 1)] });
      const again = s.add('unary', [flat], { fn: 'abs' });
      this.values.push(s.add('reshape', [again], { shape }));
    } else {
      const index = s.add('argReduce', [x], { fn: 'max', axis });
      const one = s.add('reshape', [index], {
        shape: [this.shape(index).reduce((a, b) => a * b, 1)],
      });
      const row = s.add('gather', [x, one], { axis, batchDims: 0 });
      const size = this.shape(row)[axis];
      const start = shape.map(() => 0);
      const limit = shape.map((n, i) => (i === axis ? Math.min(size, n) : n));
      this.values.push(s.add('slice', [row], { start, limit, strides: shape.map(() => 1) }));
    }
  }
}

const DTYPES: DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int32', 'uint8', 'uint32'];

describe('fusion', () => {
  it.each(DTYPES)('gives the bits of single ops on random %s graphs', (dtype) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, size) => {
        const random = new RandomGraph(seed, dtype, size);
        const graph = random.graph();
        expect(bits(run(graph, random.inputs))).toEqual(bits(runEagerly(graph, random.inputs)));
      }),
      { numRuns: 60 },
    );
  });

  it.each(DTYPES)('gives the bits of single ops in WebAssembly (%s)', (dtype) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, size) => {
        const random = new RandomGraph(seed, dtype, size);
        const graph = random.graph();
        const whole = run(graph, random.inputs, wasm);
        expect(bits(whole)).toEqual(bits(runEagerly(graph, random.inputs, wasm)));
      }),
      { numRuns: 60 },
    );
  });

  it.each(DTYPES)('gives the bits of JavaScript in WebAssembly for arithmetic (%s)', (dtype) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new RandomGraph(seed, dtype, 20, EXACT);
        const graph = random.graph();
        expect(bits(run(graph, random.inputs, wasm))).toEqual(bits(run(graph, random.inputs)));
      }),
      { numRuns: 60 },
    );
  });

  it.each(DTYPES)('is interpreted with the bits of generated code (%s)', (dtype) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new RandomGraph(seed, dtype, 20);
        const graph = random.graph();
        expect(bits(run(graph, random.inputs, interpreter))).toEqual(
          bits(run(graph, random.inputs)),
        );
      }),
      { numRuns: 30 },
    );
  });
});
