/**
 * The way back: Addax opens what Keras saved, predicts and goes on training. Prints a report.
 * Usage: load.ts FOLDER
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { readSafetensors } from '@addax/formats';
import { loadModel, tensor } from '@addax/frontend';
import './attention.ts';

const folder = process.argv[2]!;

/** The largest difference, relative to 1 + |expected|. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  return Math.max(
    ...Array.from(expected, (value, i) => Math.abs(actual[i]! - value) / (1 + Math.abs(value))),
  );
}

const cases: Record<string, Readonly<Record<string, number | string>>> = {};
const ending = '.python.keras';
for (const file of readdirSync(folder).filter((name) => name.endsWith(ending))) {
  const name = file.slice(0, -ending.length);
  try {
    const arrays = readSafetensors(readFileSync(join(folder, `${name}.python.safetensors`)));
    const of = (key: string): ArrayLike<number> => arrays.get(key)!.data as never;
    const [x, y] = ['x', 'y'].map((key) => {
      const { data, shape } = arrays.get(key)!;
      return tensor(data as Float32Array, shape);
    });
    const model = await loadModel(join(folder, file));
    const predicted = await (await model.predict(x!, { verbose: 0 })).data();
    const { history } = await model.fit(x!, y!, {
      batchSize: x!.shape[0]!,
      shuffle: false,
      verbose: 0,
      epochs: 5,
    });
    cases[name] = {
      predictions: difference(predicted as ArrayLike<number>, of('predicted')),
      losses: difference(history['loss'] as number[], of('losses')),
      ...(arrays.has('summed')
        ? { summed: difference(history['loss'] as number[], of('summed')) }
        : {}),
    };
  } catch (error) {
    cases[name] = { error: String(error).slice(0, 600) };
  }
}
console.log(JSON.stringify({ cases }));
