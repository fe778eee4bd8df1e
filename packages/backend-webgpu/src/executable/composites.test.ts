import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CpuBackend } from '@addax/backend-cpu';
import type { Aval, Graph, Tensor } from '@addax/core';
import { grad, GraphBuilder, optimize, traceGraph } from '@addax/core';
import { attention, gelu, layerNorm, softmax } from '@addax/core/graph-ops';
import type { WebGpuBackend } from '../backend.ts';
import { webgpu } from '../index.ts';
import { runOn } from '../testing/graphs.ts';
import { settled } from './composites.ts';

let backend: WebGpuBackend;
beforeAll(async () => {
  // Scores of 32 × 32 do not fit into a binding: attention runs by name on any device.
  const limits = { maxBindingBytes: 4095 };
  backend = (await webgpu.create({ limits })) as WebGpuBackend;
});
afterAll(() => backend.dispose());

function traced(shapes: readonly (readonly number[])[], bind: (...x: Tensor[]) => Tensor): Graph {
  const avals = shapes.map((shape): Aval => ({ shape, dtype: 'float32' }));
  return traceGraph(avals, (operands) => [bind(...operands)]);
}

/** Launches of a graph, after its results were found to be those of the cpu backend. */
async function launches(graph: Graph): Promise<number> {
  const inputs = graph.inputs.map((value, i) => {
    const size = graph.avals[value].shape.reduce((a, b) => a * b, 1);
    return Float32Array.from({ length: size }, (_, k) => Math.sin(k * 1.7 + i));
  });
  const [actual] = await runOn(backend, graph, inputs);
  const [expected] = await runOn(
    new CpuBackend({ dialect: 'js' }),
    optimize(graph, () => false),
    inputs,
  );
  actual.forEach((value, i) => expect(Number(value)).toBeCloseTo(Number(expected[i]), 5));
  const executable = backend.compile(graph, { label: 'count', donate: [] });
  executable.dispose();
  return executable.stats.launches;
}

describe('composites by name', () => {
  it('are one launch, with what is done to each element of their results', async () => {
    const scaled = (x: Tensor): Tensor => softmax(x).mul(x).add(1);
    expect(await launches(traced([[6, 10]], scaled))).toBe(1);
    expect(await launches(traced([[6, 12]], scaled))).toBe(1);
    const normed = (x: Tensor): Tensor => layerNorm(x, { axis: -1, epsilon: 1e-3 }).mul(2);
    expect(await launches(traced([[6, 12]], normed))).toBe(1);
    // Functions that both need stand once in the kernel.
    const both = (x: Tensor): Tensor => softmax(x).add(1).log().exp();
    expect(await launches(traced([[6, 12]], both))).toBe(1);
    const q = [1, 32, 1, 4];
    const attended = (x: Tensor, k: Tensor, v: Tensor): Tensor => attention(x, k, v).add(x);
    expect(await launches(traced([q, q, q], attended))).toBe(1);
  });

  it('give way to their bodies over other axes', () => {
    const kept = (bind: (x: Tensor) => Tensor): string[] =>
      named(settled(traced([[6, 10]], bind), backend.device.abilities));
    expect(kept((x) => softmax(x))).toEqual(['softmax']);
    expect(kept((x) => softmax(x, 0))).toEqual([]);
    expect(kept((x) => layerNorm(x, { axis: 0, epsilon: 1e-3 }))).toEqual([]);
    expect(kept((x) => gelu(x))).toEqual([]);
  });

  it('give way to their bodies where gradients are taken, in loops too', () => {
    const loss = (x: Tensor): Tensor => softmax(x).mul(x).sum();
    const graph = traced([[6, 10]], (x) => grad(loss)(x));
    expect(named(graph)).toEqual(['softmax', 'softmaxGrad']);
    const { abilities } = backend.device;
    expect(named(settled(graph, abilities))).toEqual([]);
    const builder = new GraphBuilder();
    const x = builder.input(graph.avals[graph.inputs[0]]);
    const attrs = {
      body: graph,
      constants: 0,
      carries: 1,
      length: 2,
      reverse: false,
      saveCarries: false,
    };
    const [scan] = settled(builder.finish(builder.add('scan', [x], attrs)), abilities).nodes;
    expect(scan.op === 'scan' && named(scan.attrs.body)).toEqual([]);
  });
});

function named({ nodes }: Graph): string[] {
  return nodes.flatMap((node) => (node.op === 'call' ? [node.attrs.name] : []));
}
