import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DeviceLostError,
  type HostArray,
  OutOfMemoryError,
  scope,
  StateError,
  tensor,
  useBackend,
} from '@addax/core';
import type { WebGpuBackend } from './backend.ts';
import { WebGpuBuffer } from './memory/buffer.ts';
import { INCREMENT, increment, line, openStore } from './testing/store.ts';

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = await openStore();
});
afterAll(() => backend.dispose());

function upload(values: readonly number[]): WebGpuBuffer {
  return backend.upload(new Float32Array(values), line(values.length)) as WebGpuBuffer;
}

async function read(buffer: WebGpuBuffer): Promise<number[]> {
  return [...((await backend.download(buffer, line(buffer.byteLength / 4))) as Float32Array)];
}

describe('values', () => {
  it.each<[Parameters<typeof line>[1] & string, HostArray]>([
    ['float32', new Float32Array([1.5, NaN, -Infinity])],
    ['bfloat16', new Uint16Array([0x3fc0, 0x8000])],
    ['int64', new BigInt64Array([-3n, 7n])],
    ['bool', new Uint8Array([1, 0, 1])],
    ['int8', new Int8Array([])],
  ])('of %s come back as they were', async (dtype, data) => {
    const aval = line(data.length, dtype);
    const buffer = backend.upload(data, aval);
    expect(await backend.download(buffer, aval)).toEqual(data);
    backend.release(buffer);
  });

  it('too large for writes in one go arrive whole', async () => {
    const data = Float32Array.from({ length: 3 * 2 ** 20 }, (_, i) => i);
    const buffer = backend.upload(data, line(data.length));
    const back = (await backend.download(buffer, line(data.length))) as Float32Array;
    expect(Buffer.from(back.buffer).equals(Buffer.from(data.buffer))).toBe(true);
    backend.release(buffer);
  });

  it('are copied when they are uploaded', async () => {
    const data = new Float32Array([1, 2]);
    const buffer = backend.upload(data, line(2)) as WebGpuBuffer;
    data.fill(9);
    expect(await read(buffer)).toEqual([1, 2]);
    backend.release(buffer);
  });

  it('may not be used after their release, nor on another backend', () => {
    const buffer = upload([1]);
    backend.release(buffer);
    backend.release(buffer);
    expect(() => backend.download(buffer, line(1))).toThrow(StateError);
    expect(() => backend.download({ byteLength: 4 }, line(1))).toThrow(/another backend/);
  });

  it('larger than a binding are refused with both sizes', async () => {
    const small = await openStore({ limits: { maxBindingBytes: 2 ** 20 } });
    expect(small.capabilities.maxBufferBytes).toBe(2 ** 20);
    const data = new Uint8Array(2 ** 19);
    expect(() => small.upload(data, line(2 ** 19, 'uint8'))).toThrow(OutOfMemoryError);
    expect(() => small.upload(data, line(2 ** 19, 'uint8'))).toThrow(/2 MiB .* 1 MiB/);
    await small.dispose();
  });
});

describe('order', () => {
  it('reads see the work before them, and not the work after them', async () => {
    const buffer = upload([1, 2, 3]);
    await increment(backend, buffer.memory!, 3);
    const first = read(buffer);
    await increment(backend, buffer.memory!, 3);
    expect([await first, await read(buffer)]).toEqual([
      [2, 3, 4],
      [3, 4, 5],
    ]);
    backend.release(buffer);
  });

  it('uploads do not overtake work on memory that was released', async () => {
    const kept = upload([5]);
    const { memory } = backend.device;
    const scratch = memory.take(4);
    await increment(backend, scratch, 1);
    const { device } = backend;
    device.stream.copy({ memory: kept.memory!, offset: 0 }, { memory: scratch, offset: 0 }, 4);
    const copy = memory.take(4);
    device.stream.copy({ memory: scratch, offset: 0 }, { memory: copy, offset: 0 }, 4);
    memory.give(scratch);
    const other = upload([8]);
    const seen = device.read({ memory: copy, offset: 0 }, 4);
    expect(new Float32Array(await seen)).toEqual(new Float32Array([5]));
    expect(await read(other)).toEqual([8]);
    memory.give(copy);
    for (const buffer of [kept, other]) backend.release(buffer);
  });

  it('reads wait for the jobs before them', async () => {
    const buffer = new WebGpuBuffer(backend.device.memory, 4);
    let go!: () => void;
    backend.device.queue.enqueue(async () => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      buffer.place(backend.device.memory.upload(new Float32Array([4])));
    });
    const value = read(buffer);
    backend.release(buffer);
    go();
    expect(await value).toEqual([4]);
  });

  it('a value whose producer failed tells why', async () => {
    const buffer = new WebGpuBuffer(backend.device.memory, 4);
    buffer.fail(new RangeError('no kernel'));
    await expect(read(buffer)).rejects.toThrow('no kernel');
    backend.release(buffer);
  });
});

