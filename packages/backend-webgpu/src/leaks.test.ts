import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jit, ops, scope, tensor, type Tensor, useBackend, Variable } from '@addax/core';
import type { WebGpuBackend } from './backend.ts';
import { webgpu } from './index.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = (await webgpu.create()) as WebGpuBackend;
});
beforeEach(() => useBackend(backend));
afterAll(() => backend.dispose());

/** Collects, and lets finalizers run. */
async function collect(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  await backend.sync();
}

/** Bytes held after each of some rounds. */
async function held(count: number, round: () => Promise<void>): Promise<number[]> {
  const bytes: number[] = [];
  for (let i = 0; i < count; i++) {
    await round();
    await backend.sync();
    bytes.push(backend.memory().liveBytes);
  }
  return bytes;
}

/** All the same. */
function isLevel(bytes: readonly number[]): boolean {
  return new Set(bytes.slice(1)).size === 1;
}

describe('held memory stays level', () => {
  it('over compiled steps that update a variable', async () => {
    const weight = new Variable(new Float32Array(1000));
    const step = jit((x: Tensor) => {
      weight.assign(weight.value.add(x));
      return weight.value.sum();
    });
    const bytes = await held(6, async () => {
      using x = tensor(new Float32Array(1000).fill(1), [1000]);
      using sum = step(x);
      await sum.data();
    });
    expect(isLevel(bytes)).toBe(true);
    expect(await weight.value.sum().item()).toBe(6000);
  });

  it('over eager work in scopes', async () => {
    const bytes = await held(5, async () => {
      const result = scope(() => ops.exp(ops.add(tensor([1, 2, 3]), 1)).sum());
      await result.data();
      result.dispose();
    });
    expect(isLevel(bytes)).toBe(true);
  });

  it('over values released while they are being read', async () => {
    const bytes = await held(5, async () => {
      const value = ops.add(tensor([1, 2]), 1);
      const data = value.data();
      value.dispose();
      expect([...(await data)]).toEqual([2, 3]);
    });
    await collect();
    expect(backend.memory().liveBytes).toBeLessThanOrEqual(bytes[0]);
  });

  it('over runs that fail', async () => {
    const small = (await webgpu.create({
      limits: { maxBindingBytes: 2 ** 16 },
    })) as WebGpuBackend;
    useBackend(small);
    using x = tensor(new Float32Array(2 ** 13), [2 ** 13, 1]);
    const before = small.memory().liveBytes;
    for (let i = 0; i < 3; i++) {
      await expect(
        (async () => {
          using large = ops.add(x, ops.reshape(x, [1, 2 ** 13]));
          await large.data();
        })(),
      ).rejects.toThrow(/more than this device/);
      await collect();
    }
    expect(small.memory().liveBytes - before).toBeLessThan(2 ** 16);
    await small.dispose();
  });
});

describe('what nobody can reach any more', () => {
  it('is freed by the collector: tensors', async () => {
    await collect();
    const before = backend.memory().liveBytes;
    (() => {
      for (let i = 0; i < 10; i++) tensor(new Float32Array(10_000), [10_000]);
    })();
    expect(backend.memory().liveBytes - before).toBeGreaterThan(300_000);
    await collect();
    expect(backend.memory().liveBytes).toBeLessThanOrEqual(before);
  });

  it('is freed by the collector: compiled functions with their scratch memory', async () => {
    const run = async (): Promise<void> => {
      const f = jit((x: Tensor) => ops.softmax(ops.exp(x).matmul(x)).sum());
      using x = tensor(new Float32Array(64 * 64).fill(0.01), [64, 64]);
      using y = f(x);
      await y.data();
    };
    await run();
    await collect();
    const before = backend.memory().liveBytes;
    for (let i = 0; i < 3; i++) await run();
    await collect();
    expect(backend.memory().liveBytes).toBeLessThanOrEqual(before);
  });
});
