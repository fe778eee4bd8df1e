import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import type { Graph, HostArray } from '@addax/core';
import { GraphBuilder, parse } from '@addax/core';
import type { WebGpuBackend } from '../backend.ts';
import { webgpu } from '../index.ts';
import { runOn } from '../testing/graphs.ts';

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = (await webgpu.create()) as WebGpuBackend;
});
afterAll(() => backend.dispose());

const reference = new CpuBackend();

/** A graph of one loop or branch. */
function graphOf(add: (builder: GraphBuilder) => readonly number[]): Graph {
  const builder = new GraphBuilder();
  return builder.finish(add(builder));
}

function floats(length: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, (_, i) => scale * Math.sin(i + 1));
}

async function check(graph: Graph, inputs: readonly HostArray[]): Promise<void> {
  const results = await runOn(backend, graph, inputs);
  const expected = await runOn(reference, graph, inputs);
  expected.forEach((wanted, i) => {
    const got = Array.from(results[i], Number);
    expect(got).toHaveLength(wanted.length);
    got.forEach((value, k) => expect(value).toBeCloseTo(Number(wanted[k]), 5));
  });
}

/** state ← tanh(state · w + x); writes the state before the step. The rows are no multiple of four. */
const recurrent = parse(`
graph(%0: float32[3, 3], %1: float32[2, 3], %2: float32[2, 3]) {
  %3: float32[2, 3] = dot(%1, %0) batch=[] contract=[[1, 0]]
  %4: float32[2, 3] = binary(%3, %2) fn="add"
  %5: float32[2, 3] = unary(%4) fn="tanh"
  return %5, %1
}`);

/** Doubles while below a limit. */
const below = parse(`
graph(%0: float32[], %1: float32[]) {
  %2: bool[] = compare(%1, %0) fn="lt"
  return %2
}`);
const doubled = parse(`
graph(%0: float32[], %1: float32[]) {
  %2: float32[] = binary(%1, %1) fn="add"
  return %2
}`);

describe('a scan', () => {
  describe.each([1, 2, 5])('of %i steps', (length) => {
    it.each([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ])('gives what the cpu backend gives (reverse %s, saved carries %s)', async (reverse, save) => {
      const graph = graphOf((builder) => {
        const inputs = [
          [3, 3],
          [2, 3],
          [length, 2, 3],
        ].map((shape) => builder.input({ shape, dtype: 'float32' }));
        const attrs = { body: recurrent, length, constants: 1, carries: 1 };
        return builder.add('scan', inputs, { ...attrs, reverse, saveCarries: save });
      });
      await check(graph, [floats(9), floats(6), floats(6 * length)]);
    });
  });

  it('of no steps copies its carries', async () => {
    const graph = graphOf((builder) => {
      const inputs = [
        [3, 3],
        [2, 3],
        [0, 2, 3],
      ].map((shape) => builder.input({ shape, dtype: 'float32' }));
      const attrs = { body: recurrent, length: 0, constants: 1, carries: 1 };
      return builder.add('scan', inputs, { ...attrs, reverse: false, saveCarries: true });
    });
    await check(graph, [floats(9), floats(6), floats(0)]);
  });

  it('inside a scan has its slices of slices', async () => {
    const inner = { body: recurrent, length: 3, constants: 1, carries: 1 };
    const body = graphOf((builder) => {
      const inputs = [
        [3, 3],
        [2, 3],
        [3, 2, 3],
      ].map((shape) => builder.input({ shape, dtype: 'float32' }));
      return builder.add('scan', inputs, { ...inner, reverse: true, saveCarries: true });
    });
    const graph = graphOf((builder) => {
      const inputs = [
        [3, 3],
        [2, 3],
        [4, 3, 2, 3],
      ].map((shape) => builder.input({ shape, dtype: 'float32' }));
      const outer = { body, length: 4, constants: 1, carries: 1 };
      return builder.add('scan', inputs, { ...outer, reverse: false, saveCarries: true });
    });
    await check(graph, [floats(9), floats(6), floats(72)]);
  });
});

