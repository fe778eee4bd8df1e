import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { keep, ops, scope, tensor, type Tensor, useBackend, Variable } from '@addax/frontend';

const PROGRAMS = fileURLToPath(new URL('memory-programs.ts', import.meta.url));

function run(name: string, dialect = 'js'): Record<string, number & string> {
  const args = ['--import', 'tsx', '--conditions=@addax/source', PROGRAMS, name];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, ADDAX_BACKEND: 'cpu', ADDAX_CPU_DIALECT: dialect },
  });
  if (status !== 0) throw new Error(`${name} failed:\n${stderr}`);
  return JSON.parse(stdout) as Record<string, number & string>;
}

describe.each(['js', 'wasm'])('memory without dispose (%s)', (dialect) => {
  it('of 3,000 free-standing eager tensors of 4 MiB peaks below 1 GiB in one synchronous job', () => {
    expect(run('eagerSynchronous', dialect)['peakMiB']).toBeLessThan(1024);
  }, 240_000);

  it('of the same loop with awaits peaks below 1 GiB', () => {
    expect(run('eagerAwaiting', dialect)['peakMiB']).toBeLessThan(1024);
  }, 240_000);

  it('does not grow over 20,000 compiled steps', () => {
    const { tenthMiB, endMiB } = run('compiledSteps', dialect);
    expect(endMiB).toBeLessThanOrEqual(tenthMiB! + 10);
  }, 240_000);
});

describe('memory without dispose', () => {
  it('of a device stays within its budget when the loop awaits', () => {
    expect(run('deviceAwaiting')['peakMiB']).toBeLessThanOrEqual(256);
  }, 120_000);

  it('of a device is a named error when a synchronous loop passes the budget', () => {
    const { name, message } = run('deviceSynchronous');
    expect(name).toBe('OutOfMemoryError');
    expect(message).toMatch(/await.*scope/s);
  }, 120_000);
});

describe('scope', () => {
  beforeAll(() => useBackend(cpu.createSync!()));

  it('releases what is neither returned, kept nor assigned', async () => {
    const v = new Variable(0);
    let dropped: Tensor | undefined;
    let kept: Tensor | undefined;
    const result = scope(() => {
      dropped = ops.add(tensor(1), 1);
      kept = keep(ops.add(tensor(1), 2));
      v.assign(ops.add(tensor(1), 3));
      return [ops.add(tensor(1), 4)];
    });
    expect(await Promise.all([kept!, v.value, result[0]!].map((t) => t.item()))).toEqual([3, 4, 5]);
    expect(dropped!.isDisposed).toBe(true);
    await expect(dropped!.item()).rejects.toThrow(/keep\(tensor\)/);
  });

  it('hands what an inner scope returns to the outer one', () => {
    let inner: Tensor | undefined;
    scope(() => {
      inner = scope(() => tensor(1).add(1));
      expect(inner.isDisposed).toBe(false);
    });
    expect(inner!.isDisposed).toBe(true);
  });
});
