/** Printed kernels compute what the cpu backend computes, in all their forms. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import { planProgram } from '@addax/codegen';
import { batchTable, printEpilogue, printWgsl } from '@addax/codegen/device';
import type { Segment } from '@addax/codegen/device';
import { GraphBuilder } from '@addax/core';
import type { Graph, HostArray } from '@addax/core';
import fc from 'fast-check';
import { floatBits } from './library/words.ts';
import { type BenchDevice, openBenchDevice } from './testing/bench-device.ts';
import { RandomGraph } from './testing/random-graph.ts';
import { type KernelRun, kernelTarget, runKernels } from './testing/run-kernels.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

const reference = new CpuBackend();

function expected(graph: Graph, inputs: readonly HostArray[]): HostArray[] {
  const executable = reference.compile(graph, { label: 'reference', donate: [] });
  const buffers = inputs.map((data, i) => reference.upload(data, graph.avals[graph.inputs[i]]));
  const results = executable.run(buffers);
  return results.map((buffer, i) => reference.downloadSync(buffer, graph.avals[graph.outputs[i]]));
}

async function check(
  graph: Graph,
  inputs: readonly HostArray[],
  options: KernelRun = {},
): Promise<readonly string[]> {
  const { outputs, texts } = await runKernels(device, graph, inputs, options);
  expected(graph, inputs).forEach((right, output) => {
    const got = outputs[output];
    const scale = right.length === 0 ? 1 : Math.max(1, ...Array.from(right, finite));
    for (let i = 0; i < right.length; i++) {
      const [a, b] = [Number(got[i]), Number(right[i])];
      if (Object.is(a, b) || Math.abs(a - b) <= 1e-5 * scale) continue;
      throw new Error(`output ${output}[${i}]: ${a}, not ${b}\n${texts.join('\n')}`);
    }
  });
  return texts;
}

function finite(x: number | bigint): number {
  return Number.isFinite(Number(x)) ? Math.abs(Number(x)) : 0;
}

function floats(length: number, seed = 1): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 * seed));
}

describe('random graphs', () => {
  const random = (seed: number): (() => number) => {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  };

  const variants: [string, KernelRun][] = [
    ['as they are', {}],
    ['without alignment', { aligned: false }],
    ['with eight buffers', { maxKernelBuffers: 8 }],
    ['with four buffers', { maxKernelBuffers: 4 }],
  ];
  test.each(variants)('give the results of the cpu backend %s', async (_, options) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.constantFrom('float32', 'int32', 'uint32'),
        fc.integer({ min: 1, max: 20 }),
        async (seed, dtype, size) => {
          const made = new RandomGraph(random(seed), dtype, size);
          await check(made.graph(), made.inputs, options);
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('reductions that threads share', () => {
  type Reduce = 'sum' | 'max' | 'min' | 'prod';

  function reduction(shape: readonly number[], axes: readonly number[], fns: readonly Reduce[]) {
    const builder = new GraphBuilder();
    const x = builder.input({ shape, dtype: 'float32' });
    return builder.finish(fns.map((fn) => builder.add('reduce', [x], { fn, axes })[0]));
  }

  test.each([
    [[3, 500], [1]],
    [[500, 3], [0]],
    [[300, 40], [0]],
    [
      [20, 3, 30],
      [0, 2],
    ],
    [
      [3, 20, 30],
      [1, 2],
    ],
    [[1000], [0]],
  ])('of %j over %j', async (shape, axes) => {
    const x = floats(shape.reduce((a, b) => a * b));
    for (const maxThreads of [256, 64]) {
      const [text] = await check(reduction(shape, axes, ['sum', 'max']), [x], { maxThreads });
      expect(text).toContain('workgroupBarrier');
    }
  });

  test.each([
    [[4, 600], 1],
    [[600, 4], 0],
  ])('find the first extreme of %j, and NaN before all', async (shape, axis) => {
    const x = floats(2400).map((v) => Math.round(v * 3));
    if (axis === 1) {
      x.fill(-Infinity, 0, 600);
      x[1311] = NaN;
      x[1400] = NaN;
      x.fill(7, 1800);
    } else {
      for (let i = 0; i < 600; i++) x[4 * i] = -Infinity;
      x[4 * 311 + 2] = NaN;
      x[4 * 400 + 2] = NaN;
    }
    const builder = new GraphBuilder();
    const value = builder.input({ shape, dtype: 'float32' });
    const found = (['max', 'min'] as const).map(
      (fn) => builder.add('argReduce', [value], { fn, axis })[0],
    );
    const [text] = await check(builder.finish(found), [x]);
    expect(text).toContain('workgroupBarrier');
  });

  test('go on with what is made of their results', async () => {
    const builder = new GraphBuilder();
    const x = builder.input({ shape: [5, 400], dtype: 'float32' });
    const y = builder.input({ shape: [5], dtype: 'float32' });
    const [sum] = builder.add('reduce', [x], { fn: 'sum', axes: [1] });
    const [square] = builder.add('binary', [x, x], { fn: 'mul' });
    const [squares] = builder.add('reduce', [square], { fn: 'sum', axes: [1] });
    const [product] = builder.add('binary', [sum, y], { fn: 'mul' });
    const [result] = builder.add('binary', [product, squares], { fn: 'add' });
    const texts = await check(builder.finish([result, squares]), [floats(2000), floats(5)]);
    expect(texts.length).toBe(1);
  });
});

test.each([
  [
    [8, 20, 6],
    [0, 1],
  ],
  [[4000], [0]],
  [
    [2, 500, 3],
    [0, 1],
  ],
  [
    [3, 600, 2],
    [1, 2],
  ],
])('reductions of %j over %j in two stages', async (shape, axes) => {
  const builder = new GraphBuilder();
  const x = builder.input({ shape, dtype: 'float32' });
  const [square] = builder.add('binary', [x, x], { fn: 'mul' });
  const [sum] = builder.add('reduce', [square], { fn: 'sum', axes });
  const graph = builder.finish([sum]);
  const inputs = [floats(shape.reduce((a, b) => a * b))];
  const texts = await check(graph, inputs, { longestReduction: 0.5 });
  expect(texts.length).toBe(2);
});

test('the gradient of a rectification reads its result: NaN passes, zero does not', async () => {
  const builder = new GraphBuilder();
  const shape = [8];
  const x = builder.input({ shape, dtype: 'float32' });
  const g = builder.input({ shape, dtype: 'float32' });
  const [zero] = builder.add('full', [], { value: 0, shape, dtype: 'float32' });
  const [mask] = builder.add('compare', [x, zero], { fn: 'le' });
  const [y] = builder.add('select', [mask, zero, x], {});
  const [turned] = builder.add('reverse', [y], { axes: [0] });
  const [sum] = builder.add('binary', [turned, g], { fn: 'add' });
  const [gradient] = builder.add('select', [mask, zero, sum], {});
  const graph = builder.finish([y, gradient]);
  const values = Float32Array.of(NaN, 0, -0, 1, -1, Infinity, -Infinity, 1e-30);
  await check(graph, [values, floats(8)]);
});

test('a donated input is written over by the kernel that reads it', async () => {
  const builder = new GraphBuilder();
  const x = builder.input({ shape: [8], dtype: 'float32' });
  const mask = builder.input({ shape: [8], dtype: 'int32' });
  const [bits] = builder.add('bitcast', [mask], { dtype: 'float32' });
  const [y] = builder.add('binary', [x, bits], { fn: 'add' });
  const [z] = builder.add('cast', [y], { dtype: 'int32' });
  const inputs = [floats(8), Int32Array.from({ length: 8 }, (_, i) => 0x3f800000 + i * 8192)];
  const donate = [
    [0, 0],
    [1, 1],
  ] as const;
  for (const aligned of [true, false]) {
    const [text] = await check(builder.finish([y, z]), inputs, { donate, aligned });
    expect(text.match(/@binding/gu)?.length).toBe(3);
  }
});

describe('batched kernels', () => {
  /** Runs `make` on values of several shapes in one dispatch, over memory in which they lie packed. */
  async function batch(
    shapes: readonly (readonly number[])[],
    make: (builder: GraphBuilder, x: number) => number,
    sizeOf: (shape: readonly number[]) => number,
  ): Promise<void> {
    const graphs = shapes.map((shape) => {
      const builder = new GraphBuilder();
      const x = builder.input({ shape, dtype: 'float32' });
      return builder.finish([make(builder, x)]);
    });
    const pad = (n: number): number => Math.ceil(n / 4) * 4;
    const inputs = shapes.map((shape, i) => floats(shape[0] * shape[1], i + 1));
    const total = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + pad(b), 0);
    const x = new Float32Array(total(inputs.map(({ length }) => length)));
    const y = new Float32Array(total(shapes.map(sizeOf)));
    const starts = { x: 0, y: 0 };
    const segments: Segment[] = [];
    const texts = new Set<string>();
    const right = y.slice();
    graphs.forEach((graph, i) => {
      x.set(inputs[i], starts.x);
      const [step] = planProgram(graph, kernelTarget(device)).steps;
      if (step.kind !== 'kernel') throw new Error('one kernel was expected');
      const options = { aliases: [0, 1], aligned: [true, true], maxThreads: 64, batched: true };
      const { code, params, workgroups } = printWgsl(step.kernel, options);
      texts.add(code);
      segments.push({ words: Uint32Array.of(starts.x, starts.y, ...params), workgroups });
      right.set(expected(graph, [inputs[i]])[0] as Float32Array, starts.y);
      starts.x += pad(inputs[i].length);
      starts.y += pad(sizeOf(shapes[i]));
    });
    expect(texts.size).toBe(1);
    const shader = {
      label: 'batch',
      code: [...texts][0],
      bindings: ['read', 'write', 'read'] as const,
      words: 1,
    };
    const workgroups = segments.reduce((sum, segment) => sum + segment.workgroups, 0);
    const rows = Math.ceil(workgroups / 3);
    const [, got] = await device.runShader(
      shader,
      [x, y, batchTable(segments)],
      [workgroups],
      [3, rows, 1],
    );
    got.forEach((value, i) => expect(value).toBeCloseTo(right[i], 4));
  }

  test('compute values of several sizes in one dispatch', async () => {
    const shapes = [
      [2, 3],
      [5, 300],
      [70, 2],
    ];
    await batch(
      shapes,
      (builder, x) => builder.add('binary', [x, x], { fn: 'add' })[0],
      ([rows, columns]) => rows * columns,
    );
  });

  test('reduce values of several sizes in one dispatch', async () => {
    const shapes = [
      [2, 130],
      [5, 300],
      [70, 200],
    ];
    await batch(
      shapes,
      (builder, x) => builder.add('reduce', [x], { fn: 'sum', axes: [1] })[0],
      ([rows]) => rows,
    );
  });
});

