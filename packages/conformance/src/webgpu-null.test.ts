/**
 * Every WGSL text of a fixed set of graphs is compiled without a driver: by Dawn's null backend, which
 * checks texts, bindings and limits and computes nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create } from 'webgpu';
import { type WebGpuBackend, webgpuWith } from '@addax/backend-webgpu';
import cpu from '@addax/backend-cpu';
import { type Graph, optimize, useBackend } from '@addax/core';
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

  const compile = async (graph: Graph): Promise<string> => {
    const optimized = optimize(graph, (node, avals) => backend.supports(node, avals));
    const executable = backend.compile(optimized, { label: 'null', donate: [] });
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
