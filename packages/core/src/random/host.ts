/**
 * Random numbers on the host, for initial weights: pure functions of a key, so that a seeded model
 * starts from identical bits on every backend. They follow the same rules as the ops.
 */
import { type DType, isFloat } from '../dtypes.ts';
import { DTypeError } from '../errors.ts';
import { checkOptions } from '../ops/options.ts';
import { encode } from '../tensor/host.ts';
import { sizeOf } from '../tensor/avals.ts';
import type { HostTensor } from '../variable.ts';
import { drawKey, seedWords, threefryBits, type Words } from './threefry.ts';

/** What host draws take: the key uint32[2]. */
export type HostKey = Words;

/** The key of a numeric seed: that of the first draw of a generator with this seed. */
export function hostKey(seed: number): HostKey {
  return drawKey(seedWords(seed), 0);
}

/** Arguments of {@link hostUniform}. */
export interface HostUniformOptions {
  /** Smallest value. Default 0. */
  readonly minval?: number;
  /** Values stay below it. Default 1. */
  readonly maxval?: number;
  /** A float type. Default float32. */
  readonly dtype?: DType;
}

/** Arguments of {@link hostNormal} and {@link hostTruncatedNormal}. */
export interface HostNormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly stddev?: number;
  /** A float type. Default float32. */
  readonly dtype?: DType;
}

/** The upper 24 bits as a fraction: exact in float32. */
function fraction(bits: number): number {
  return (bits >>> 8) * 2 ** -24;
}

function host(shape: readonly number[], values: ArrayLike<number>, dtype: DType): HostTensor {
  if (!isFloat(dtype)) {
    throw new DTypeError(`random numbers with fractions need a float dtype, got ${dtype}.`);
  }
  return { shape, dtype, data: encode(values, dtype) };
}

/** Uniform on [minval, maxval). */
export function hostUniform(
  key: HostKey,
  shape: readonly number[],
  options: HostUniformOptions = {},
): HostTensor {
  checkOptions('random.hostUniform', options, 'minval maxval dtype');
  const { minval = 0, maxval = 1, dtype = 'float32' } = options;
  const bits = threefryBits(key, sizeOf(shape));
  const span = Math.fround(maxval - minval);
  const values = Float32Array.from(
    bits,
    (word) => Math.fround(fraction(word) * span) + Math.fround(minval),
  );
  return host(shape, values, dtype);
}

/** Normal by Box–Muller: elements 2i and 2i + 1 come from one block. */
export function hostNormal(
  key: HostKey,
  shape: readonly number[],
  options: HostNormalOptions = {},
): HostTensor {
  checkOptions('random.hostNormal', options, 'mean stddev dtype');
  const { mean = 0, stddev = 1, dtype = 'float32' } = options;
  const size = sizeOf(shape);
  const bits = threefryBits(key, size + (size % 2));
  const values = new Float32Array(size);
  for (let i = 0; i < bits.length; i += 2) {
    const radius = Math.fround(Math.sqrt(-2 * Math.log(1 - fraction(bits[i]!))));
    const angle = Math.fround(fraction(bits[i + 1]!) * Math.fround(2 * Math.PI));
    values[i] = affine(Math.fround(radius * Math.fround(Math.cos(angle))), mean, stddev);
    if (i + 1 < size) {
      values[i + 1] = affine(Math.fround(radius * Math.fround(Math.sin(angle))), mean, stddev);
    }
  }
  return host(shape, values, dtype);
}

/** erf(2 / √2): how much of a normal distribution lies within two standard deviations. */
export const WITHIN_TWO = 0.9544997361036416;

/** Normal without what lies more than two standard deviations off the mean. */
export function hostTruncatedNormal(
  key: HostKey,
  shape: readonly number[],
  options: HostNormalOptions = {},
): HostTensor {
  checkOptions('random.hostTruncatedNormal', options, 'mean stddev dtype');
  const { mean = 0, stddev = 1, dtype = 'float32' } = options;
  const bits = threefryBits(key, sizeOf(shape));
  const values = Float32Array.from(bits, (word) => {
    const share = Math.fround(Math.fround(2 * fraction(word)) - 1) * WITHIN_TWO;
    const standard = Math.fround(Math.SQRT2 * inverseErf(Math.fround(share)));
    return affine(Math.min(Math.max(standard, -2), 2), mean, stddev);
  });
  return host(shape, values, dtype);
}

function affine(standard: number, mean: number, stddev: number): number {
  return Math.fround(Math.fround(standard * Math.fround(stddev)) + Math.fround(mean));
}

const CENTRE = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503,
  -0.00417768164, 0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
  0.00943887047, 1.00167406, 2.83297682,
];

/** Inverse of erf (Giles, "Approximating the erfinv function", 2010; single precision). */
export function inverseErf(x: number): number {
  const w = -Math.log((1 - x) * (1 + x));
  const [coefficients, t] = w < 5 ? [CENTRE, w - 2.5] : [TAIL, Math.sqrt(w) - 3];
  return coefficients.reduce((sum, coefficient) => sum * t + coefficient) * x;
}
