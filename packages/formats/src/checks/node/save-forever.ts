/**
 * A process of its own that saves a file over and over until it is killed: `kill.test.ts` starts it.
 * It tells on its standard output where in a save it is: `w` before the first byte, `r` before the
 * rename is due, `d` when done.
 */
import { writeSync } from 'node:fs';

import { hdf5Chunks, writeZip } from '../../index.ts';

const path = process.argv[2]!;
const STANDARD_OUTPUT = 1;

for (let generation = 1; ; generation += 1) {
  const value = generation;
  const array = {
    shape: [512, 512],
    dtype: 'float32' as const,
    data: () => new Float32Array(512 * 512).fill(value),
  };
  const tree = { children: Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, array])) };
  async function* traced(): AsyncGenerator<Uint8Array> {
    writeSync(STANDARD_OUTPUT, 'w');
    yield* hdf5Chunks(tree);
    writeSync(STANDARD_OUTPUT, 'r');
  }
  await writeZip(path, [{ name: 'model.weights.h5', data: traced }]);
  writeSync(STANDARD_OUTPUT, 'd');
}
