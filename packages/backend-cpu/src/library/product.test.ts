/** dot and the convolutions against loops that say what they mean. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConvAttrs, Graph, Layout } from '@addax/core';
import { Sketch, apply, backend, bits, numbers, run, wasm } from '../testing.ts';

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Small integers, so that every order of addition gives the same exact sum. */
function ramp(shape: readonly number[], seed: number): Float32Array {
  return Float32Array.from({ length: product(shape) }, (_, i) => (((i + seed) * 37) % 11) - 5);
}

function* indices(shape: readonly number[]): Generator<number[]> {
  for (let flat = 0; flat < product(shape); flat++) {
    const index: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    yield index;
  }
}

function at(data: Float32Array, shape: readonly number[], index: readonly number[]): number {
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (index[axis] < 0 || index[axis] >= shape[axis]) return 0;
    flat = flat * shape[axis] + index[axis];
  }
  return data[flat];
}

describe('dot', () => {
  it('multiplies matrices', () => {
    const [y] = apply(
      'dot',
      [
        [
          [1, 2, 3, 4],
          [2, 2],
        ],
        [
          [5, 6, 7, 8],
          [2, 2],
        ],
      ],
      {
        batch: [],
        contract: [[1, 0]],
      },
    );
    expect(y).toEqual([19, 22, 43, 50]);
  });

  const size = fc.integer({ min: 1, max: 9 });

  it.each(['row', 'column'] as const)(
    'agrees with plain loops for any sizes (%s-major a)',
    (major) => {
      fc.assert(
        fc.property(size, size, size, fc.integer({ min: 1, max: 40 }), (batch, m, n, k) => {
          const aShape = major === 'row' ? [m, batch, k] : [k, m, batch];
          const bShape = [n, batch, k];
          const [aBatch, aContract] = major === 'row' ? [1, 2] : [2, 0];
          const [a, b] = [ramp(aShape, 1), ramp(bShape, 2)];
          const s = new Sketch();
          const inputs = [s.input(aShape), s.input(bShape)];
          const graph = s.finish(
            s.add('dot', inputs, { batch: [[aBatch, 1]], contract: [[aContract, 2]] }),
          );
          const expected: number[] = [];
          for (const [p, i, j] of indices([batch, m, n])) {
            let sum = 0;
            for (let q = 0; q < k; q++) {
              const left = major === 'row' ? [i, p, q] : [q, i, p];
              sum += at(a, aShape, left) * at(b, bShape, [j, p, q]);
            }
            expected.push(sum);
          }
          expect(Array.from(run(graph, [a, b])[0], Number)).toEqual(expected);
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each([
    [70, 70, 300],
    [5, 6, 1500],
    [130, 9, 700],
    [1013, 5, 1100],
    [5, 1030, 1100],
    [1, 50, 600],
    [50, 2, 600],
  ])(
    'blocks large products without changing the order of addition (%d × %d over %d)',
    (m, n, k) => {
      const a = Float32Array.from({ length: m * k }, (_, i) => Math.sin(i));
      const b = Float32Array.from({ length: k * n }, (_, i) => Math.cos(i));
      const s = new Sketch();
      const inputs = [s.input([m, k]), s.input([k, n])];
      const graph = s.finish(s.add('dot', inputs, { batch: [], contract: [[1, 0]] }));
      const expected = new Float32Array(m * n);
      for (const [i, j] of indices([m, n])) {
        let sum = 0;
        for (let q = 0; q < k; q++) sum += a[i * k + q] * b[q * n + j];
        expected[i * n + j] = sum;
      }
      const [actual] = run(graph, [a, b]) as Float32Array[];
      if (backend !== wasm) expect(bits([actual])).toEqual(bits([expected]));
      // There sums are of float32, in blocks.
      else actual.forEach((x, i) => expect(Math.abs(x - expected[i])).toBeLessThan(k * 1e-7));
    },
  );

  it('contracts several axes at once and none', () => {
    const [all] = apply(
      'dot',
      [
        [
          [1, 2, 3, 4],
          [2, 2],
        ],
        [
          [1, 1, 1, 1],
          [2, 2],
        ],
      ],
      {
        batch: [],
        contract: [
          [0, 1],
          [1, 0],
        ],
      },
    );
    const [outer] = apply(
      'dot',
      [
        [[1, 2], [2]],
        [[3, 4], [2]],
      ],
      { batch: [], contract: [] },
    );
    expect([all, outer]).toEqual([[10], [3, 4, 6, 8]]);
  });

  it('gives zeros for an empty contraction', () => {
    const [y] = apply(
      'dot',
      [
        [[], [2, 0]],
        [[], [0, 2]],
      ],
      { batch: [], contract: [[1, 0]] },
    );
    expect(y).toEqual([0, 0, 0, 0]);
  });

  it('wraps integers and rounds 16-bit floats once', () => {
    const big: [number[], number[], 'int32'] = [[65536, 3], [1, 2], 'int32'];
    expect(
      apply('dot', [big, big], {
        batch: [],
        contract: [
          [0, 0],
          [1, 1],
        ],
      })[0],
    ).toEqual([9]);
    const ones: [number[], number[], 'float16'] = [
      Array.from({ length: 3000 }, () => 1),
      [1, 3000],
      'float16',
    ];
    expect(apply('dot', [ones, ones], { batch: [], contract: [[1, 1]] })[0]).toEqual([3000]);
  });
});

interface Case {
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly attrs: ConvAttrs;
}

/** Places (n, spatial…, c) as the layout wants it. */
function placed(n: number, spatial: readonly number[], c: number, layout: Layout): number[] {
  return layout === 'channelsLast' ? [n, ...spatial, c] : [n, c, ...spatial];
}

const axisCase = fc.record({
  size: fc.integer({ min: 3, max: 6 }),
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  before: fc.integer({ min: -1, max: 2 }),
  after: fc.integer({ min: 0, max: 2 }),
});

const convCase: fc.Arbitrary<Case> = fc
  .record({
    axes: fc.array(axisCase, { minLength: 1, maxLength: 3 }),
    batch: fc.constantFrom(1, 2, 17),
    groups: fc.integer({ min: 1, max: 2 }),
    inputs: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 5 }),
    layout: fc.constantFrom<Layout>('channelsLast', 'channelsFirst'),
  })
  .map(({ axes, batch, groups, inputs, outputs, layout }) => ({
    x: placed(
      batch,
      axes.map((axis) => axis.size),
      groups * inputs,
      layout,
    ),
    kernel: [...axes.map((axis) => axis.window), inputs, groups * outputs],
    attrs: {
      strides: axes.map((axis) => axis.stride),
      padding: axes.map((axis): [number, number] => [axis.before, axis.after]),
      dilation: axes.map((axis) => axis.dilation),
      groups,
      layout,
    },
  }))
  .filter((test) => outputSizes(test).every((size) => size > 0));

function outputSizes({ x, kernel, attrs }: Case): number[] {
  const spatial = attrs.layout === 'channelsLast' ? x.slice(1, -1) : x.slice(2);
  return spatial.map((size, i) => {
    const [before, after] = attrs.padding[i];
    const reach = (kernel[i] - 1) * attrs.dilation[i] + 1;
    return Math.floor((size + before + after - reach) / attrs.strides[i]) + 1;
  });
}

/** Visits every multiplication of a convolution: positions in x, kernel and y. */
function* multiplications(test: Case): Generator<[number[], number[], number[]]> {
  const { x, kernel, attrs } = test;
  const channels = kernel[kernel.length - 1];
  const inputs = kernel[kernel.length - 2];
  const perGroup = channels / attrs.groups;
  const window = kernel.slice(0, -2);
  for (const [n, o, ...place] of indices([x[0], channels, ...outputSizes(test)])) {
    for (const [c, ...tap] of indices([inputs, ...window])) {
      const source = place.map(
        (p, i) => p * attrs.strides[i] - attrs.padding[i][0] + tap[i] * attrs.dilation[i],
      );
      const channel = Math.floor(o / perGroup) * inputs + c;
      yield [
        placed(n, source, channel, attrs.layout),
        [...tap, c, o],
        placed(n, place, o, attrs.layout),
      ];
    }
  }
}

function offset(shape: readonly number[], index: readonly number[]): number {
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (index[axis] < 0 || index[axis] >= shape[axis]) return -1;
    flat = flat * shape[axis] + index[axis];
  }
  return flat;
}

function single(build: (s: Sketch) => number): Graph {
  const s = new Sketch();
  return s.finish(build(s));
}

describe('convolution', () => {
  const yShape = (test: Case): number[] =>
    placed(test.x[0], outputSizes(test), test.kernel[test.kernel.length - 1], test.attrs.layout);

  /** Runs the op and the loops; `to` is the operand that receives the products of the others. */
  function check(test: Case, op: 'conv' | 'convGradInput' | 'convGradKernel'): void {
    const { x, kernel, attrs } = test;
    const y = yShape(test);
    const shapes = {
      conv: [x, kernel, y],
      convGradInput: [y, kernel, x],
      convGradKernel: [x, y, kernel],
    };
    const [aShape, bShape, outShape] = shapes[op];
    const [a, b] = [ramp(aShape, 3), ramp(bShape, 4)];
    const expected = new Float32Array(product(outShape));
    for (const [xAt, kernelAt, yAt] of multiplications(test)) {
      const places = {
        conv: [xAt, kernelAt, yAt],
        convGradInput: [yAt, kernelAt, xAt],
        convGradKernel: [xAt, yAt, kernelAt],
      };
      const [aAt, bAt, outAt] = places[op];
      const to = offset(outShape, outAt);
      if (to >= 0) expected[to] += at(a, aShape, aAt) * at(b, bShape, bAt);
    }
    const graph = single((s) => {
      const inputs = [s.input(aShape), s.input(bShape)];
      if (op === 'conv') return s.add(op, inputs, attrs);
      if (op === 'convGradInput') return s.add(op, inputs, { ...attrs, inputShape: x });
      return s.add(op, inputs, { ...attrs, kernelShape: kernel });
    });
    const actual = numbers(run(graph, [a, b])[0], 'float32');
    // + 0: the sign of a zero depends on whether padding was multiplied or left out.
    expect(actual.map((value) => value + 0)).toEqual(Array.from(expected, (value) => value + 0));
  }

  it.each(['conv', 'convGradInput', 'convGradKernel'] as const)(
    '%s agrees with plain loops for any geometry',
    (op) => {
      fc.assert(
        fc.property(convCase, (test) => check(test, op)),
        { numRuns: 80 },
      );
    },
  );

  it('handles more channels and rows than one block holds', () => {
    const attrs: ConvAttrs = {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      dilation: [1, 1],
      groups: 1,
      layout: 'channelsLast',
    };
    const test: Case = { x: [2, 7, 9, 33], kernel: [3, 3, 33, 17], attrs };
    check(test, 'conv');
    check(test, 'convGradInput');
    check(test, 'convGradKernel');
  });
});
