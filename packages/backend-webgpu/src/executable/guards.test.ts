import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import type { Aval, Graph, HostArray } from '@addax/core';
import { GraphBuilder, parse, vjp } from '@addax/core';
import type { WebGpuBackend } from '../backend.ts';
import { webgpu } from '../index.ts';
import type { WebGpuBuffer } from '../memory/buffer.ts';
import type { Memory } from '../memory/memory.ts';
import { RandomBranches } from '../testing/random-branches.ts';
import { runOn } from '../testing/graphs.ts';
import { lowerProgram } from './lower.ts';
import { Player } from './player.ts';
import { unroll } from './unroll.ts';

/** Everything is worth a guard there. */
let backend: WebGpuBackend;
beforeAll(async () => {
  backend = (await webgpu.create({ limits: { branchWork: 1 } })) as WebGpuBackend;
});
afterAll(() => backend.dispose());

const reference = new CpuBackend();
const BOOL: Aval = { shape: [], dtype: 'bool' };
const LINE: Aval = { shape: [6], dtype: 'float32' };

function graphOf(add: (builder: GraphBuilder) => readonly number[]): Graph {
  const builder = new GraphBuilder();
  return builder.finish(add(builder));
}

const numbers = Float32Array.of(3, -1, 2, 0, -2, 1);
const sort = { axis: 0, descending: false };

/** Several launches: a sort is none that others join. */
const sorted = graphOf((builder) => {
  let [x] = builder.add('sort', [builder.input(LINE)], sort);
  for (let i = 0; i < 3; i++) {
    [x] = builder.add('unary', [x], { fn: 'neg' });
    [x] = builder.add('sort', [x], sort);
  }
  return [x];
});
const shifted = parse(`
graph(%0: float32[6]) {
  %1: float32[6] = binary(%0, %0) fn="mul"
  return %1
}`);

function branch(then: Graph, otherwise: Graph): Graph {
  return graphOf((builder) => {
    const inputs = [builder.input(BOOL), builder.input(LINE)];
    return builder.add('cond', inputs, { then, else: otherwise });
  });
}

async function check(graph: Graph, inputs: readonly HostArray[]): Promise<void> {
  const results = await runOn(backend, graph, inputs);
  const expected = await runOn(reference, graph, inputs);
  expect(results.map(plain)).toEqual(expected.map(plain));
}

/** The sign of nought does not matter here. */
function plain(values: HostArray): number[] {
  return Array.from(values as ArrayLike<unknown>, (value) => Number(value) + 0);
}

/** What a run leaves in the memory that the sides of a branch compute in, if it was `poison` before. */
async function leavings(predicate: number, poison: number): Promise<Uint32Array[]> {
  const { device } = backend;
  const { abilities, memory, stream } = device;
  const tape = unroll(lowerProgram(branch(sorted, shifted), abilities, []), abilities);
  const owned: Memory[] = [];
  const player = new Player(tape, device, owned);
  await player.ready;
  const inputs = [backend.upload(Uint8Array.of(predicate), BOOL), backend.upload(numbers, LINE)];
  const places = inputs.map((buffer) => {
    return { memory: (buffer as WebGpuBuffer).located(), offset: 0 };
  });
  const result = memory.take(24);
  player.bind(places, [{ memory: result, offset: 0 }]);
  const workspace = owned.slice(0, tape.cells.filter(({ home }) => home.kind === 'own').length);
  for (const { gpu, bytes } of workspace) {
    stream.write(gpu, 0, new Uint32Array(bytes / 4).fill(poison));
  }
  player.play();
  const reads = workspace.map((own) => device.read({ memory: own, offset: 0 }, own.bytes));
  const bytes = await Promise.all(reads);
  player.finish();
  for (const taken of [...owned, result]) memory.give(taken);
  for (const buffer of inputs) backend.release(buffer);
  return bytes.map((own) => new Uint32Array(own));
}