test('an epilogue takes each element of a result, and others at other positions', async () => {
  const builder = new GraphBuilder();
  const x = builder.input({ shape: [6, 4], dtype: 'float32' });
  const y = builder.input({ shape: [6, 4], dtype: 'float32' });
  const bias = builder.input({ shape: [4], dtype: 'float32' });
  const [row] = builder.add('broadcast', [bias], { shape: [6, 4], axes: [1] });
  const [shifted] = builder.add('binary', [x, row], { fn: 'add' });
  const [product] = builder.add('binary', [shifted, y], { fn: 'mul' });
  const [scale] = builder.add('full', [], { value: 3, shape: [6, 4], dtype: 'float32' });
  const [scaled] = builder.add('binary', [product, scale], { fn: 'mul' });
  const graph = builder.finish([shifted, scaled]);
  const [step] = planProgram(graph, kernelTarget(device)).steps;
  if (step.kind !== 'kernel') throw new Error('one kernel was expected');
  const inputs = [floats(24), floats(24, 2), floats(4, 3)];
  const epilogue = printEpilogue(step.kernel, { supplied: 0, aliases: [0, 1, 2, 3, 4] });
  expect(epilogue.bindings.map(({ buffers }) => buffers)).toEqual([[1], [2], [3], [4]]);
  // A library kernel with one binding and one parameter of its own.
  const code = `@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(1) @binding(0) var<uniform> p: array<vec4<u32>, 2>;
${epilogue.text(1, 6)}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  finish(id.x, b0[id.x] * bitcast<f32>(p[1].y));
}`;
  const shader = {
    label: 'host',
    code,
    bindings: ['read' as const, ...epilogue.bindings.map(({ use }) => use)],
    words: 1 + epilogue.params.length,
  };
  const bound = epilogue.bindings.map(({ buffers: [buffer] }) => {
    const value = step.kernel.buffers[buffer];
    return value.use === 'read'
      ? value.length === 4
        ? inputs[2]
        : inputs[1]
      : new Float32Array(24);
  });
  const half = inputs[0].map((v) => v / 2);
  const params = [floatBits(2), ...epilogue.params];
  const after = await device.runShader(shader, [half, ...bound], params, [3, 1, 1]);
  expected(graph, inputs).forEach((right, i) => {
    after[after.length - 2 + i].forEach((v, k) => expect(v).toBeCloseTo(Number(right[k]), 5));
  });
});
