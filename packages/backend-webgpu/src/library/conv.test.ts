/** The three convolutions against loops over every multiplication, on each kernel that they may choose. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConvAttrs, DType, Layout } from '@addax/core';
import fc from 'fast-check';
import type { Abilities } from '../launch.ts';
import { type BenchDevice, openBenchDevice } from '../testing/bench-device.ts';
import { conv, convGradInput, convGradKernel } from './conv.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Small integers, so that every order of addition gives the same exact sum. */
function ramp(shape: readonly number[], seed: number): Float32Array {
  return Float32Array.from({ length: size(shape) }, (_, i) => (((i + seed) * 37) % 11) - 5);
}

function* indices(shape: readonly number[]): Generator<number[]> {
  for (let flat = 0; flat < size(shape); flat++) {
    const index: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    yield index;
  }
}

/** Where an element lies, or −1 outside. */
function offset(shape: readonly number[], index: readonly number[]): number {
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (index[axis] < 0 || index[axis] >= shape[axis]) return -1;
    flat = flat * shape[axis] + index[axis];
  }
  return flat;
}

interface Case {
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly attrs: ConvAttrs;
}

/** Places (n, spatial…, c) as the layout wants it. */
function placed(n: number, spatial: readonly number[], c: number, layout: Layout): number[] {
  return layout === 'channelsLast' ? [n, ...spatial, c] : [n, c, ...spatial];
}

function outputSizes({ x, kernel, attrs }: Case): number[] {
  const spatial = attrs.layout === 'channelsLast' ? x.slice(1, -1) : x.slice(2);
  return spatial.map((extent, i) => {
    const [before, after] = attrs.padding[i];
    const reach = (kernel[i] - 1) * attrs.dilation[i] + 1;
    return Math.floor((extent + before + after - reach) / attrs.strides[i]) + 1;
  });
}

function outputShape(test: Case): number[] {
  const { x, kernel, attrs } = test;
  return placed(x[0], outputSizes(test), kernel.at(-1)!, attrs.layout);
}

/** Visits every multiplication of a convolution: offsets in x, kernel and y. */
function* multiplications(test: Case): Generator<[number, number, number]> {
  const { x, kernel, attrs } = test;
  const [inputs, channels] = kernel.slice(-2);
  const perGroup = channels / attrs.groups;
  const y = outputShape(test);
  for (const [n, o, ...place] of indices([x[0], channels, ...outputSizes(test)])) {
    for (const [c, ...tap] of indices([inputs, ...kernel.slice(0, -2)])) {
      const source = place.map(
        (p, i) => p * attrs.strides[i] - attrs.padding[i][0] + tap[i] * attrs.dilation[i],
      );
      const channel = Math.floor(o / perGroup) * inputs + c;
      const xAt = offset(x, placed(n, source, channel, attrs.layout));
      if (xAt < 0) continue;
      yield [xAt, offset(kernel, [...tap, c, o]), offset(y, placed(n, place, o, attrs.layout))];
    }
  }
}

type Op = 'conv' | 'convGradInput' | 'convGradKernel';

async function run(
  op: Op,
  test: Case,
  data: readonly [Float32Array | Int32Array, Float32Array | Int32Array],
  dtype: DType,
  abilities: Partial<Abilities>,
): Promise<number[]> {
  const { x, kernel, attrs } = test;
  const y = outputShape(test);
  const options = { abilities };
  const given = (...shapes: (readonly number[])[]) =>
    shapes.map((shape, i) => ({ aval: { shape, dtype }, data: data[i] }));
  const wanted = (shape: readonly number[]) => [{ shape, dtype }];
  const results = await {
    conv: () => device.run(conv, { op: 'conv', attrs }, given(x, kernel), wanted(y), options),
    convGradInput: () => {
      const node = { op: 'convGradInput' as const, attrs: { ...attrs, inputShape: x } };
      return device.run(convGradInput, node, given(y, kernel), wanted(x), options);
    },
    convGradKernel: () => {
      const node = { op: 'convGradKernel' as const, attrs: { ...attrs, kernelShape: kernel } };
      return device.run(convGradKernel, node, given(x, y), wanted(kernel), options);
    },
  }[op]();
  return Array.from(results[0]);
}

