import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Aval, Buffer, Executable, Graph } from '@addax/core';
import { ArgumentError, GraphBuilder, parse, StateError } from '@addax/core';
import type { WebGpuBackend } from '../backend.ts';
import { webgpu } from '../index.ts';
import type { WebGpuBuffer } from '../memory/buffer.ts';
import type { Counters } from '../stream/counters.ts';

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = (await webgpu.create()) as WebGpuBackend;
});
afterAll(() => backend.dispose());

function line(length: number): Aval {
  return { shape: [length], dtype: 'float32' };
}

function upload(...values: readonly number[]): WebGpuBuffer {
  return backend.upload(Float32Array.from(values), line(values.length)) as WebGpuBuffer;
}

async function read(buffer: Buffer): Promise<number[]> {
  return Array.from((await backend.download(buffer, line(buffer.byteLength / 4))) as Float32Array);
}

/** a ← a + b for pairs of these lengths; first all a, then all b. */
function additions(lengths: readonly number[]): { graph: Graph; donate: [number, number][] } {
  const builder = new GraphBuilder();
  const sums = lengths.map((length) => builder.input(line(length)));
  const terms = lengths.map((length) => {
    const term = builder.input(line(length));
    // A sort keeps each term out of the kernel of its sum.
    return builder.add('sort', [term], { axis: 0, descending: false })[0];
  });
  const outputs = sums.map((a, i) => builder.add('binary', [a, terms[i]], { fn: 'add' })[0]);
  return { graph: builder.finish(outputs), donate: lengths.map((_, i) => [i, i]) };
}

/** What counters grow by. */
function growth(action: () => void): Counters {
  const before = { ...backend.device.counters };
  action();
  const after = backend.device.counters;
  const names = Object.keys(before) as (keyof Counters)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as never;
}

describe('a run', () => {
  it('may come before its kernels are ready, and before its inputs are made', async () => {
    const builder = new GraphBuilder();
    const x = builder.input(line(3));
    const [y] = builder.add('unary', [x], { fn: 'neg' });
    const executable = backend.compile(builder.finish([y]), { label: 'early', donate: [] });
    const [first] = executable.run([upload(1, 2, 3)]);
    const [second] = executable.run([first]);
    expect(await read(second)).toEqual([1, 2, 3]);
  });

  it('refuses too few inputs, released ones, and executables that were disposed of', () => {
    const builder = new GraphBuilder();
    const x = builder.input(line(1));
    const graph = builder.finish(builder.add('unary', [x], { fn: 'neg' }));
    const executable = backend.compile(graph, { label: 'strict', donate: [] });
    expect(() => executable.run([])).toThrow(ArgumentError);
    const gone = upload(1);
    backend.release(gone);
    expect(() => executable.run([gone])).toThrow(StateError);
    executable.dispose();
    expect(() => executable.run([upload(1)])).toThrow(/disposed/);
  });

  it('copies what is an output twice, or an input', async () => {
    const builder = new GraphBuilder();
    const x = builder.input(line(5));
    const [y] = builder.add('unary', [x], { fn: 'neg' });
    const graph = builder.finish([y, y, x]);
    const executable = backend.compile(graph, { label: 'copies', donate: [] });
    const outputs = executable.run([upload(1, 2, 3, 4, 5)]);
    expect(new Set(outputs).size).toBe(3);
    expect(await Promise.all(outputs.map(read))).toEqual([
      [-1, -2, -3, -4, -5],
      [-1, -2, -3, -4, -5],
      [1, 2, 3, 4, 5],
    ]);
  });

  it('writes nothing and makes nothing once it is warm', async () => {
    const { graph, donate } = additions([5, 300]);
    const executable = backend.compile(graph, { label: 'warm', donate });
    const buffers = [upload(...new Array(5).fill(1)), upload(...new Array(300).fill(1))];
    buffers.push(upload(1, 2, 3, 4, 5), upload(...new Array(300).fill(2)));
    await executable.ready;
    executable.run(buffers);
    await backend.sync();
    const { submits, bindGroups, buffers: made, writes } = growth(() => executable.run(buffers));
    expect({ bindGroups, made, writes }).toEqual({ bindGroups: 0, made: 0, writes: 0 });
    expect(submits).toBeLessThanOrEqual(1);
    expect(await read(buffers[0])).toEqual([3, 5, 7, 9, 11]);
  });
});

describe('donated buffers', () => {
  it('hold the results, for life', async () => {
    const { graph, donate } = additions([4]);
    const executable = backend.compile(graph, { label: 'donate', donate });
    const variable = upload(1, 2, 3, 4);
    expect(executable.run([variable, upload(1, 1, 1, 1)])).toEqual([variable]);
    expect(await read(variable)).toEqual([2, 3, 4, 5]);
  });

  it('are read from a copy where they also stand elsewhere', async () => {
    const builder = new GraphBuilder();
    const [a, b] = [builder.input(line(3)), builder.input(line(3))];
    const [sum] = builder.add('binary', [a, b], { fn: 'add' });
    const graph = builder.finish([sum, ...builder.add('unary', [b], { fn: 'neg' })]);
    const executable = backend.compile(graph, { label: 'twice', donate: [[0, 0]] });
    const variable = upload(1, 2, 3);
    const [, negative] = executable.run([variable, variable]);
    expect(await read(negative)).toEqual([-1, -2, -3]);
    expect(await read(variable)).toEqual([2, 4, 6]);
  });

  it('may not be one for two', () => {
    const { graph, donate } = additions([2, 2]);
    const executable = backend.compile(graph, { label: 'twins', donate });
    const variable = upload(1, 2);
    const other = upload(1, 1);
    expect(() => executable.run([variable, variable, other, other])).toThrow(/two variables/);
  });
});