describe('a branch', () => {
  const then = parse(`
graph(%0: float32[5]) {
  %1: float32[5] = binary(%0, %0) fn="mul"
  return %1, %0
}`);
  const otherwise = parse(`
graph(%0: float32[5]) {
  %1: float32[5] = unary(%0) fn="neg"
  return %0, %1
}`);

  it.each([0, 1])('is taken as its predicate says (%i)', async (predicate) => {
    const graph = graphOf((builder) => {
      const inputs = [
        builder.input({ shape: [], dtype: 'bool' }),
        builder.input({ shape: [5], dtype: 'float32' }),
      ];
      return builder.add('cond', inputs, { then, else: otherwise });
    });
    await check(graph, [Uint8Array.of(predicate), floats(5)]);
  });
});

describe('a while loop', () => {
  const loop = { cond: below, body: doubled, constants: 1 };
  const scalar = { shape: [], dtype: 'float32' } as const;

  it.each([
    ['no step', 7, 7],
    ['one step', 2, 1],
    ['many steps', 1000, 1],
  ])('runs %s', async (_, limit, start) => {
    const graph = graphOf((builder) =>
      builder.add('while', [builder.input(scalar), builder.input(scalar)], loop),
    );
    await check(graph, [Float32Array.of(limit), Float32Array.of(start)]);
  });

  it('ends where its branch is not taken, though it never would', async () => {
    const forever = graphOf((builder) => {
      const inputs = [builder.input(scalar), builder.input(scalar)];
      return builder.add('while', inputs, loop);
    });
    const keep = parse('graph(%0: float32[], %1: float32[]) { return %1 }');
    const graph = graphOf((builder) => {
      const inputs = [builder.input({ shape: [], dtype: 'bool' })];
      inputs.push(builder.input(scalar), builder.input(scalar));
      return builder.add('cond', inputs, { then: forever, else: keep });
    });
    // Doubling nought never reaches the limit.
    await check(graph, [Uint8Array.of(0), Float32Array.of(5), Float32Array.of(0)]);
    await check(graph, [Uint8Array.of(1), Float32Array.of(5), Float32Array.of(3)]);
  });

  it('runs in each step of a scan', async () => {
    const body = graphOf((builder) => {
      const inputs = [builder.input(scalar), builder.input(scalar), builder.input(scalar)];
      const [grown] = builder.add('while', [inputs[0], inputs[2]], loop);
      const [sum] = builder.add('binary', [inputs[1], grown], { fn: 'add' });
      return [sum, grown];
    });
    const graph = graphOf((builder) => {
      const inputs = [builder.input(scalar), builder.input(scalar)];
      inputs.push(builder.input({ shape: [4], dtype: 'float32' }));
      const attrs = { body, length: 4, constants: 1, carries: 1 };
      return builder.add('scan', inputs, { ...attrs, reverse: false, saveCarries: false });
    });
    await check(graph, [Float32Array.of(100), Float32Array.of(1), Float32Array.of(1, 99, 100, 3)]);
  });

  it('is asked the more seldom whether it goes on the longer it does', async () => {
    const graph = graphOf((builder) =>
      builder.add('while', [builder.input(scalar), builder.input(scalar)], loop),
    );
    const { counters } = backend.device;
    const before = counters.submits;
    await check(graph, [Float32Array.of(2 ** 100), Float32Array.of(1)]);
    expect(counters.submits - before).toBeLessThan(20);
  });

  it('keeps what comes after it in order, and returns at once', async () => {
    const graph = graphOf((builder) =>
      builder.add('while', [builder.input(scalar), builder.input(scalar)], loop),
    );
    const executable = backend.compile(graph, { label: 'test', donate: [] });
    const limit = backend.upload(Float32Array.of(50), scalar);
    let state = backend.upload(Float32Array.of(1), scalar);
    for (let i = 0; i < 3; i++) {
      const next = executable.run([limit, state])[0];
      backend.release(state);
      state = next;
    }
    expect(await backend.download(state, scalar)).toEqual(Float32Array.of(64));
  });
});
