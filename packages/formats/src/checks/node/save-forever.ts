/**
 * A process of its own that saves a file over and over until it is killed: `kill.test.ts` starts it.
 * It tells on its standard output where in a save it is: `w` once bytes are in the temporary file,
 * `d` when the file has been renamed.
 */
import { writeSync } from 'node:fs';

import { type Hdf5DatasetInput, hdf5Chunks, writeZip } from '../../index.ts';

const path = process.argv[2]!;
const STANDARD_OUTPUT = 1;

for (let generation = 1; ; generation += 1) {
  const value = generation;
  const array = (name: string): Hdf5DatasetInput => ({
    shape: [512, 512],
    dtype: 'float32',
    data: () => {
      // Arrays are asked for when those before them are written; the first is on the disk by now.
      if (name === 'c') writeSync(STANDARD_OUTPUT, 'w');
      return new Float32Array(512 * 512).fill(value);
    },
  });
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const tree = { children: Object.fromEntries(names.map((name) => [name, array(name)])) };
  await writeZip(path, [{ name: 'model.weights.h5', data: () => hdf5Chunks(tree) }]);
  writeSync(STANDARD_OUTPUT, 'd');
}
