import { expect, it } from '@jest/globals';

import { inChromium } from './chromium.ts';
import type webgpu from './programs/webgpu.ts';
import type killed from './programs/webgpu-killed.ts';
import type lost from './programs/webgpu-lost.ts';

/** Compiling one kernel takes the software driver up to seconds. */
const TIMEOUT = 400_000;

inChromium(
  'WebGPU in Chromium',
  (pages) => {
    it('computes and trains like the cpu backend', async () => {
      const { tests, failures } = await pages.run<typeof webgpu>('webgpu');
      expect(failures).toEqual([]);
      expect(tests.length).toBeGreaterThanOrEqual(24);
    });

    it('does so in a worker, under a policy without eval', async () => {
      const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
      const there = await pages.run<typeof lost>('webgpu-lost', {
        worker: true,
        headers: { 'Content-Security-Policy': policy },
        expectedErrors: /violates the following Content Security Policy directive/i,
      });
      expect(there.after).toEqual(there.before);
    });

    it('says that the device is lost, and goes on with another one', async () => {
      const there = await pages.run<typeof lost>('webgpu-lost');
      expect([there.pending, there.later]).toEqual(['DeviceLostError', 'DeviceLostError']);
      expect(there.after).toEqual(there.before);
      expect(there.before).toHaveLength(4);
    });

    it('does so when the GPU process dies', async () => {
      const file = 'kill-the-gpu';
      const there = await pages.run<typeof killed>('webgpu-killed', {
        files: { [file]: new Uint8Array() },
        killGpuOn: file,
        expectedErrors: /lost|GPU/i,
      });
      expect(there.later).toBe('DeviceLostError');
      expect(there.after).toEqual(there.before);
    });
  },
  { gpu: true, timeout: TIMEOUT },
);