describe('a side of a branch with much to do', () => {
  it.each([0, 1])('gives its results where it is taken (%i)', async (predicate) => {
    await check(branch(sorted, shifted), [Uint8Array.of(predicate), numbers]);
    await check(branch(shifted, sorted), [Uint8Array.of(predicate), numbers]);
  });

  it('does not run where it is not taken', async () => {
    const poison = 0x7fc0_1234;
    const idle = await leavings(0, poison);
    const busy = await leavings(1, poison);
    expect(idle.length).toBeGreaterThan(0);
    expect(idle.every((words) => words.every((word) => word === poison))).toBe(true);
    expect(busy.every((words) => words.every((word) => word === poison))).toBe(false);
  });

  it('is launched with workgroups that the device counts, and nothing is chosen after it', async () => {
    const { counters } = backend.device;
    const executable = backend.compile(branch(sorted, shifted), { label: 'guarded', donate: [] });
    const before = { ...counters };
    const predicate = backend.upload(Uint8Array.of(1), BOOL);
    const outputs = executable.run([predicate, backend.upload(numbers, LINE)]);
    await backend.sync();
    const dispatches = counters.dispatches - before.dispatches;
    expect(dispatches).toBe(executable.stats.launches);
    // All but the one that decides.
    expect(counters.guarded - before.guarded).toBe(dispatches - 1);
    expect(counters.submits - before.submits).toBeLessThanOrEqual(1);
    expect(executable.code).not.toContain('choose');
    for (const output of outputs) backend.release(output);
    executable.dispose();
  });

  it('is asked for again in every run of one executable', async () => {
    const executable = backend.compile(branch(sorted, shifted), { label: 'again', donate: [] });
    const x = backend.upload(numbers, LINE);
    for (const predicate of [1, 0, 0, 1, 0]) {
      const [y] = executable.run([backend.upload(Uint8Array.of(predicate), BOOL), x]);
      const [wanted] = await runOn(reference, branch(sorted, shifted), [
        Uint8Array.of(predicate),
        numbers,
      ]);
      expect(plain(await backend.download(y, LINE))).toEqual(plain(wanted));
    }
  });
});

describe('what a branch hands on', () => {
  const cubed = parse(`
graph(%0: float32[6]) {
  %1: float32[6] = binary(%0, %0) fn="mul"
  %2: float32[6] = binary(%1, %0) fn="mul"
  return %2
}`);

  it.each([0, 1])('are gradients of the side that was taken (%i)', async (predicate) => {
    const gradient = vjp(branch(cubed, shifted));
    const cotangent = Float32Array.of(1, 2, 3, -1, -2, -3);
    const inputs = [Uint8Array.of(predicate), numbers, cotangent];
    await check(gradient, inputs);
    const factor = (x: number): number => (predicate === 1 ? 3 * x * x : 2 * x);
    const wanted = Array.from(numbers, (x, i) => factor(x) * cotangent[i] + 0);
    expect(plain((await runOn(backend, gradient, inputs))[0])).toEqual(wanted);
  });

  it.each([0, 1])('is the state of a generator, moved on or not (%i)', async (predicate) => {
    const draw = parse(`
graph(%0: uint32[2]) {
  %1: uint32[6] = randomBits(%0) shape=[6]
  %2: uint32[2] = randomBits(%0) shape=[2]
  return %1, %2
}`);
    const keep = parse(`
graph(%0: uint32[2]) {
  %1: uint32[3, 2] = broadcast(%0) shape=[3, 2] axes=[1]
  %2: uint32[6] = reshape(%1) shape=[6]
  return %2, %0
}`);
    const graph = graphOf((builder) => {
      const inputs = [builder.input(BOOL), builder.input({ shape: [2], dtype: 'uint32' })];
      return builder.add('cond', inputs, { then: draw, else: keep });
    });
    await check(graph, [Uint8Array.of(predicate), Uint32Array.of(7, 9)]);
  });
});

