/**
 * `npm run bench -- webgpu halves`: float16 that takes two bytes on the device beside float16 that takes
 * four, on one adapter of Node: memory of a tensor, and CPU time of a product and of a pointwise chain.
 */
import process from 'node:process';
import { type WebGpuBackend, webgpu } from '@addax/backend-webgpu';
import { type Buffer, type Graph, GraphBuilder } from '@addax/core';
import { vulkanEnvironment } from '../../../tools/vulkan.mjs';
import { type Contender, interleave } from '../measure.ts';
import { deviceName } from './device-name.ts';

const ROUNDS = 9;
const REPETITIONS = 4;

function matmul(size: number): Graph {
  const builder = new GraphBuilder();
  const shape = [size, size];
  const [x, y] = [0, 1].map(() => builder.input({ shape, dtype: 'float16' })) as [number, number];
  return builder.finish(builder.add('dot', [x, y], { batch: [], contract: [[1, 0]] }));
}

/** ((x·y + x) max y − x)·y */
function chain(length: number): Graph {
  const builder = new GraphBuilder();
  const shape = [length];
  const [x, y] = [0, 1].map(() => builder.input({ shape, dtype: 'float16' })) as [number, number];
  let [value] = builder.add('binary', [x, y], { fn: 'mul' });
  for (const [fn, other] of [
    ['add', x],
    ['max', y],
    ['sub', x],
    ['mul', y],
  ] as const) {
    [value] = builder.add('binary', [value!, other], { fn });
  }
  return builder.finish([value!]);
}

const GRAPHS: Readonly<Record<string, Graph>> = {
  'matmul 512': matmul(512),
  'chain of 5 ops, 4 Mi elements': chain(2 ** 22),
};

/** A graph on a backend, ready to run; and the bytes of its first operand. */
async function prepare(
  name: string,
  backend: WebGpuBackend,
  graph: Graph,
): Promise<Contender & { readonly bytes: number }> {
  const before = backend.memory().liveBytes;
  let bytes = 0;
  const inputs = graph.inputs.map((value): Buffer => {
    const aval = graph.avals[value]!;
    const data = new Uint16Array(aval.shape.reduce((a, b) => a * b, 1));
    const buffer = backend.upload(
      data.map((_, i) => 0x3000 + (i % 3000)),
      aval,
    );
    bytes ||= backend.memory().liveBytes - before;
    return buffer;
  });
  const executable = backend.compile(graph, { label: name, donate: [] });
  await executable.ready;
  const run = async (): Promise<void> => {
    for (let i = 0; i < REPETITIONS; i++) {
      for (const result of executable.run(inputs)) backend.release(result);
    }
    await backend.sync();
  };
  return { name, run, bytes };
}

/** One row of the result: two bytes ÷ four. */
export interface HalvesRow {
  readonly name: string;
  readonly memory: number;
  readonly time: number;
  /** CPU milliseconds, medians. */
  readonly milliseconds: { readonly twoBytes: number; readonly fourBytes: number };
}

/** Measures and prints; undefined where the adapter has no f16. */
export async function compareHalves(): Promise<
  { readonly device: string; readonly rows: readonly HalvesRow[] } | undefined
> {
  Object.assign(process.env, vulkanEnvironment());
  const native = (await webgpu.create()) as WebGpuBackend;
  const emulated = (await webgpu.create({ limits: { halfFloats: false } })) as WebGpuBackend;
  if (!native.device.abilities.halfFloats) {
    console.log('the adapter has no shader-f16: there is nothing to compare');
    return undefined;
  }
  const rows: HalvesRow[] = [];
  for (const [name, graph] of Object.entries(GRAPHS)) {
    const two = await prepare('two bytes', native, graph);
    const four = await prepare('four bytes', emulated, graph);
    const times = await interleave([two, four], ROUNDS);
    const [twoBytes, fourBytes] = [two, four].map(
      (one) => times[one.name]!.median / REPETITIONS,
    ) as [number, number];
    const [memory, time] = [two.bytes / four.bytes, twoBytes / fourBytes];
    rows.push({ name, memory, time, milliseconds: { twoBytes, fourBytes } });
    console.log(
      `${name}: ${memory} of the memory, ${time.toFixed(2)} of the CPU time ` +
        `(${twoBytes.toFixed(1)} ms, with four bytes ${fourBytes.toFixed(1)} ms)`,
    );
  }
  return { device: await deviceName(), rows };
}
