import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openHdf5 } from '@addax/formats';
import { ArgumentError, layers, Sequential, utils } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'addax-shards-'));
let count = 0;
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  utils.clearSession();
});

/** An index in a folder of its own. */
function indexPath(): string {
  return join(mkdtempSync(join(folder, `${(count += 1)}-`)), 'net.weights.json');
}

/** Two layers of 64 + 16 and 48 + 12 bytes, and 12 bytes of optimizer state once compiled. */
function stack(): Sequential {
  return new Sequential([
    layers.dense({ units: 4, inputShape: [4], biasInitializer: 'ones' }),
    layers.dense({ units: 3, biasInitializer: 'ones' }),
  ]);
}

async function valuesOf(model: Sequential): Promise<unknown[]> {
  return Promise.all(model.getWeights().map((weight) => weight.array()));
}

/** Bytes as the option takes them. */
function gigabytes(bytes: number): number {
  return bytes / 2 ** 30;
}

function shardsIn(index: string): string[] {
  return readdirSync(join(index, '..')).filter((name) => name.endsWith('.h5'));
}

function mapOf(index: string): Record<string, string | string[]> {
  const json = JSON.parse(readFileSync(index, 'utf8')) as { weight_map: Record<string, string> };
  return json.weight_map;
}

test('weights are spread over shards, each within the limit', async () => {
  const model = stack();
  const index = indexPath();
  await model.saveWeights(index, { maxShardSize: gigabytes(100) });
  expect(JSON.parse(readFileSync(index, 'utf8'))).toEqual({
    metadata: { total_size: 140 },
    weight_map: {
      '/layers/dense/vars': 'net_00000.weights.h5',
      '/layers/dense_1/vars': 'net_00001.weights.h5',
    },
  });
  const copy = stack();
  await copy.loadWeights(index);
  expect(await valuesOf(copy)).toEqual(await valuesOf(model));
});

test('a group that does not fit is split between shards', async () => {
  const model = stack();
  const index = indexPath();
  await model.saveWeights(pathToFileURL(index), { maxShardSize: gigabytes(64) });
  expect(mapOf(index)).toEqual({
    '/layers/dense/vars': ['net_00000.weights.h5', 'net_00001.weights.h5'],
    '/layers/dense_1/vars': ['net_00001.weights.h5', 'net_00002.weights.h5'],
  });
  const second = await openHdf5(join(index, '../net_00001.weights.h5'));
  expect(second.get('layers/dense/vars')!.attributes.get('name')).toBe('dense');
  expect(second.dataset('layers/dense/vars/1').shape).toEqual([4]);
  await second.close();
  const copy = stack();
  await copy.loadWeights(pathToFileURL(index));
  expect(await valuesOf(copy)).toEqual(await valuesOf(model));
});

test('the state of training comes along', async () => {
  const model = stack();
  const compiled = { optimizer: 'adam', loss: 'mse', metrics: ['mae'] } as const;
  const [x, y] = [[[1, 2, 3, 4]], [[1, 2, 3]]];
  model.compile(compiled);
  await model.trainOnBatch(x, y);
  const index = indexPath();
  await model.saveWeights(index, { maxShardSize: gigabytes(100) });
  expect(shardsIn(index).length).toBeGreaterThan(4);
  const copy = stack();
  copy.compile(compiled);
  await copy.loadWeights(index);
  expect(await copy.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
});

test('shards of before are replaced by the index, not one by one', async () => {
  const index = indexPath();
  const [old, now, later] = [stack(), stack(), stack()];
  await old.saveWeights(index, { maxShardSize: gigabytes(64) });
  const before = readFileSync(index, 'utf8');
  const limit = { maxShardSize: gigabytes(100) };

  // As a process leaves it that is killed before it writes the index.
  await now.saveWeights(index, limit);
  const copy = stack();
  await copy.loadWeights(index);
  expect(await valuesOf(copy)).toEqual(await valuesOf(now));
  const used = Object.values(mapOf(index)).flat();
  expect(used.some((name) => before.includes(name))).toBe(false);
  // Keras opens the first shard whatever the index says.
  expect(shardsIn(index)).toEqual([...new Set([...used, 'net_00000.weights.h5'])].toSorted());

  await later.saveWeights(index, limit);
  await copy.loadWeights(index);
  expect(await valuesOf(copy)).toEqual(await valuesOf(later));
  expect(shardsIn(index)).toHaveLength(3);
});

test('files of others are left alone', async () => {
  const index = indexPath();
  const others = ['other_00000.weights.h5', 'net.weights.h5', 'network_00000.weights.h5'];
  for (const name of others) writeFileSync(join(index, '..', name), 'x');
  for (let save = 0; save < 2; save += 1) await stack().saveWeights(index);
  expect(shardsIn(index)).toEqual(expect.arrayContaining(others));
});

test('what cannot be is told', async () => {
  const model = stack();
  const index = indexPath();
  const saving = (maxShardSize: number): Promise<void> =>
    model.saveWeights(index, { maxShardSize });
  await expect(saving(gigabytes(63))).rejects.toThrow(/"\/layers\/dense\/vars\/0" takes 64 bytes/);
  await expect(saving(0)).rejects.toThrow(ArgumentError);
  await expect(model.saveWeights(undefined, { maxShardSize: 1 })).rejects.toThrow(/weights\.json/);
  await model.saveWeights(index);
  await expect(model.saveWeights(index, { overwrite: false })).rejects.toThrow(/exists/);
});
