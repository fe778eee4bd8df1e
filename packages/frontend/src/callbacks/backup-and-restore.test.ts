import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Callback, callbacks, layers, Sequential, utils } from '../index.ts';
import type { FitOptions, Logs } from '../index.ts';

let folder = '';

beforeEach(async () => {
  utils.clearSession();
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const x = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const y = Array.from({ length: 12 }, (_, i) => [i % 2]);

function model(): Sequential {
  const made = new Sequential([
    layers.dense({ units: 4, activation: 'relu', inputShape: [2] }),
    layers.dropout({ rate: 0.4 }),
    layers.batchNormalization(),
    layers.dense({ units: 1 }),
  ]);
  made.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['mae'] });
  return made;
}

/** Ends a run as a power failure would, after so many batches. */
class Cut extends Callback {
  #left: number;

  constructor(batches: number) {
    super();
    this.#left = batches;
  }

  override onTrainBatchEnd(): void {
    this.#left--;
    if (this.#left === 0) throw new Error('cut');
  }
}

interface Result {
  readonly weights: unknown;
  readonly logs: Logs;
}

interface Run {
  readonly data?: () => readonly [unknown, unknown?];
  readonly saveFreq?: 'epoch' | number;
  readonly options?: FitOptions;
}

const EPOCHS = 3;

async function fit(made: Sequential, run: Run, extra: readonly Callback[]): Promise<Result> {
  const [dataX, dataY] = run.data?.() ?? [x, y];
  const history = await made.fit(dataX as never, dataY as never, {
    epochs: EPOCHS,
    verbose: 0,
    ...(dataY === undefined ? {} : { batchSize: 4 }),
    ...run.options,
    callbacks: [...((run.options?.callbacks ?? []) as readonly Callback[]), ...extra],
  });
  const logs = Object.entries(history.history).map(([name, values]) => [name, values.at(-1)!]);
  const weights = await Promise.all(made.variables.map(async ({ value }) => value.array()));
  return { weights, logs: Object.fromEntries(logs) as Logs };
}

/** The result of a run cut off after `batches`, and taken up by another model. */
async function resumed(batches: number, run: Run): Promise<Result> {
  const backup = (): Callback =>
    callbacks.backupAndRestore({ backupDir: folder, saveFreq: run.saveFreq });
  utils.setRandomSeed(1);
  await expect(fit(model(), run, [backup(), new Cut(batches)])).rejects.toThrow('cut');
  utils.setRandomSeed(2);
  return fit(model(), run, [backup()]);
}

async function whole(run: Run): Promise<Result> {
  utils.setRandomSeed(1);
  return fit(model(), run, []);
}

test.each([1, 2, 3, 4, 5, 8])(
  'a run cut off after %i batches ends with the bits of one that was not',
  async (batches) => {
    expect(await resumed(batches, { saveFreq: 1 })).toEqual(await whole({ saveFreq: 1 }));
    expect(await readdir(folder)).toEqual([]);
  },
);

test('with backups after epochs only, what came after is done again', async () => {
  expect(await resumed(5, {})).toEqual(await whole({}));
});

test.each([1, 'epoch'] as const)(
  'a learning rate that changes from epoch to epoch goes on (backups: %s)',
  async (saveFreq) => {
    const options = {
      get callbacks(): Callback[] {
        return [callbacks.learningRateScheduler((epoch) => 0.1 / (epoch + 1))];
      },
    };
    const run: Run = { saveFreq, options };
    expect(await resumed(4, run)).toEqual(await whole(run));
    expect(await resumed(6, run)).toEqual(await whole(run));
  },
);

test('a given number of steps per epoch goes through the data as before', async () => {
  const run = { saveFreq: 1, options: { stepsPerEpoch: 2 } } as const;
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(await resumed(4, run)).toEqual(await whole(run));
});

/** Batches that can be told where to begin. */
class Batches {
  #at = 0;

  seek({ batch }: { readonly batch: number }): void {
    this.#at = batch;
  }

  *[Symbol.iterator](): Generator {
    const from = this.#at;
    this.#at = 0;
    for (let i = from; i < 3; i++) yield [x.slice(4 * i, 4 * i + 4), y.slice(4 * i, 4 * i + 4)];
  }
}

test('iterables are told where to go on', async () => {
  const run: Run = { saveFreq: 1, data: () => [new Batches()] };
  expect(await resumed(5, run)).toEqual(await whole(run));
});

test('a run cut off behind the last batch of an epoch of unknown length goes on', async () => {
  const run: Run = { saveFreq: 1, data: () => [new Batches()] };
  expect(await resumed(3, run)).toEqual(await whole(run));
});

test('those that cannot be told are passed over, with a warning', async () => {
  const warning = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const run: Run = { saveFreq: 1, data: () => [[...new Batches()].values(), undefined] };
  await resumed(2, { ...run, options: { epochs: 1 } });
  expect(warning).toHaveBeenCalledWith(expect.stringContaining('seek'));
});

test('a backup that is kept gives the finished model', async () => {
  const keep = (): Callback =>
    callbacks.backupAndRestore({ backupDir: folder, deleteCheckpoint: false });
  const first = await fit(model(), {}, [keep()]);
  const again = await fit(model(), {}, [keep()]);
  expect(again.weights).toEqual(first.weights);
  expect(again.logs).toEqual({});
});

test('the backup of another model is refused', async () => {
  const keep = (): Callback =>
    callbacks.backupAndRestore({ backupDir: folder, deleteCheckpoint: false });
  await fit(model(), {}, [keep()]);
  const other = new Sequential([layers.dense({ units: 1, inputShape: [2] })]);
  other.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  await expect(fit(other, {}, [keep()])).rejects.toThrow('another model');
});