async function check(
  op: Op,
  test: Case,
  abilities: Partial<Abilities> = {},
  dtype: 'float32' | 'int32' = 'float32',
): Promise<void> {
  const y = outputShape(test);
  const shapes = {
    conv: [test.x, test.kernel, y],
    convGradInput: [y, test.kernel, test.x],
    convGradKernel: [test.x, y, test.kernel],
  }[op];
  const [a, b] = [ramp(shapes[0], 3), ramp(shapes[1], 4)];
  const expected = new Float32Array(size(shapes[2]));
  for (const [xAt, kernelAt, yAt] of multiplications(test)) {
    if (op === 'conv') expected[yAt] += a[xAt] * b[kernelAt];
    else if (op === 'convGradInput') expected[xAt] += a[yAt] * b[kernelAt];
    else expected[kernelAt] += a[xAt] * b[yAt];
  }
  const data: [Float32Array | Int32Array, Float32Array | Int32Array] =
    dtype === 'int32' ? [Int32Array.from(a), Int32Array.from(b)] : [a, b];
  const actual = await run(op, test, data, dtype, abilities);
  // + 0: the sign of a zero depends on whether padding was multiplied or left out.
  expect(actual.map((value) => value + 0)).toEqual(Array.from(expected, (value) => value + 0));
}

const axisCase = fc.record({
  size: fc.integer({ min: 3, max: 6 }),
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  before: fc.integer({ min: -1, max: 2 }),
  after: fc.integer({ min: -1, max: 2 }),
});

function anyCase(rank: number, layout: Layout): fc.Arbitrary<Case> {
  return fc
    .record({
      axes: fc.array(axisCase, { minLength: rank, maxLength: rank }),
      batch: fc.constantFrom(1, 2, 5),
      groups: fc.integer({ min: 1, max: 2 }),
      // No multiples of four: these have pipelines of their own, and tests of their own below.
      inputs: fc.constantFrom(1, 2, 3, 5),
      outputs: fc.constantFrom(1, 2, 5, 9),
    })
    .map(({ axes, batch, groups, inputs, outputs }) => ({
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
    .filter((test) => outputSizes(test).every((extent) => extent > 0));
}

/** A square convolution in two dimensions. */
function square(
  x: readonly number[],
  kernel: readonly number[],
  attrs: {
    stride?: number;
    pad?: number;
    dilation?: number;
    groups?: number;
    layout?: Layout;
  } = {},
): Case {
  const { stride = 1, pad = 0, dilation = 1, groups = 1, layout = 'channelsLast' } = attrs;
  const both = (value: number): [number, number] => [value, value];
  const padding = [both(pad), both(pad)] as const;
  return {
    x,
    kernel,
    attrs: { strides: both(stride), padding, dilation: both(dilation), groups, layout },
  };
}

/** With tiles in workgroup memory, and without; then threads may load for one another. */
const TILES = { workgroupTiles: true };
const BLOCKS = { workgroupTiles: false, quadLoads: false };
const QUADS = { workgroupTiles: false, quadLoads: true };
const OPS: readonly Op[] = ['conv', 'convGradInput', 'convGradKernel'];

describe.each(OPS)('%s', (op) => {
  it.each([
    [1, 'channelsLast', 8],
    [2, 'channelsLast', 12],
    [2, 'channelsFirst', 8],
    [3, 'channelsFirst', 6],
  ] as const)('agrees with plain loops for any geometry (%dD, %s)', async (rank, layout, runs) => {
    await fc.assert(
      fc.asyncProperty(anyCase(rank, layout), fc.constantFrom(BLOCKS, QUADS), (test, form) =>
        check(op, test, form),
      ),
      { numRuns: runs, seed: 3 },
    );
  });

  it.each([
    ['in fours', square([2, 9, 7, 8], [3, 3, 8, 36], { pad: 1 })],
    ['of one channel', square([4, 12, 12, 1], [3, 3, 1, 16])],
    ['with strides', square([3, 11, 11, 8], [3, 3, 8, 12], { stride: 2, pad: 1 })],
    ['with dilation', square([3, 11, 11, 8], [3, 3, 8, 12], { stride: 2, dilation: 2 })],
    ['at single positions', square([2, 9, 7, 12], [1, 1, 12, 20])],
    ['per channel', square([2, 9, 7, 12], [3, 3, 1, 12], { stride: 2, groups: 12 })],
    ['in groups', square([2, 9, 7, 40], [3, 3, 20, 24], { groups: 2 })],
  ] as const)('serves windows %s', async (_, test) => {
    await check(op, test, TILES);
  });

  it.each([BLOCKS, QUADS])('does without workgroup memory (%p)', async (form) => {
    await check(op, square([2, 9, 7, 8], [3, 3, 8, 36], { pad: 1 }), form);
    await check(op, square([3, 11, 11, 3], [3, 3, 3, 13], { stride: 2 }), form);
  });

  it('computes with integers', async () => {
    await check(op, square([2, 5, 5, 3], [2, 2, 3, 5]), {}, 'int32');
  });
});
