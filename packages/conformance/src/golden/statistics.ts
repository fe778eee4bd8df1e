/** Distributions: sample mean, deviation and support instead of values. */
import { ops, tensor } from '@addax/core';
import { layers, random, type Layer } from '@addax/frontend';
import type { GoldenCase, GoldenGroup } from './case-file.ts';
import { camelCase, CannotRun } from './spec.ts';

interface Expected {
  readonly mean: number;
  readonly std: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly values: readonly number[] | null;
}

const SLACK = 1e-5;

/** Throws unless the sample looks like the expected distribution. */
export function expectHostStatistics(golden: GoldenCase, sample: readonly number[]): void {
  if ((golden['expected'] as { orthogonal?: boolean }).orthogonal === true) {
    expectOrthogonal(golden, sample);
    return;
  }
  const expected = golden['expected'] as Expected;
  const n = sample.length;
  const mean = sample.reduce((a, b) => a + b, 0) / n;
  const std = Math.sqrt(sample.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
  if (Math.abs(mean - expected.mean) > (6 * expected.std) / Math.sqrt(n) + SLACK) {
    throw new Error(`sample mean ${mean}, expected ${expected.mean}`);
  }
  if (Math.abs(std - expected.std) > 0.05 * expected.std + SLACK) {
    throw new Error(`sample standard deviation ${std}, expected ${expected.std}`);
  }
  const low = (expected.low ?? -Infinity) - SLACK;
  const high = (expected.high ?? Infinity) + SLACK;
  const allowed = expected.values;
  for (const value of sample) {
    const inside = value >= low && value <= high;
    const listed = allowed?.some((item) => Math.abs(item - value) <= SLACK * (1 + Math.abs(item)));
    if (!inside || listed === false) throw new Error(`${value} is outside the support`);
  }
}

/** matrix · matrixᵀ (on the smaller side) is gain² times the identity. */
function expectOrthogonal(golden: GoldenCase, sample: readonly number[]): void {
  const { matrix, gain } = golden['expected'] as { matrix: [number, number]; gain: number };
  const [rows, columns] = matrix;
  const at = (i: number, j: number): number => sample[i * columns + j]!;
  const small = Math.min(rows, columns);
  for (let i = 0; i < small; i++) {
    for (let j = 0; j < small; j++) {
      let dot = 0;
      for (let k = 0; k < Math.max(rows, columns); k++) {
        dot += rows <= columns ? at(i, k) * at(j, k) : at(k, i) * at(k, j);
      }
      const wanted = i === j ? gain ** 2 : 0;
      if (Math.abs(dot - wanted) > 1e-4) {
        throw new Error(`row product (${i}, ${j}) is ${dot}, expected ${wanted}`);
      }
    }
  }
}

/** A draw from `random.*`, or from a layer at training time. */
export async function runRandomCase(_group: GoldenGroup, golden: GoldenCase): Promise<void> {
  if (golden['expected'] === undefined)
    throw new CannotRun('a fact in words, see the tests of random');
  const shape = golden['shape'] as number[];
  const [space, name] = String(golden['op']).split('.') as [string, string];
  const kwargs = Object.fromEntries(
    Object.entries(golden['kwargs'] as Record<string, unknown>).map(([key, value]) => [
      camelCase(key),
      value,
    ]),
  );
  const seed = 1234;
  let sample;
  if (space === 'random') {
    sample = draw(camelCase(name), shape, kwargs, seed);
  } else {
    const make = (layers as unknown as Record<string, new (options: object) => Layer>)[name];
    if (make === undefined) throw new CannotRun(`unknown: layers.${name}`);
    const layer = new make({ ...kwargs, seed });
    const input = ops.multiply(ops.ones(shape), tensor(Number(golden['input'] ?? 1)));
    sample = layer(input, { training: true });
  }
  expectHostStatistics(golden, Array.from(await sample.data(), Number));
}

function draw(
  name: string,
  shape: readonly number[],
  kwargs: Readonly<Record<string, unknown>>,
  seed: number,
): ReturnType<typeof random.normal> {
  const table = random as unknown as Record<string, (...args: unknown[]) => never>;
  const fn = table[name];
  if (fn === undefined) throw new CannotRun(`unknown: random.${name}`);
  const { alpha, beta, counts, probabilities, minval, maxval, ...rest } = kwargs;
  if (name === 'gamma') return fn(shape, alpha, { ...rest, seed });
  if (name === 'beta') return fn(shape, alpha, beta, { ...rest, seed });
  if (name === 'binomial') return fn(shape, counts, probabilities, { ...rest, seed });
  if (name === 'randint') return fn(shape, minval, maxval, { ...rest, seed });
  const bounds = minval === undefined ? {} : { minval, maxval };
  return fn(shape, { ...rest, ...bounds, seed });
}
