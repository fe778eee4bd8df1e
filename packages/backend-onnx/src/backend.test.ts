import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  type Aval,
  type Backend,
  BackendUnavailableError,
  type Buffer,
  type HostArray,
  parse,
} from '@addax/core';
import onnx from './index.ts';
import { innerOf, type OnnxBuffer } from './buffer.ts';
import { Feed } from './feed.ts';
import { loadRuntime } from './platform-browser.ts';

const probe = await onnx.probe();
const withRuntime = probe.ok ? describe : describe.skip;

const SQUARE: Aval = { shape: [2, 2], dtype: 'float32' };
const EYE = Float32Array.of(1, 0, 0, 1);

/** w ← w − x · w, and x · w. */
const STEP = parse(`graph(%0: float32[2, 2], %1: float32[2, 2]) {
  %2: float32[2, 2] = dot(%0, %1) batch=[] contract=[[1, 0]]
  %3: float32[2, 2] = binary(%1, %2) fn="sub"
  return %2, %3
}`);

withRuntime('the onnx backend', () => {
  let forced: Backend;
  beforeAll(async () => {
    forced = await onnx.create({ forceOnnx: true, threads: 1 });
  });

  const read = async (buffer: Buffer, aval = SQUARE): Promise<number[]> =>
    Array.from((await forced.download(buffer, aval)) as Float32Array, Number);

  test('lets go of what a run was given, also where the runtime fails', async () => {
    const own = await onnx.create({ forceOnnx: true, threads: 1 });
    const step = own.compile(STEP, { label: 'step', donate: [] });
    await step.ready;
    const buffers = [EYE, EYE].map((data) => own.upload(data, SQUARE));
    const rest = jest.spyOn(Feed.prototype, 'rest');
    const feed = jest.spyOn(Feed.prototype, 'tensor').mockImplementationOnce(() => {
      throw new Error('lost');
    });
    const [y] = step.run(buffers) as OnnxBuffer[];
    await expect(own.download(y!, SQUARE)).rejects.toThrow('lost');
    expect(rest).toHaveBeenCalledTimes(2);
    rest.mockRestore();
    feed.mockRestore();
    step.dispose();
  });

  test('returns buffers before the runtime has run', async () => {
    const step = forced.compile(STEP, { label: 'step', donate: [] });
    const x = forced.upload(EYE, SQUARE);
    const w = forced.upload(Float32Array.of(1, 2, 3, 4), SQUARE);
    const [y, next] = step.run([x, w]) as OnnxBuffer[];
    expect(y!.inner).toBeUndefined();
    expect(await read(y!)).toEqual([1, 2, 3, 4]);
    expect(await read(next!)).toEqual([0, 0, 0, 0]);
  });

  test('keeps the order of runs, reads and releases without an await', async () => {
    const step = forced.compile(STEP, { label: 'step', donate: [[1, 1]] });
    const x = forced.upload(Float32Array.of(0.5, 0, 0, 0.5), SQUARE);
    let w = forced.upload(Float32Array.of(8, 8, 8, 8), SQUARE);
    const reads: Promise<number[]>[] = [];
    for (let i = 0; i < 3; i++) {
      const [y, next] = step.run([x, w]);
      forced.release(y!);
      w = next!;
      reads.push(read(w));
    }
    forced.release(x);
    expect((await Promise.all(reads)).map(([first]) => first)).toEqual([4, 2, 1]);
  });

  test('keeps the memory of donated state', async () => {
    const step = forced.compile(STEP, { label: 'step', donate: [[1, 1]] });
    const x = forced.upload(EYE, SQUARE);
    let w = forced.upload(EYE, SQUARE);
    const homes = new Set<Buffer>();
    for (let i = 0; i < 3; i++) {
      w = step.run([x, w])[1]!;
      await read(w);
      homes.add(innerOf(w as OnnxBuffer));
    }
    expect(homes.size).toBe(1);
  });

  test('updates large state by results that are written into the memory of the host', async () => {
    const aval: Aval = { shape: [64, 64], dtype: 'float32' };
    const graph = parse(`graph(%0: float32[64, 64], %1: float32[64, 64]) {
      %2: float32[64, 64] = dot(%0, %1) batch=[] contract=[[1, 0]]
      %3: float32[64, 64] = binary(%1, %2) fn="sub"
      return %3
    }`);
    const half = new Float32Array(64 * 64);
    for (let i = 0; i < 64; i++) half[i * 65] = 0.5;
    const x = forced.upload(half, aval);
    // Two executables of one session, in turns, their runs enqueued before the first is done.
    const steps = ['a', 'b'].map((label) => forced.compile(graph, { label, donate: [[1, 0]] }));
    const states = [8, 80].map((value) =>
      forced.upload(
        Float32Array.from({ length: 64 * 64 }, (_, i) => value + (i % 7)),
        aval,
      ),
    );
    for (let i = 0; i < 3; i++) {
      states.forEach((state, k) => (states[k] = steps[k]!.run([x, state])[0]!));
    }
    const [a, b] = await Promise.all(states.map((state) => read(state, aval)));
    expect(a).toEqual(Array.from({ length: 64 * 64 }, (_, i) => (8 + (i % 7)) / 8));
    expect(b).toEqual(Array.from({ length: 64 * 64 }, (_, i) => (80 + (i % 7)) / 8));
  });

  test('refuses a buffer that was donated or released', () => {
    const step = forced.compile(STEP, { label: 'step', donate: [[1, 1]] });
    const x = forced.upload(EYE, SQUARE);
    const w = forced.upload(EYE, SQUARE);
    step.run([x, w]);
    expect(() => step.run([x, w])).toThrow(/released tensor/);
  });

  test('reads a buffer from a copy where it is also donated', async () => {
    const step = forced.compile(STEP, { label: 'step', donate: [[1, 1]] });
    const x = forced.upload(Float32Array.of(3, 0, 0, 3), SQUARE);
    const [y, next] = step.run([x, x]);
    expect([(await read(y!))[0], (await read(next!))[0]]).toEqual([9, -6]);
  });

  test('copies outputs that are inputs, constants or stand twice', async () => {
    const graph = parse(`graph(%0: float32[2, 2]) {
      %1: float32[2, 2] = unary(%0) fn="neg"
      return %0, %1, %1
    }`);
    const run = forced.compile(graph, { label: 'copies', donate: [] });
    const x = forced.upload(EYE, SQUARE);
    const outputs = run.run([x]);
    await forced.sync();
    expect(new Set([x, ...outputs].map((b) => innerOf(b as OnnxBuffer))).size).toBe(4);
    forced.release(x);
    expect(await read(outputs[0]!)).toEqual([1, 0, 0, 1]);
    expect(await read(outputs[2]!)).toEqual(await read(outputs[1]!));
  });

  test('swaps two variables', async () => {
    const graph = parse(`graph(%0: float32[2, 2], %1: float32[2, 2]) {
      return %1, %0
    }`);
    const donate = [
      [0, 0],
      [1, 1],
    ] as const;
    const swap = forced.compile(graph, { label: 'swap', donate });
    const a = forced.upload(Float32Array.of(1, 1, 1, 1), SQUARE);
    const b = forced.upload(Float32Array.of(2, 2, 2, 2), SQUARE);
    const [first, second] = swap.run([a, b]);
    expect([(await read(first!))[0], (await read(second!))[0]]).toEqual([2, 1]);
  });

  test('reads what it cannot run from the host, and counts it', async () => {
    const graph = parse(`graph(%0: int64[3]) {
      %1: int64[3] = binary(%0, %0) fn="add"
      return %1
    }`);
    const run = forced.compile(graph, { label: 'int64', donate: [] });
    const aval: Aval = { shape: [3], dtype: 'int64' };
    const [y] = run.run([forced.upload(BigInt64Array.of(1n, -2n, 3n), aval)]);
    expect(await forced.download(y!, aval)).toEqual(BigInt64Array.of(2n, -4n, 6n));
  });

  test.each([
    ['float32', Float32Array.of(1.5, -2)],
    ['float64', Float64Array.of(1.5, -2)],
    ['float16', Uint16Array.of(0x3e00, 0xc000)],
    ['bfloat16', Uint16Array.of(0x3fc0, 0xc000)],
    ['int8', Int8Array.of(1, -2)],
    ['int16', Int16Array.of(1, -2)],
    ['int32', Int32Array.of(1, -2)],
    ['int64', BigInt64Array.of(1n, -2n)],
    ['uint8', Uint8Array.of(1, 254)],
    ['uint16', Uint16Array.of(1, 65534)],
    ['uint32', Uint32Array.of(1, 4294967294)],
    ['bool', Uint8Array.of(1, 0)],
  ] as const)('passes %s through the runtime and back', async (dtype, data: HostArray) => {
    const graph = parse(`graph(%0: ${dtype}[2]) {
      %1: ${dtype}[2] = reverse(%0) axes=[0]
      return %1
    }`);
    const run = forced.compile(graph, { label: dtype, donate: [] });
    const aval: Aval = { shape: [2], dtype };
    const [y] = run.run([forced.upload(data, aval)]);
    expect(await forced.download(y!, aval)).toEqual(data.slice().reverse());
  });

  test('shares sessions between equal graphs and gives them back with the last', async () => {
    const first = forced.compile(STEP, { label: 'first', donate: [] });
    const second = forced.compile(STEP, { label: 'second', donate: [] });
    await Promise.all([first.ready, second.ready]);
    first.dispose();
    const [y] = second.run([forced.upload(EYE, SQUARE), forced.upload(EYE, SQUARE)]);
    expect(await read(y!)).toEqual([1, 0, 0, 1]);
    second.dispose();
    expect(() => second.run([])).toThrow(/disposed of/);
  });

  test('takes weights that stay the same for constants, and notices when they change', async () => {
    const backend = await onnx.create({ forceOnnx: true, threads: 1 });
    const graph = parse(`graph(%0: float32[2, 2], %1: float32[2, 2]) {
      %2: float32[2, 2] = dot(%0, %1) batch=[] contract=[[1, 0]]
      return %2
    }`);
    const predict = backend.compile(graph, { label: 'predict', donate: [] });
    const answer = async (w: Buffer, value: number): Promise<number> => {
      const x = backend.upload(
        EYE.map((e) => e * value),
        SQUARE,
      );
      const [y] = predict.run([x, w]);
      return ((await backend.download(y!, SQUARE)) as Float32Array)[0]!;
    };
    const w = backend.upload(Float32Array.of(3, 0, 0, 3), SQUARE);
    const seen: number[] = [];
    for (let i = 0; i < 20; i++) seen.push(await answer(w, i));
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => 3 * i));
    const other = backend.upload(Float32Array.of(7, 0, 0, 7), SQUARE);
    expect([await answer(other, 2), await answer(w, 2)]).toEqual([14, 6]);
    await backend.dispose();
  });

  test('believes what it is told of weights only for the same array of them', async () => {
    const graph = parse(`graph(%0: float32[2, 2], %1: float32[2, 2]) {
      %2: float32[2, 2] = dot(%0, %1) batch=[] contract=[[1, 0]]
      return %2, %1
    }`);
    const predict = forced.compile(graph, { label: 'told', donate: [] });
    const seen: number[][] = [];
    for (const weight of [3, 7]) {
      const tail = [forced.upload(Float32Array.of(weight, 0, 0, weight), SQUARE)];
      for (let i = 1; i <= 12; i++) {
        const x = forced.upload(Float32Array.of(i, 0, 0, i), SQUARE);
        const [y, w] = predict.run([x, ...tail], tail);
        seen.push([(await read(y!))[0]!, (await read(w!))[0]!]);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    const expected = [3, 7].flatMap((w) => Array.from({ length: 12 }, (_, i) => [(i + 1) * w, w]));
    expect(seen).toEqual(expected);
  });

  test('tells parts, and why they are where they are, in its code', async () => {
    const step = forced.compile(STEP, { label: 'step', donate: [[1, 1]] });
    await step.ready;
    expect(step.code).toMatch(/step: session \(1 in the runtime\)[^]*step: host \(1 of updates\)/);
    expect(step.stats).toMatchObject({ hostNodes: 0 });
  });

  test('runs small graphs on the host before run returns', async () => {
    const backend = await onnx.create();
    const step = backend.compile(STEP, { label: 'small', donate: [] });
    const w = backend.upload(EYE, SQUARE);
    const [y] = step.run([w, w]) as OnnxBuffer[];
    expect(y!.inner).toBeDefined();
    expect(step.stats.hostNodes).toBe(2);
    expect(Array.from(backend.borrow!(y!, SQUARE) as Float32Array)).toEqual([1, 0, 0, 1]);
  });
});

describe('the module', () => {
  test('refuses unknown options', async () => {
    await expect(onnx.create({ device: 'gpu' })).rejects.toThrow(/no option "device"/);
  });

  test('says in browsers that the native runtime needs Node', async () => {
    await expect(loadRuntime('node')).rejects.toThrow(BackendUnavailableError);
    await expect(loadRuntime('node')).rejects.toThrow(/onnxruntime-web/);
  });
});