describe('sides with little to do', () => {
  it('both run, and one is chosen', async () => {
    const careful = (await webgpu.create()) as WebGpuBackend;
    await runOn(careful, branch(sorted, shifted), [Uint8Array.of(0), numbers]);
    expect(careful.device.counters.guarded).toBe(0);
    await careful.dispose();
  });

  it('run first, so that a large other side writes over what they made', async () => {
    const least = (await webgpu.create({ limits: { branchWork: 50_000 } })) as WebGpuBackend;
    const SQUARE: Aval = { shape: [48, 48], dtype: 'float32' };
    const product = graphOf((builder) => {
      const x = builder.input(SQUARE);
      return builder.add('dot', [x, x], { batch: [], contract: [[1, 0]] });
    });
    const copy = parse('graph(%0: float32[48, 48]) { return %0 }');
    const graph = graphOf((builder) => {
      const inputs = [builder.input(BOOL), builder.input(SQUARE)];
      return builder.add('cond', inputs, { then: copy, else: product });
    });
    const square = Float32Array.from({ length: 48 * 48 }, (_, i) => (i * 7) % 5);
    for (const predicate of [0, 1]) {
      const inputs = [Uint8Array.of(predicate), square];
      expect(await runOn(least, graph, inputs)).toEqual(await runOn(reference, graph, inputs));
    }
    expect(least.device.counters.guarded).toBe(2);
    await least.dispose();
  });
});

describe('branches in branches and loops', () => {
  /** Takes the inner branch if the sum is positive. */
  const inner = graphOf((builder) => {
    const x = builder.input(LINE);
    const [y] = builder.add('sort', [x], { axis: 0, descending: true });
    const [sum] = builder.add('reduce', [y], { fn: 'sum', axes: [0] });
    const [none] = builder.add('reduce', [y], { fn: 'min', axes: [0] });
    const [isMore] = builder.add('compare', [sum, none], { fn: 'gt' });
    return builder.add('cond', [isMore, y], { then: sorted, else: shifted });
  });

  it.each([0, 1])('ask whether they are reached (%i)', async (predicate) => {
    for (const x of [numbers, numbers.map((value) => -Math.abs(value))]) {
      await check(branch(inner, shifted), [Uint8Array.of(predicate), x]);
      await check(branch(shifted, inner), [Uint8Array.of(predicate), x]);
      await check(branch(taken(inner), inner), [Uint8Array.of(predicate), x]);
    }
  });

  /** The graph, in a branch that is always taken, which no pass can know. */
  function taken(graph: Graph): Graph {
    return graphOf((builder) => {
      const x = builder.input(LINE);
      const [least] = builder.add('reduce', [x], { fn: 'min', axes: [0] });
      const [most] = builder.add('reduce', [x], { fn: 'max', axes: [0] });
      const [isOdd] = builder.add('compare', [least, most], { fn: 'gt' });
      return builder.add('cond', [isOdd, x], { then: shifted, else: graph });
    });
  }

  it('are decided anew in each step of a scan, in few rows', async () => {
    const body = graphOf((builder) => {
      const [carry, isDue] = [builder.input(LINE), builder.input(BOOL)];
      const [next] = builder.add('cond', [isDue, carry], { then: sorted, else: shifted });
      return [next, carry];
    });
    const loop = (length: number): Graph =>
      graphOf((builder) => {
        const inputs = [builder.input(LINE), builder.input({ shape: [length], dtype: 'bool' })];
        const attrs = { body, length, constants: 0, carries: 1 };
        return builder.add('scan', inputs, { ...attrs, reverse: false, saveCarries: false });
      });
    const small = Float32Array.of(1, -1, 1, 0, -1, 1);
    await check(loop(5), [small, Uint8Array.of(1, 0, 0, 1, 1)]);
    const { abilities } = backend.device;
    const words = (length: number): number =>
      unroll(lowerProgram(loop(length), abilities, []), abilities).guards.length;
    expect(words(5)).toBe(words(1));
  });

  it.each([
    [1, 'float32'],
    [2, 'float32'],
    [3, 'float32'],
    [4, 'float32'],
    [5, 'float32'],
    [6, 'float32'],
    [2, 'float16'],
    [3, 'float16'],
  ] as const)('give what the cpu backend gives (graph %i, %s)', async (seed, dtype) => {
    const random = new RandomBranches(seed, dtype);
    const graph = random.graph();
    for (let i = 0; i < 4; i++) await check(graph, random.inputs());
  });
});
