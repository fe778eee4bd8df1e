import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { PendingBackend } from '@addax/core';
import {
  BackendUnavailableError,
  init,
  jit,
  ops,
  OutOfMemoryError,
  tensor,
  useBackend,
  Variable,
} from '@addax/frontend';
import { slowModule } from '../testing/slow-backend.ts';

function pending(
  create = (): ReturnType<typeof cpu.create> => slowModule(cpu).create(),
): PendingBackend {
  const backend = new PendingBackend('slow', create);
  useBackend(backend);
  return backend;
}

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

afterEach(() => useBackend(cpu.createSync!()));

describe('a backend that is still starting', () => {
  it('takes tensors, ops, variables and jitted functions without an await', async () => {
    pending();
    const w = new Variable([1, 2]);
    const step = jit((x: ReturnType<typeof tensor>) => {
      w.assign(w.value.add(x));
      return w.value.sum();
    });
    const first = step(tensor([10, 10]));
    const second = step(tensor([1, 1]));
    expect([await first.item(), await second.item()]).toEqual([23, 25]);
    expect(await ops.softmax(tensor([0, 0])).array()).toEqual([0.5, 0.5]);
  });

  it('shows a snapshot taken before a write that was recorded later', async () => {
    pending();
    const v = new Variable(1);
    const before = v.value;
    jit(() => v.assignAdd(1) && v.value)();
    expect([await before.item(), await v.value.item()]).toEqual([1, 2]);
  });

  it('rejects reads with the reason when its device is not there', async () => {
    pending(async () => {
      throw new BackendUnavailableError('no adapter');
    });
    const sum = tensor([1, 2]).sum();
    await expect(sum.item()).rejects.toThrow('no adapter');
    await expect(init()).rejects.toThrow(BackendUnavailableError);
    await expect(tensor(1).item()).rejects.toThrow('no adapter');
  });

  it('does not record more than 512 MiB in one synchronous job', () => {
    pending();
    const record = (): void => {
      for (let i = 0; i < 200; i++) tensor(new Float32Array(2 ** 20));
    };
    expect(record).toThrow(OutOfMemoryError);
    expect(record).toThrow(/await init\(\)/);
  });

  it('does not release a variable whose first buffers, made while it started, are collected', async () => {
    pending();
    const v = new Variable([1, 2]);
    const step = jit(() => v.assignAdd(1) && v.value.sum());
    await step().item();
    for (let round = 0; round < 3; round++) {
      await step().item();
      gc();
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    expect(await v.value.array()).toEqual([5, 6]);
  });

  it('says that it cannot read synchronously', () => {
    pending();
    expect(() => tensor(1).dataSync()).toThrow(/await tensor\.data\(\)/);
  });
});
