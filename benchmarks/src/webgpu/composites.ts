/**
 * `npm run bench -- webgpu composites`: composites by kernels of their own beside their bodies, on one
 * adapter of Node: CPU time, launches, and memory between launches.
 */
import process from 'node:process';
import { type WebGpuBackend, webgpu } from '@addax/backend-webgpu';
import { type Graph, optimize, type Tensor, traceGraph } from '@addax/core';
import { attention, layerNorm, softmax } from '@addax/core/graph-ops';
import { vulkanEnvironment } from '../../../tools/vulkan.mjs';
import { type Contender, interleave } from '../measure.ts';
import { deviceName } from './device-name.ts';

const ROUNDS = 11;
const REPETITIONS = 2;

type Bind = (...operands: Tensor[]) => Tensor;

function traced(shapes: readonly (readonly number[])[], bind: Bind): Graph {
  const avals = shapes.map((shape) => ({ shape, dtype: 'float32' as const }));
  return traceGraph(avals, (operands) => [bind(...operands)]);
}

const HEADS = [1, 256, 8, 64];
const GRAPHS: Readonly<Record<string, Graph>> = {
  'softmax 256×1000': traced([[256, 1000]], (x) => softmax(x)),
  'layerNorm 1024×512': traced([[1024, 512], [512], [512]], (x, scale, offset) =>
    layerNorm(x, { axis: -1, epsilon: 1e-5, scale, offset }),
  ),
  'attention, 8 heads, 256 × 64': traced([HEADS, HEADS, HEADS], (q, k, v) => attention(q, k, v)),
  'the same, causal': traced([HEADS, HEADS, HEADS], (q, k, v) =>
    attention(q, k, v, { causal: true }),
  ),
};

type Prepared = Contender & { readonly launches: number; readonly mebibytes: number };

function bytesOf({ avals }: Graph, value: number): number {
  return avals[value]!.shape.reduce((a, b) => a * b, 4);
}

/** A graph on a backend, ready to run. */
async function prepare(name: string, backend: WebGpuBackend, graph: Graph): Promise<Prepared> {
  const inputs = graph.inputs.map((value) => {
    const aval = graph.avals[value]!;
    const data = new Float32Array(bytesOf(graph, value) / 4);
    const values = data.map((_, i) => Math.sin(i));
    return backend.upload(values, aval);
  });
  const executable = backend.compile(graph, { label: name, donate: [] });
  await executable.ready;
  const { launches, workspaceBytes } = executable.stats;
  const run = async (): Promise<void> => {
    for (let i = 0; i < REPETITIONS; i++) {
      for (const result of executable.run(inputs)) backend.release(result);
    }
    await backend.sync();
  };
  return { name, run, launches, mebibytes: workspaceBytes / 2 ** 20 };
}

/** What one way of running takes. */
interface Cost {
  /** CPU time, median. */
  readonly milliseconds: number;
  readonly launches: number;
  readonly mebibytes: number;
}

/** One row of the result; the ratio is that of the times, by name ÷ by its body. */
export interface CompositeRow {
  readonly name: string;
  readonly ratio: number;
  readonly byName: Cost;
  readonly byBody: Cost;
}

/** Measures and prints. */
export async function compareComposites(): Promise<{
  readonly device: string;
  readonly rows: readonly CompositeRow[];
}> {
  Object.assign(process.env, vulkanEnvironment());
  const byBody = (await webgpu.create()) as WebGpuBackend;
  const rows: CompositeRow[] = [];
  for (const [name, graph] of Object.entries(GRAPHS)) {
    // Scores that do not fit into a binding: attention runs by name whatever the adapter.
    const limits = { maxBindingBytes: Math.max(...graph.inputs.map((x) => bytesOf(graph, x))) };
    const byName = (await webgpu.create({ limits })) as WebGpuBackend;
    const whole = await prepare('by name', byName, graph);
    const inlined = optimize(graph, () => false);
    const body = await prepare('by its body', byBody, inlined);
    const times = await interleave([whole, body], ROUNDS);
    const costOf = ({ name: which, launches, mebibytes }: Prepared): Cost => ({
      milliseconds: times[which]!.median / REPETITIONS,
      launches,
      mebibytes,
    });
    const row = { name, byName: costOf(whole), byBody: costOf(body) };
    const ratio = row.byName.milliseconds / row.byBody.milliseconds;
    rows.push({ ...row, ratio });
    const text = ({ milliseconds, launches, mebibytes }: Cost): string =>
      `${milliseconds.toFixed(1)} ms, ${launches} launches, ${mebibytes.toFixed(1)} MiB`;
    console.log(
      `${name}: ${ratio.toFixed(2)} of the CPU time of its body ` +
        `(${text(row.byName)}; ${text(row.byBody)})`,
    );
    await byName.dispose();
  }
  return { device: await deviceName(), rows };
}
