import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import onnx from '@addax/backend-onnx';
import { embedBackend } from '@addax/core';
import {
  backends,
  BackendUnavailableError,
  getBackend,
  ops,
  registerBackend,
  setBackend,
  tensor,
  useBackend,
} from '@addax/frontend';
import { slowModule } from '../testing/slow-backend.ts';

afterEach(() => setBackend('cpu'));

describe('setBackend', () => {
  it('chooses by name and by module', async () => {
    await setBackend(slowModule(cpu, { create: 1 }));
    expect(getBackend().name).toBe('slow');
    await setBackend('cpu');
    expect(getBackend().name).toBe('cpu');
  });

  it('says what to install when the package is missing', async () => {
    await expect(setBackend('cuda')).rejects.toThrow(BackendUnavailableError);
    await expect(setBackend('cuda')).rejects.toThrow(/npm install @addax\/backend-cuda/);
    await expect(setBackend('no-such-backend')).rejects.toThrow(/no-such-backend/);
    expect(getBackend().name).toBe('cpu');
  });

  it('gives the reason of the probe and never falls back', async () => {
    const module = {
      ...slowModule(cpu),
      name: 'absent',
      probe: async () => ({ ok: false as const, reason: 'no driver' }),
    };
    await expect(setBackend(module)).rejects.toThrow(/"absent" is not available: no driver/);
    expect(getBackend().name).toBe('cpu');
  });
});

describe('embedBackend', () => {
  it('reads a late module at the first need, once, and it is the module that programs hand over', async () => {
    const module = { ...slowModule(cpu, { create: 1 }), name: 'late' };
    const load = jest.fn(() => module);
    embedBackend({ name: 'late', load });
    expect(load).not.toHaveBeenCalled();
    await setBackend('late');
    const first = getBackend();
    await setBackend('cpu');
    await setBackend('late');
    await setBackend(module);
    expect(getBackend()).toBe(first);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('does not read a late module when another of its name is handed over', async () => {
    const load = jest.fn(() => cpu);
    embedBackend({ name: 'replaced', load });
    await setBackend({ ...slowModule(cpu, { create: 1 }), name: 'replaced' });
    expect(getBackend().name).toBe('slow');
    expect(load).not.toHaveBeenCalled();
  });
});

describe('backends', () => {
  it('lists every known backend with its device or the reason why not', async () => {
    registerBackend({ ...slowModule(cpu), name: 'third-party' });
    const rows = await backends();
    const byName = Object.fromEntries(rows.map((row) => [row.name, row]));
    expect(byName['cpu']).toMatchObject({ installed: true, available: true });
    expect(byName['cuda']).toMatchObject({ installed: false, available: false });
    expect(byName['third-party']?.device).toMatch(/slow/);
  });
});

describe('tensors of two backends', () => {
  it('in one op are an error that names both and the way out', async () => {
    const here = tensor([1, 2]);
    useBackend(cpu.createSync!());
    const there = tensor([3, 4]);
    expect(() => ops.add(here, there)).toThrow(BackendUnavailableError);
    expect(() => ops.add(here, there)).toThrow(/tensor\.to\(backend\)/);
    expect(await ops.add(await here.to(there.backend), there).array()).toEqual([4, 6]);
  });
});

describe('selection from outside', () => {
  const program = fileURLToPath(new URL('print-backend.ts', import.meta.url));
  const root = fileURLToPath(new URL('../../../..', import.meta.url));

  function print(environment: Readonly<Record<string, string>>, cwd = root): string {
    const tsx = join(root, 'node_modules/tsx/dist/loader.mjs');
    const args = ['--import', tsx, '--conditions=@addax/source', program];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: cwd, ...environment },
    });
    return stdout.trim() || stderr;
  }

  it('takes ADDAX_BACKEND', () => {
    expect(print({ ADDAX_BACKEND: 'cpu' })).toBe('cpu float32');
    expect(print({ ADDAX_BACKEND: 'cuda' })).toMatch(/npm install @addax\/backend-cuda/);
  });

  it('takes addax.json of the working directory', () => {
    const folder = mkdtempSync(join(tmpdir(), 'addax-'));
    writeFileSync(join(folder, 'addax.json'), '{ "backend": "cpu", "floatx": "float64" }');
    expect(print({}, folder)).toBe('cpu float64');
    rmSync(folder, { recursive: true });
  });

  it('finds ONNX Runtime under auto where it is installed', async () => {
    const { ok } = await onnx.probe();
    expect(print({})).toBe(ok ? 'onnx float32' : 'cpu float32');
  });
});