describe('variables that are updated side by side', () => {
  const LENGTHS = [7, 64, 3, 130];

  function state(): WebGpuBuffer[] {
    return LENGTHS.map((length, i) => upload(...new Array(length).fill(i)));
  }

  function compile(): Executable {
    const { graph, donate } = additions(LENGTHS);
    return backend.compile(graph, { label: 'update', donate });
  }

  it('are one launch over one memory', async () => {
    const executable = compile();
    const [variables, terms] = [state(), state()];
    executable.run([...variables, ...terms]);
    await backend.sync();
    expect(new Set(variables.map(({ memory }) => memory)).size).toBe(1);
    expect(await Promise.all(variables.map(read))).toEqual(
      LENGTHS.map((length, i) => new Array(length).fill(2 * i)),
    );

    expect(executable.code?.match(/binary\.add/g)).toHaveLength(1);
  });

  it('are found at their new place by other programs, and stay there', async () => {
    const executable = compile();
    const [variables, terms] = [state(), state()];
    executable.run([...variables, ...terms]);
    const { graph, donate } = additions([64]);
    const other = backend.compile(graph, { label: 'other', donate });
    for (let i = 0; i < 2; i++) other.run([variables[1], terms[1]]);
    executable.run([...variables, ...terms]);
    await backend.sync();
    const { memory, offset } = variables[1];
    executable.run([...variables, ...terms]);
    expect(variables[1]).toMatchObject({ memory, offset });
    expect(await Promise.all(variables.map(read))).toEqual(
      LENGTHS.map((length, i) => new Array(length).fill(i === 1 ? 6 : 4 * i)),
    );
  });

  it('can be read by a kernel that writes another of them', async () => {
    const executable = compile();
    const [variables, terms] = [state(), state()];
    executable.run([...variables, ...terms]);
    const builder = new GraphBuilder();
    const [a, b] = [builder.input(line(7)), builder.input(line(3))];
    const [sum] = builder.add('reduce', [b], { fn: 'sum', axes: [0] });
    const [wide] = builder.add('broadcast', [sum], { shape: [7], axes: [] });
    const graph = builder.finish(builder.add('binary', [a, wide], { fn: 'sub' }));
    const assign = backend.compile(graph, { label: 'assign', donate: [[0, 0]] });
    assign.run([variables[0], variables[2]]);
    expect(await read(variables[0])).toEqual(new Array(7).fill(-12));
    expect(await read(variables[1])).toEqual(new Array(64).fill(2));
  });

  it('give their memory back when the last of them is released', async () => {
    const before = backend.memory().liveBytes;
    const executable = compile();
    const [variables, terms] = [state(), state()];
    executable.run([...variables, ...terms]);
    executable.dispose();
    for (const buffer of [...variables, ...terms]) backend.release(buffer);
    await backend.sync();
    expect(backend.memory().liveBytes).toBe(before);
  });
});

describe('small kernels', () => {
  it('are one launch, if there are several', async () => {
    const builder = new GraphBuilder();
    const x = builder.input({ shape: [3, 4], dtype: 'float32' });
    const spread = (value: number): number =>
      builder.add('broadcast', [value], { shape: [3, 4], axes: [0] })[0];
    const [most] = builder.add('reduce', [x], { fn: 'max', axes: [1] });
    const [less] = builder.add('binary', [x, spread(most)], { fn: 'sub' });
    const [powers] = builder.add('unary', [less], { fn: 'exp' });
    const [sum] = builder.add('reduce', [powers], { fn: 'sum', axes: [1] });
    const [shares] = builder.add('binary', [powers, spread(sum)], { fn: 'div' });
    const graph = builder.finish([shares]);
    const executable = backend.compile(graph, { label: 'softmax', donate: [] });
    const [result] = executable.run([upload(0, 0, 0, 0, 1, 2, 3, 4, -100, 0, 0, 100)]);
    const values = await read(result);
    expect(executable.stats.launches).toBe(1);
    const exponents = [1, 2, 3, 4].map(Math.exp);
    const total = exponents.reduce((a, b) => a + b);
    const wanted = [0.25, 0.25, 0.25, 0.25, ...exponents.map((e) => e / total), 0, 0, 0, 1];
    values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 6));
  });

  it('that run before a call write where it does not', async () => {
    // The plan has the result of `neg` where the positions of the first sort were.
    const graph = parse(`
graph(%0: float32[3], %1: float32[3]) {
  %2: float32[3] = reverse(%0) axes=[0]
  %3: float32[3], %4: int32[3] = sort(%0) axis=0 descending=false
  %5: float32[3] = reverse(%1) axes=[0]
  %6: float32[3] = unary(%1) fn="neg"
  %7: float32[3], %8: int32[3] = sort(%6) axis=0 descending=false
  return %2, %3, %5, %7
}`);
    const executable = backend.compile(graph, { label: 'early', donate: [] });
    expect(executable.code).toContain('reverse; reverse; unary.neg');
    const results = executable.run([upload(3, 1, 2), upload(30, 10, 20)]);
    expect(await Promise.all(results.map(read))).toEqual([
      [2, 1, 3],
      [1, 2, 3],
      [20, 10, 30],
      [-30, -20, -10],
    ]);
  });
});
