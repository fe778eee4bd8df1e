/**
 * Every WGSL text of a fixed set of graphs is compiled without a driver: by Dawn's null backend, which
 * checks texts, bindings and limits and computes nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create } from 'webgpu';
import { type WebGpuBackend, webgpuWith } from '@addax/backend-webgpu';
import cpu from '@addax/backend-cpu';
import { type Aval, type Graph, optimize, type Tensor, traceGraph, useBackend } from '@addax/core';
import { attention } from '@addax/core/graph-ops';
import { SAMPLES } from '@addax/core/samples';
import { TRAINING_CASES } from './models.ts';
import { fusedGraph, inFloat16, runnableSample, sampleGraph } from './samples.ts';

const ABILITIES = {
  'what the adapter offers': {},
  'the least there is': {
    maxBindings: 8,
    maxThreads: 256,
    workgroupBytes: 16_384,
    halfFloats: false,
  },
};

describe.each(Object.entries(ABILITIES))('with %s every kernel is valid', (_, limits) => {
  let backend: WebGpuBackend;

  beforeAll(async () => {
    const module = webgpuWith({ gpu: create(['backend=null']), limits });
    backend = (await module.create()) as WebGpuBackend;
  });
  afterAll(async () => {
    useBackend(cpu.createSync!());
    await backend.dispose();
  });

  const compile = async (graph: Graph, on = backend): Promise<string> => {
    const optimized = optimize(graph, (node, avals) => backend.supports(node, avals));
    const executable = on.compile(optimized, { label: 'null', donate: [] });
    await executable.ready;
    const { code } = executable;
    executable.dispose();
    return code ?? '';
  };

  it('of the samples of all ops, alone and in a chain', async () => {
    for (const sample of SAMPLES) {
      const runnable = runnableSample(backend, sample);
      if (runnable === undefined) continue;
      await compile(sampleGraph(runnable));
      await compile(fusedGraph(runnable));
    }
    await backend.sync();
    expect(backend.device.counters.pipelines).toBeGreaterThan(200);
  }, 240_000);

  it('of the samples in float16, with f16 where the device has it', async () => {
    const samples = SAMPLES.flatMap((sample) => inFloat16(sample) ?? []);
    const codes: string[] = [];
    for (const sample of samples) codes.push(await compile(sampleGraph(sample)));
    const enabled = codes.filter((code) => code.includes('enable f16;'));
    const { halfFloats } = backend.device.abilities;
    expect(enabled.length > 0).toBe(halfFloats);
    await backend.sync();
  }, 240_000);

  it.each(['float32', 'float16'] as const)('of attention by name in %s', async (dtype) => {
    // Scores that do not fit into a binding are never in memory.
    const few = { ...limits, maxBindingBytes: 4096 };
    const module = webgpuWith({ gpu: create(['backend=null']), limits: few });
    const small = (await module.create()) as WebGpuBackend;
    const traced = (d: number, e: number, bind: (...x: Tensor[]) => Tensor): Graph => {
      const rows = [
        [1, 33, 4, d],
        [1, 33, 2, d],
        [1, 33, 2, e],
        [4, 1, 33],
      ];
      const avals = rows.map((shape): Aval => ({ shape, dtype }));
      const mask: Aval = { shape: [33, 33], dtype: 'bool' };
      return traceGraph([...avals, mask], (operands) => [bind(...operands)]);
    };
    const codes = [
      await compile(
        traced(4, 8, (q, k, v) => attention(q!, k!, v!)),
        small,
      ),
      await compile(
        traced(5, 70, (q, k, v) => attention(q!, k!, v!, { causal: true })),
        small,
      ),
      await compile(
        traced(3, 5, (q, k, v, bias, mask) => attention(q!, k!, v!, { bias, mask }).mul(2)),
        small,
      ),
    ];
    for (const code of codes) expect(code).toContain('var<workgroup> weights');
    await small.dispose();
  });

  it.each(TRAINING_CASES)(
    'of a training step: $name',
    async ({ make }) => {
      useBackend(backend);
      const { model, x, y } = make();
      expect(typeof (await model.trainOnBatch(x, y))).toBe('number');
      await backend.sync();
    },
    120_000,
  );
});
