import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ArgumentError, callbacks, layers, type Logs, Sequential, utils } from '../index.ts';

let folder = '';

beforeEach(async () => {
  utils.clearSession();
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const x = Array.from({ length: 8 }, (_, i) => [i]);

function model(): Sequential {
  const made = new Sequential([layers.dense({ units: 1, inputShape: [1] })]);
  made.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return made;
}

/** Saves after each epoch with these values of the monitored log. */
async function run(
  options: Partial<callbacks.ModelCheckpointOptions>,
  values: readonly number[],
  monitor = 'val_loss',
): Promise<string[]> {
  const checkpoint = callbacks.modelCheckpoint({
    filepath: join(folder, '{epoch:02d}.keras'),
    monitor,
    ...options,
  });
  checkpoint.setModel(model());
  for (const [epoch, value] of values.entries()) {
    checkpoint.onEpochBegin(epoch);
    await checkpoint.onEpochEnd(epoch, { [monitor]: value } as Logs);
  }
  return (await readdir(folder)).toSorted();
}

test('each epoch is saved, under a path filled in as in Python', async () => {
  const filepath = join(folder, 'deep', 'm{epoch:03d}-{val_loss:.2f}.keras');
  await run({ filepath }, [0.5, 12]);
  expect(await readdir(join(folder, 'deep'))).toEqual(['m001-0.50.keras', 'm002-12.00.keras']);
});

test('only what is better than all before is saved', async () => {
  expect(await run({ saveBestOnly: true }, [3, 4, 2])).toEqual(['01.keras', '03.keras']);
});

test('accuracy grows, and other values as mode says', async () => {
  expect(await run({ saveBestOnly: true }, [3, 4, 2], 'val_accuracy')).toEqual([
    '01.keras',
    '02.keras',
  ]);
  expect(await run({ saveBestOnly: true, mode: 'max' }, [1, 0, 2])).toContain('03.keras');
});

test('the first model must beat the threshold', async () => {
  const options = { saveBestOnly: true, initialValueThreshold: 2 };
  expect(await run(options, [3, 1])).toEqual(['02.keras']);
});

test('without the value it watches it warns and saves', async () => {
  const warning = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(await run({ saveBestOnly: true, monitor: 'val_mae' }, [1])).toEqual(['01.keras']);
  expect(warning).toHaveBeenCalledWith(expect.stringContaining('val_mae'));
});

test('weights alone are saved after so many batches, across epochs', async () => {
  const filepath = join(folder, '{epoch}-{batch}.weights.h5');
  const checkpoint = callbacks.modelCheckpoint({ filepath, saveWeightsOnly: true, saveFreq: 3 });
  await model().fit(x, x, { batchSize: 2, epochs: 2, verbose: 0, callbacks: checkpoint });
  expect((await readdir(folder)).toSorted()).toEqual(['1-3.weights.h5', '2-2.weights.h5']);
  const bytes = await readFile(join(folder, '1-3.weights.h5'));
  expect(bytes.subarray(1, 4).toString()).toBe('HDF');
});

test('endings that do not fit, and values a path asks for in vain, are errors', async () => {
  const make = (filepath: string, saveWeightsOnly: boolean): unknown =>
    callbacks.modelCheckpoint({ filepath, saveWeightsOnly });
  expect(() => make('m.keras', true)).toThrow(ArgumentError);
  expect(() => make('m.weights.h5', false)).toThrow('.keras');
  await expect(run({ filepath: join(folder, '{mae}.keras') }, [1])).rejects.toThrow('mae');
});
