import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BackendUnavailableError, DeviceLostError, getBackend, setBackend } from '@addax/core';
import type { WebGpuBackend } from './backend.ts';
import { webgpu, webgpuWith } from './index.ts';
import type { GpuEntry } from './options.ts';
import { line } from './testing/store.ts';
import { findGpu } from '#platform';

function entry(info: Partial<GPUAdapterInfo> | null): GpuEntry {
  const adapter = info === null ? null : { info: { isFallbackAdapter: false, ...info } };
  return { requestAdapter: async () => adapter };
}

const CARD = { vendor: 'nvidia', architecture: 'hopper', description: '' };
const SOFTWARE = { ...CARD, vendor: 'google', isFallbackAdapter: true };

describe('the probe', () => {
  it('names the adapter', async () => {
    const module = webgpuWith({ gpu: entry(CARD) });
    expect(await module.probe({ isAutomatic: true })).toEqual({
      ok: true,
      device: 'nvidia hopper',
    });
  });

  it('takes the entry from the options it is asked with', async () => {
    const answer = await webgpu.probe({ isAutomatic: false, options: { gpu: entry(CARD) } });
    expect(answer).toEqual({ ok: true, device: 'nvidia hopper' });
  });

  it('says no to auto where the adapter is software', async () => {
    const answer = await webgpuWith({ gpu: entry(SOFTWARE) }).probe({ isAutomatic: true });
    expect(answer).toMatchObject({ ok: false });
    expect(!answer.ok && answer.reason).toMatch(/is software, .* ADDAX_BACKEND=webgpu/);
  });

  it('notes once that it is software when it was chosen by name', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const module = webgpuWith({ gpu: entry(SOFTWARE) });
    expect(await module.probe()).toEqual({ ok: true, device: 'google hopper (software)' });
    expect(warn).not.toHaveBeenCalled();
    for (let i = 0; i < 2; i++) await module.probe({ isAutomatic: false });
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('says what is missing where there is no adapter', async () => {
    const answer = await webgpuWith({ gpu: entry(null) }).probe();
    expect(!answer.ok && answer.reason).toMatch(/Vulkan driver.*mesa-vulkan-drivers/);
  });

  it('passes on why the adapter opens no device', async () => {
    const module = webgpuWith({ gpu: entry({ ...CARD, description: 'H100' }) });
    await expect(module.create()).rejects.toThrow(BackendUnavailableError);
    await expect(module.create()).rejects.toThrow(/adapter nvidia hopper H100 opened no device/);
  });

  it('says which option is wrong', async () => {
    const answer = await webgpu.probe({ isAutomatic: false, options: { threads: 2 } });
    expect(!answer.ok && answer.reason).toMatch(/no option "threads"/);
    expect(() => webgpuWith({ budgetBytes: 0 })).toThrow(/"budgetBytes"/);
  });
});

describe('setBackend', () => {
  afterEach(() => getBackend().dispose());

  it('takes the module and options, among them the entry itself', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    await setBackend(webgpu, { gpu: await findGpu(), limits: { maxBindings: 8 } });
    const backend = getBackend() as WebGpuBackend;
    expect(backend.name).toBe('webgpu');
    expect(backend.device.abilities.maxBindings).toBe(8);
  });

  it('opens another device after one was lost', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    await setBackend(webgpu);
    const lost = getBackend() as WebGpuBackend;
    lost.device.gpu.destroy();
    await lost.device.gpu.lost;
    expect(() => lost.upload(new Float32Array(1), line(1))).toThrow(DeviceLostError);
    await setBackend(webgpu);
    const backend = getBackend();
    expect(backend).not.toBe(lost);
    const buffer = backend.upload(new Float32Array([3]), line(1));
    expect(await backend.download(buffer, line(1))).toEqual(new Float32Array([3]));
  });
});
