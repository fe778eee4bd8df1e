/** Float16 in half a word, and in a word where the device has no f16: memory, bits, offsets. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import type { Graph, HostArray } from '@addax/core';
import { GraphBuilder, parse } from '@addax/core';
import type { WebGpuBackend } from './backend.ts';
import { webgpu } from './index.ts';
import { runOn } from './testing/graphs.ts';

const reference = new CpuBackend();

/** Signed zeros, subnormal numbers, ties, the largest number, infinities. */
const EDGES = Uint16Array.from(
  '0000 8000 0001 8001 0002 03ff 0400 3555 3c00 3c01 bc03 4900 6800 6801 7bff fbff 7c00 fc00'.split(
    ' ',
  ),
  (bits) => Number.parseInt(bits, 16),
);

function pairs(): [Uint16Array, Uint16Array] {
  const all = Array.from(EDGES);
  const left = all.flatMap((x) => all.map(() => x));
  return [Uint16Array.from(left), Uint16Array.from(all.flatMap(() => all))];
}

/** Bits of float16 with one NaN. */
function canonical(data: HostArray): number[] {
  return Array.from(data as Uint16Array, (bits) => ((bits & 0x7fff) > 0x7c00 ? 0x7e00 : bits));
}

const PATHS = [
  ['f16', {}],
  ['words', { halfFloats: false }],
] as const;

describe.each(PATHS)('float16 in %s', (_, limits) => {
  let backend: WebGpuBackend;
  beforeAll(async () => {
    backend = (await webgpu.create({ limits })) as WebGpuBackend;
  });
  afterAll(() => backend.dispose());

  const check = async (graph: Graph, inputs: readonly HostArray[]): Promise<void> => {
    const results = await runOn(backend, graph, inputs);
    const expected = await runOn(reference, graph, inputs);
    results.forEach((result, i) => expect(canonical(result)).toEqual(canonical(expected[i])));
  };

  it('takes as much memory as it says', () => {
    const before = backend.memory().liveBytes;
    const aval = { dtype: 'float16', shape: [1024] } as const;
    const buffer = backend.upload(new Uint16Array(1024), aval);
    const { halfFloats } = backend.device.abilities;
    expect(backend.memory().liveBytes - before).toBe(1024 * (halfFloats ? 2 : 4));
    expect(backend.capabilities.dtypes.float16).toBe(halfFloats ? 'native' : 'emulated');
    backend.release(buffer);
  });

  it('goes to the device and comes back', async () => {
    const numbers = Uint16Array.from({ length: 2 ** 16 }, (_value, i) => i).filter(
      (bits) => (bits & 0x7fff) <= 0x7c00,
    );
    for (const data of [numbers, numbers.slice(0, 7), new Uint16Array(0)]) {
      const aval = { dtype: 'float16', shape: [data.length] } as const;
      const buffer = backend.upload(data, aval);
      expect(await backend.download(buffer, aval)).toEqual(data);
      backend.release(buffer);
    }
  });

  it.each(['add', 'sub', 'mul', 'div'] as const)('rounds each %s to nearest even', async (fn) => {
    const [x, y] = pairs();
    const builder = new GraphBuilder();
    const [a, b] = [x, y].map(({ length }) => builder.input({ dtype: 'float16', shape: [length] }));
    await check(builder.finish(builder.add('binary', [a, b], { fn })), [x, y]);
  });

  it('keeps its bits as an integer', async () => {
    const builder = new GraphBuilder();
    const x = builder.input({ dtype: 'float16', shape: [EDGES.length] });
    const [bits] = builder.add('bitcast', [x], { dtype: 'uint16' });
    const [back] = builder.add('bitcast', [bits], { dtype: 'float16' });
    const graph = builder.finish([bits, ...builder.add('unary', [back], { fn: 'neg' })]);
    await check(graph, [EDGES]);
  });

  it('changes places with numbers of another width', async () => {
    const graph = parse(`
graph(%0: float16[5], %1: float32[5]) {
  %2: float32[5] = cast(%0) dtype="float32"
  %3: float32[5] = binary(%2, %1) fn="add"
  %4: float16[5] = cast(%3) dtype="float16"
  %5: float16[5], %6: int32[5] = sort(%4) axis=0 descending=true
  %7: float32[5] = cast(%5) dtype="float32"
  %8: float32[5] = cumulative(%7) fn="sum" axis=0 reverse=false
  %9: float16[5] = cast(%8) dtype="float16"
  %10: float16[10] = concat(%9, %4) axis=0
  return %10, %3
}`);
    await check(graph, [EDGES.slice(7, 12), Float32Array.of(0.1, 2049, -3, 1e-5, 7)]);
  });

  /** The carry has three elements, so that every second row of the results begins within a word. */
  const body = parse(`
graph(%0: float16[3], %1: float16[3], %2: float16[1]) {
  %3: float16[3] = binary(%0, %1) fn="mul"
  %4: float16[3] = broadcast(%2) shape=[3] axes=[0]
  %5: float16[3] = binary(%3, %4) fn="add"
  %6: float16[1] = slice(%5) start=[1] limit=[2] strides=[1]
  return %5, %6
}`);

  it.each([
    ['forward', false],
    ['backward', true],
  ])('is scanned %s in rows that begin within a word', async (_name, reverse) => {
    for (const length of [1, 2, 5]) {
      const builder = new GraphBuilder();
      const [w, h] = [0, 1].map(() => builder.input({ dtype: 'float16', shape: [3] }));
      const xs = builder.input({ dtype: 'float16', shape: [length, 1] });
      const attrs = { body, length, constants: 1, carries: 1, reverse, saveCarries: true };
      const graph = builder.finish(builder.add('scan', [w, h, xs], attrs));
      await check(graph, [EDGES.slice(7, 10), EDGES.slice(8, 11), EDGES.slice(6, 6 + length)]);
    }
  });

  it('is chosen by branches and carried by loops', async () => {
    const side = (fn: string): Graph =>
      parse(`graph(%0: float16[3]) { %1: float16[3] = binary(%0, %0) fn="${fn}" return %1 }`);
    const below = parse(`
graph(%0: float16[1]) {
  %1: float16[1] = full() value=100 shape=[1] dtype="float16"
  %2: bool[1] = compare(%0, %1) fn="lt"
  %3: bool[] = reshape(%2) shape=[]
  return %3
}`);
    const doubled = parse(
      'graph(%0: float16[1]) { %1: float16[1] = binary(%0, %0) fn="add" return %1 }',
    );
    const builder = new GraphBuilder();
    const predicate = builder.input({ dtype: 'bool', shape: [] });
    const x = builder.input({ dtype: 'float16', shape: [3] });
    const start = builder.input({ dtype: 'float16', shape: [1] });
    const [chosen] = builder.add('cond', [predicate, x], { then: side('add'), else: side('mul') });
    const [end] = builder.add('while', [start], { cond: below, body: doubled, constants: 0 });
    const graph = builder.finish([chosen, end]);
    for (const bit of [0, 1]) {
      await check(graph, [Uint8Array.of(bit), EDGES.slice(8, 11), EDGES.slice(7, 8)]);
    }
  });
});
