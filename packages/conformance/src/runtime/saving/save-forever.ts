/**
 * A process of its own that saves a model over and over until it is killed: `kill.test.ts` starts it.
 * On its standard output it tells where in a save it is: `w` when the first bytes are in the temporary
 * file, `h` where it halts (after the number of bytes that it was told), `d` when the file bears its
 * name. What a model holds is its generation: every weight, and an option of a layer.
 */
import { writeSync } from 'node:fs';
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { initializers, layers, Sequential } from '@addax/frontend';

const [path, first, haltAt] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const STANDARD_OUTPUT = 1;

function tell(event: 'w' | 'h' | 'd'): void {
  writeSync(STANDARD_OUTPUT, event);
}

function watched(handle: FileHandle): FileHandle {
  const write = handle.write.bind(handle) as (
    ...args: unknown[]
  ) => Promise<{ bytesWritten: number }>;
  let written = 0;
  return Object.assign(handle, {
    async write(...args: unknown[]) {
      const result = await write(...args);
      if (written === 0) tell('w');
      written += result.bytesWritten;
      if (haltAt > 0 && written >= haltAt) {
        tell('h');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
      return result;
    },
  });
}

const { open, rename } = files;
files.open = async (target, flags, mode) => {
  const handle = await open(target, flags, mode);
  return flags === 'wx' ? watched(handle) : handle;
};
files.rename = async (from, to) => {
  await rename(from, to);
  tell('d');
};
syncBuiltinESMExports();

function modelOf(generation: number): Sequential {
  const options = {
    kernelInitializer: initializers.constant({ value: generation }),
    biasInitializer: initializers.constant({ value: generation }),
  };
  return new Sequential([
    layers.rescaling({ scale: generation, inputShape: [1024] }),
    layers.dense({ units: 512, ...options }),
    layers.dense({ units: 1024, ...options }),
  ]);
}

// Ready; the test says when to begin.
await new Promise((resolve) => {
  process.stdin.once('data', resolve);
});
for (let generation = first; ; generation += 1) await modelOf(generation).save(path);
