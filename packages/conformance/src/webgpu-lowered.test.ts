/**
 * Tier 1 again on a device that offers the least WebGPU allows: what runs here runs on every adapter.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import webgpu, { type WebGpuBackend } from '@addax/backend-webgpu';
import { conformance } from './index.ts';

const probe = await webgpu.probe();
const group = probe.ok ? describe : describe.skip;

const LEAST = {
  maxBindings: 8,
  maxThreads: 256,
  workgroupBytes: 16_384,
  maxBindingBytes: 2 ** 27,
  subgroups: false,
  halfFloats: false,
  // Sides of branches run only where they are taken, however small.
  branchWork: 1,
};

/** Pipelines of the whole suite: each costs a software driver a tenth of a second and more. */
const MOST_PIPELINES = 700;

let backend: WebGpuBackend | undefined;

conformance(webgpu, {
  create: async () => (backend = (await webgpu.create({ limits: LEAST })) as WebGpuBackend),
  // The functions of a device are near those of the reference, not the same.
  lossTolerance: 1e-3,
  runner: { describe: group, it },
});

group('a device of the least abilities', () => {
  it('needs few pipelines', () => {
    expect(backend!.device.counters.pipelines).toBeLessThanOrEqual(MOST_PIPELINES);
  });
  afterAll(() => backend?.dispose());
});
