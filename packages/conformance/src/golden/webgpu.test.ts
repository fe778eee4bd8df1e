/**
 * Golden data on the GPU: one half of the cases, chosen by their names, because software drivers are
 * slow; `npm run golden -- --backend webgpu` runs them all.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import webgpu, { type WebGpuBackend } from '@addax/backend-webgpu';
import cpu from '@addax/backend-cpu';
import { type Executable, useBackend } from '@addax/core';
import { observed } from '../training.ts';
import { complaints, GROUPS } from './repository.ts';
import { isInHalf } from './run.ts';

const probe = await webgpu.probe();
const group = probe.ok ? describe : describe.skip;

/** Pipelines of all cases of the half: each costs a software driver a tenth of a second and more. */
const MOST_PIPELINES = 900;

group('golden data from Keras on the GPU', () => {
  let backend: WebGpuBackend;
  let executables: Executable[];

  beforeAll(async () => {
    backend = (await webgpu.create()) as WebGpuBackend;
    const watching = observed(backend);
    ({ executables } = watching);
    useBackend(watching.backend);
  });
  afterAll(async () => {
    useBackend(cpu.createSync!());
    await backend.dispose();
  });

  it.each(GROUPS)(
    '%s agrees, with no node on the host',
    async (name) => {
      executables.length = 0;
      expect(await complaints(name, isInHalf)).toEqual({ failures: [], stale: [] });
      expect(executables.reduce((sum, { stats }) => sum + stats.hostNodes, 0)).toBe(0);
    },
    600_000,
  );

  it('needs few pipelines', () => {
    expect(backend.device.counters.pipelines).toBeLessThanOrEqual(MOST_PIPELINES);
  });
});
