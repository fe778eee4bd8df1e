/** Programs whose end is under test: each is run as a process of its own, by its name. */
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { create } from 'webgpu';
import { increment, line, openStore } from '../store.ts';

const PROGRAMS: Readonly<Record<string, () => Promise<unknown>>> = {
  /** Leaves its device as it is. */
  forgetful: async () => {
    const backend = await openStore();
    const buffer = backend.upload(new Float32Array([1, 2]), line(2));
    return [...((await backend.download(buffer, line(2))) as Float32Array)];
  },
  /** Ends while a read is under way, and work is recorded that nobody submitted. */
  hasty: async () => {
    const backend = await openStore();
    const memory = backend.device.memory.take(4096);
    await increment(backend, memory, 1024);
    void backend.device.read({ memory, offset: 0 }, 4096);
    await increment(backend, memory, 1024);
    return 'left';
  },
  /** Works on after its entry to WebGPU could have been collected. */
  collected: async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const backend = await openStore({ gpu: create([]) });
    const { device } = backend;
    const memory = device.memory.upload(new Float32Array(4));
    for (let i = 0; i < 5; i++) {
      gc();
      await increment(backend, memory, 4);
      await device.read({ memory, offset: 0 }, 16);
    }
    return [...new Float32Array(await device.read({ memory, offset: 0 }, 16))];
  },
  /** Throws. */
  failing: async () => {
    await openStore();
    throw new Error('the program failed');
  },
  /** Opens and gives up many devices. */
  restless: async () => {
    for (let i = 0; i < 5; i++) {
      const backend = await openStore();
      backend.upload(new Float32Array(1000), line(1000));
      await backend.dispose();
    }
    return 'done';
  },
  /** Uploads and releases without any work in between: what that leaves, in MiB. */
  storm: async () => {
    const backend = await openStore({ poolBytes: 2 ** 20 });
    const data = new Float32Array(2 ** 18);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 600; i++) {
      const buffer = backend.upload(data.subarray(0, data.length - 256 * (i % 2)), {
        dtype: 'float32',
        shape: [data.length - 256 * (i % 2)],
      });
      backend.release(buffer);
    }
    return Math.round((process.memoryUsage().rss - before) / 2 ** 20);
  },
};

process.stdout.write(JSON.stringify(await PROGRAMS[process.argv[2]]()));
