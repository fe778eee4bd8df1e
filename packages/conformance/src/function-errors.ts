/**
 * How far a backend's functions of real numbers are from the exact ones, in units in the last place of
 * float32: each on some thousands of arguments over all of its domain, against float64.
 */
import type { Backend, BinaryFn, UnaryFn } from '@addax/core';
import { GraphBuilder } from '@addax/core';
import { numbersOf, randomNumbers, runGraph } from './execute.ts';

/** Arguments per range. */
const COUNT = 8192;
/** Below, results may flush to zero. */
const SMALLEST = 2 ** -126;

/** A range of arguments: even numbers, or even powers of two of one sign or both. */
type Range = readonly [kind: 'even' | 'powers' | 'signed', low: number, high: number];

const ANGLES: readonly Range[] = [
  ['even', -10, 10],
  ['even', -12000, 12000],
  ['signed', -20, 126],
];
const UNIT: readonly Range[] = [
  ['even', -1, 1],
  ['signed', -30, 0],
];
const POSITIVE: readonly Range[] = [['powers', -120, 126]];
const GAMMA: readonly Range[] = [
  ['even', 0, 10],
  ['powers', -30, 100],
];

const UNARY: Partial<Readonly<Record<UnaryFn, readonly Range[]>>> = {
  sqrt: POSITIVE,
  rsqrt: POSITIVE,
  exp: [['even', -87, 88.7]],
  expm1: [
    ['even', -20, 88.7],
    ['signed', -30, 4],
  ],
  log: [
    ['even', 0.5, 2],
    ['powers', -126, 127],
  ],
  log1p: [
    ['even', -1, 3],
    ['powers', -30, 127],
  ],
  sin: ANGLES,
  cos: ANGLES,
  tan: ANGLES,
  asin: UNIT,
  acos: UNIT,
  atan: [['signed', -30, 100]],
  sinh: [
    ['even', -89, 89],
    ['signed', -30, 4],
  ],
  cosh: [['even', -89, 89]],
  tanh: [
    ['even', -10, 10],
    ['signed', -30, 4],
  ],
  asinh: [
    ['even', -10, 10],
    ['signed', -30, 126],
  ],
  acosh: [
    ['even', 1, 2],
    ['powers', 0, 126],
  ],
  atanh: UNIT,
  erf: [
    ['even', -5, 5],
    ['signed', -30, 1],
  ],
  erfInv: UNIT,
  lgamma: GAMMA,
  digamma: GAMMA,
};

const BINARY: Partial<Readonly<Record<BinaryFn, readonly (readonly [Range, Range])[]>>> = {
  div: [
    [
      ['signed', -60, 60],
      ['signed', -60, 60],
    ],
  ],
  rem: [
    [
      ['signed', -30, 60],
      ['signed', -30, 60],
    ],
  ],
  pow: [
    [
      ['powers', -10, 10],
      ['even', -12, 12],
    ],
    [
      ['even', 0.5, 2],
      ['even', -120, 120],
    ],
    [
      ['even', 0.9, 1.1],
      ['even', -900, 900],
    ],
  ],
  atan2: [
    [
      ['signed', -20, 20],
      ['signed', -20, 20],
    ],
  ],
};

/** The largest error of a function. */
export interface FunctionError {
  readonly fn: UnaryFn | BinaryFn;
  /** In units in the last place; 0.5 is the least that rounding allows. */
  readonly units: number;
  /** Arguments that have it. */
  readonly at: readonly number[];
}

function draw([kind, low, high]: Range, seed: number): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length: COUNT }, () => {
    const value = low + (high - low) * next();
    if (kind === 'even') return value;
    return (kind === 'signed' && next() < 0.5 ? -1 : 1) * 2 ** value;
  });
}

/** Distance of a float32 from a float64; 0 where float32 has nothing near. */
function distance(actual: number, exact: number): number {
  const size = Math.abs(exact);
  if (!(size >= SMALLEST) || !Number.isFinite(Math.fround(exact))) return 0;
  const error = Math.abs(actual - exact) / 2 ** (Math.floor(Math.log2(size)) - 23);
  return Number.isNaN(error) ? Infinity : error;
}

async function errorOf(
  fn: UnaryFn | BinaryFn,
  ranges: readonly (readonly Range[])[],
  backend: Backend,
  reference: Backend,
): Promise<FunctionError> {
  let worst: FunctionError = { fn, units: 0, at: [] };
  for (const [i, operands] of ranges.entries()) {
    const columns = operands.map((range, k) => draw(range, 10 * i + k + 1));
    const run = async (on: Backend, dtype: 'float32' | 'float64'): Promise<number[]> => {
      const builder = new GraphBuilder();
      const inputs = columns.map(() => builder.input({ shape: [COUNT], dtype }));
      const outputs =
        inputs.length === 1
          ? builder.add('unary', inputs, { fn: fn as UnaryFn })
          : builder.add('binary', inputs, { fn: fn as BinaryFn });
      const values = columns.map((x) => (dtype === 'float32' ? x : Float64Array.from(x)));
      const [result] = await runGraph(on, builder.finish(outputs), values);
      return numbersOf(result!, { shape: [COUNT], dtype });
    };
    const [actual, exact] = [await run(backend, 'float32'), await run(reference, 'float64')];
    exact.forEach((value, k) => {
      const units = distance(actual[k]!, value);
      if (units > worst.units) worst = { fn, units, at: columns.map((x) => x[k]!) };
    });
  }
  return worst;
}

/** The largest error of each function on a backend; the reference must have float64. */
export async function functionErrors(
  backend: Backend,
  reference: Backend,
): Promise<FunctionError[]> {
  const errors: FunctionError[] = [];
  for (const [fn, ranges] of Object.entries(UNARY)) {
    const operands = ranges.map((range) => [range]);
    errors.push(await errorOf(fn as UnaryFn, operands, backend, reference));
  }
  for (const [fn, ranges] of Object.entries(BINARY)) {
    errors.push(await errorOf(fn as BinaryFn, ranges, backend, reference));
  }
  return errors;
}