describe('memory', () => {
  it('counts values and promises until they are released', async () => {
    await backend.sync();
    const before = backend.memory().liveBytes;
    const buffer = upload([1, 2]);
    const promised = new WebGpuBuffer(backend.device.memory, 1000);
    expect(backend.memory().liveBytes - before).toBe(256 + 1000);
    backend.release(buffer);
    backend.release(promised);
    expect(backend.memory().liveBytes).toBe(before);
  });

  it('is used again: equal rounds make nothing new', async () => {
    const round = async (): Promise<void> => {
      const buffer = upload([1, 2, 3]);
      await read(buffer);
      backend.release(buffer);
    };
    await round();
    const { buffers, writes, submits } = backend.device.counters;
    for (let i = 0; i < 5; i++) await round();
    const after = backend.device.counters;
    expect(after.buffers - buffers).toBe(0);
    expect([after.writes - writes, after.submits - submits]).toEqual([5, 5]);
  });

  it('reads of one job share a submission', async () => {
    const [a, b] = [upload([1]), upload([2])];
    const { submits } = backend.device.counters;
    expect(await Promise.all([read(a), read(b)])).toEqual([[1], [2]]);
    expect(backend.device.counters.submits - submits).toBe(1);
    for (const buffer of [a, b]) backend.release(buffer);
  });

  it('of freed values goes back to the device beyond the cap', async () => {
    const small = await openStore({ poolBytes: 1024 });
    for (let i = 0; i < 100; i++) {
      const buffer = small.upload(new Float32Array(1000 + 50 * i), line(1000 + 50 * i));
      small.release(buffer);
    }
    await small.sync();
    expect(small.memory()).toMatchObject({ liveBytes: 0, pooledBytes: 0 });
    await small.dispose();
  });
});

describe('errors', () => {
  it('of refused work come with the kernel and its source, at the next read', async () => {
    const buffer = upload([1]);
    await increment(backend, buffer.memory!, 1);
    expect(await read(buffer)).toEqual([2]);
    const { device } = backend;
    const pipeline = device.pipeline(INCREMENT);
    const table = device.parameters(Uint32Array.of(0, 1), 8);
    const group = device.bindGroup(pipeline, [buffer.memory!]);
    device.stream.dispatch(pipeline, group, table, 0, [70_000, 1, 1]);
    await expect(read(buffer)).rejects.toThrow(/increment at step \(model\.ts:7\).*70000/s);
    await expect(backend.sync()).resolves.toBeUndefined();
    expect(await read(buffer)).toEqual([2]);
    backend.release(buffer);
    device.giveParameters(table);
  });

  it('of a kernel that is no WGSL show its text', async () => {
    const shader = { label: 'odd', code: 'fn main() { oh }', bindings: [], words: 0 };
    const { ready } = backend.device.pipeline(shader, 'layer.ts:1');
    await expect(ready).rejects.toThrow(/kernel "odd at layer\.ts:1".*oh/s);
    await expect(backend.sync()).resolves.toBeUndefined();
  });
});

describe('a device that goes away', () => {
  it('fails what is pending and all that comes after, for good', async () => {
    const lost = await openStore();
    const buffer = lost.upload(new Float32Array(4), line(4));
    const pending = lost.download(buffer, line(4));
    lost.device.gpu.destroy();
    await expect(pending).rejects.toThrow(DeviceLostError);
    expect(lost.isLost).toBe(true);
    expect(() => lost.upload(new Float32Array(4), line(4))).toThrow(DeviceLostError);
    expect(() => lost.compile(undefined!, { label: '', donate: [] })).toThrow(DeviceLostError);
    await expect(lost.download(buffer, line(4))).rejects.toThrow(/setBackend\('webgpu'\) again/);
    await expect(lost.sync()).rejects.toThrow(DeviceLostError);
    lost.release(buffer);
    await lost.dispose();
  });
});

describe('a budget', () => {
  it('stops work that never awaits anything, and says what to do', async () => {
    const small = await openStore({ budgetBytes: 2 ** 20 });
    useBackend(small);
    const make = (): void => {
      for (let i = 0; i < 64; i++) tensor(new Float32Array(2 ** 14), [2 ** 14]);
    };
    expect(make).toThrow(OutOfMemoryError);
    expect(make).toThrow(/past its budget of 1 MiB.*await tensor\.data\(\).*scope/s);
    await small.dispose();
  });

  it('is not touched by values that a scope lets go', async () => {
    const small = await openStore({ budgetBytes: 2 ** 20 });
    useBackend(small);
    for (let i = 0; i < 64; i++) scope(() => void tensor(new Float32Array(2 ** 14), [2 ** 14]));
    await small.sync();
    expect(small.memory().liveBytes).toBe(0);
    await small.dispose();
  });
});
