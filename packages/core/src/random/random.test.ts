import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { useBackend } from '../backend/select.ts';
import { ArgumentError, DTypeError } from '../errors.ts';
import { jit } from '../jit/jit.ts';
import { SymbolicTensor } from '../symbolic/symbolic-tensor.ts';
import { tensor } from '../tensor/create.ts';
import * as random from './index.ts';
import { drawKey, seedWords, threefryBits } from './threefry.ts';

useBackend(cpu.createSync!());

const { SeedGenerator } = random;

describe('SeedGenerator', () => {
  test('derives keys by threefry(key, (1, counter)), eagerly as on the host', async () => {
    const seed = new SeedGenerator(2 ** 32 + 5);
    for (const counter of [0, 1, 2]) {
      expect(await seed.next().array()).toEqual([...drawKey(seedWords(2 ** 32 + 5), counter)]);
    }
    expect(await seed.state.value.array()).toEqual([1, 5, 3]);
  });

  test('gives the same keys in a compiled step', async () => {
    const eager = new SeedGenerator(9);
    const compiled = new SeedGenerator(9);
    const step = jit(() => [compiled.next(), compiled.next()]);
    const keys = [...step(), ...step()];
    for (const key of keys) expect(await key.array()).toEqual(await eager.next().array());
  });

  test('refuses seeds that are no whole numbers', () => {
    expect(() => new SeedGenerator(1.5)).toThrow(ArgumentError);
    expect(() => new SeedGenerator(-1)).toThrow(/whole number/);
  });
});

describe('random', () => {
  test('a number as seed gives the same values every time, those of a fresh generator', async () => {
    const first = await random.normal([4], { seed: 7 }).array();
    expect(await random.normal([4], { seed: 7 }).array()).toEqual(first);
    expect(await random.normal([4], { seed: new SeedGenerator(7) }).array()).toEqual(first);
  });

  test('a generator as seed gives other values at each draw', async () => {
    const seed = new SeedGenerator(7);
    const first = await random.uniform([4], { seed }).array();
    expect(await random.uniform([4], { seed }).array()).not.toEqual(first);
  });

  test('without a seed values repeat after setRandomSeed', async () => {
    random.setRandomSeed(3);
    const first = [await random.uniform([3]).array(), random.makeDefaultSeed()];
    random.setRandomSeed(3);
    expect([await random.uniform([3]).array(), random.makeDefaultSeed()]).toEqual(first);
  });

  test('uniform is the upper 24 bits of each word', async () => {
    const bits = threefryBits(random.hostKey(1), 5);
    expect(await random.uniform([5], { seed: 1 }).array()).toEqual(
      Array.from(bits, (word) => (word >>> 8) / 2 ** 24),
    );
  });

  test('uniform and normal agree with the host draws', async () => {
    const close = (actual: ArrayLike<number>, expected: ArrayLike<number>): boolean =>
      Array.from(actual).every((value, i) => Math.abs(value - expected[i]!) < 1e-5);
    const key = random.hostKey(4);
    const normal = await random.normal([7], { seed: 4 }).data();
    expect(close(normal as Float32Array, random.hostNormal(key, [7]).data as Float32Array)).toBe(
      true,
    );
    const cut = await random.truncatedNormal([7], { seed: 4 }).data();
    const host = random.hostTruncatedNormal(key, [7]).data as Float32Array;
    expect(close(cut as Float32Array, host)).toBe(true);
  });

  test('randint is minval + word mod range, maxval excluded', async () => {
    const bits = threefryBits(random.hostKey(2), 6);
    const values = random.randint([6], -3, 4, { seed: 2 });
    expect(values.dtype).toBe('int32');
    expect(await values.array()).toEqual(Array.from(bits, (word) => (word % 7) - 3));
    expect(() => random.randint([1], 3, 3)).toThrow(/at least one/);
    expect(() => random.randint([1], 0, 3, { dtype: 'float32' })).toThrow(DTypeError);
  });

  test('shuffle permutes whole slices', async () => {
    const rows = [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ];
    const shuffled = (await random.shuffle(rows, { seed: 5 }).array()) as number[][];
    expect(shuffled).not.toEqual(rows);
    expect(shuffled.toSorted((a, b) => a[0]! - b[0]!)).toEqual(rows);
  });

  test('categorical draws classes with the probabilities of softmax', async () => {
    const draws = random.categorical([[0, Math.log(3), -1e9]], 4000, { seed: 6 });
    expect([draws.dtype, draws.shape]).toEqual(['int32', [1, 4000]]);
    const counts = [0, 0, 0];
    for (const drawn of await draws.data()) counts[Number(drawn)]! += 1;
    expect(Math.abs(counts[1]! / 4000 - 0.75)).toBeLessThan(0.03);
    expect(counts[2]).toBe(0);
  });

  test('dropout keeps the mean, and is the identity at rate 0', async () => {
    const x = tensor(new Float32Array(4000).fill(2));
    const values = Array.from((await random.dropout(x, 0.25, { seed: 1 }).data()) as Float32Array);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(2 / 0.75)]));
    expect(Math.abs(values.filter((value) => value === 0).length / 4000 - 0.25)).toBeLessThan(0.04);
    expect(await random.dropout([1, 2], 0).array()).toEqual([1, 2]);
  });

  test('dropout shares decisions along axes of size 1 in the noise shape', async () => {
    const x = tensor(new Float32Array(64).fill(1), [8, 8]);
    const dropped = random.dropout(x, 0.5, { noiseShape: [null, 1], seed: 3 });
    for (const row of (await dropped.array()) as number[][]) expect(new Set(row).size).toBe(1);
  });

  test('dropout of a symbolic tensor is symbolic and draws nothing yet', async () => {
    const seed = new SeedGenerator(1);
    const result = random.dropout(new SymbolicTensor([null, 3], 'float32'), 0.5, { seed });
    expect(result.shape).toEqual([null, 3]);
    expect(await seed.state.value.array()).toEqual([0, 1, 0]);
  });

  test('binomial and gamma also run in a compiled step', async () => {
    const draw = jit(() => [
      random.binomial([200], 10, 0.8, { seed: 1 }),
      random.gamma([200], 0.5, { seed: 1 }),
    ]);
    const [successes, waits] = draw();
    const mean = async (x: typeof successes): Promise<number> => x!.mean().item();
    expect(Math.abs((await mean(successes)) - 8)).toBeLessThan(0.6);
    expect(Math.abs((await mean(waits)) - 0.5)).toBeLessThan(0.35);
  });
});
