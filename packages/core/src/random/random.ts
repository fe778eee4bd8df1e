/**
 * Random ops, as in `keras.random`. Bits, uniform on [0, 1), integers and shuffles are equal on every
 * backend, the others equal to a few units in the last place.
 */
import { type DType, isInteger } from '../dtypes.ts';
import { ArgumentError, DTypeError, ShapeError } from '../errors.ts';
import { apply } from '../ops/apply.ts';
import { dropout as dropoutComposite } from '../ops/composites/index.ts';
import * as f from '../ops/formula.ts';
import { checkOptions } from '../ops/options.ts';
import * as primitives from '../ops/primitives/functions.ts';
import { checkAxis } from '../ops/promote.ts';
import { floatOf, tensorOf } from '../ops/values.ts';
import type { Operand, Out } from '../tensor/operand.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { withSource } from '../trace/source.ts';
import { floatDType, fractions, keyOf, normals, openFractions, type Seed } from './draws.ts';
import { WITHIN_TWO } from './host.ts';

/** Options of all random ops. */
export interface RandomOptions {
  /** Type of the result; floatx by default. */
  readonly dtype?: DType | null | undefined;
  /** Where randomness comes from; the global generator by default. */
  readonly seed?: Seed;
}

/** Options of {@link normal} and {@link truncatedNormal}. */
export interface NormalOptions extends RandomOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation. Default 1. */
  readonly stddev?: number;
}

/** Options of {@link uniform}. */
export interface UniformOptions extends RandomOptions {
  /** Smallest value. Default 0. */
  readonly minval?: number;
  /** Values stay below it. Default 1. */
  readonly maxval?: number;
}

function affine(x: Tensor, factor: number, offset: number, dtype: DType): Tensor {
  const scaled = factor === 1 ? x : f.mul(x, factor);
  return primitives.cast(offset === 0 ? scaled : f.add(scaled, offset), dtype);
}

/**
 * Normal distribution.
 *
 * @example
 * random.normal([3, 3, 1, 32], { stddev: 0.1, seed: 7 });
 */
export function normal(shape: readonly number[], options: NormalOptions = {}): Tensor {
  checkOptions('random.normal', options, 'mean stddev dtype seed');
  const { mean = 0, stddev = 1 } = options;
  const dtype = floatDType('normal', options.dtype);
  return withSource('normal', () =>
    affine(normals(keyOf(options.seed), shape), stddev, mean, dtype),
  );
}

/** Uniform distribution on [minval, maxval). */
export function uniform(shape: readonly number[], options: UniformOptions = {}): Tensor {
  checkOptions('random.uniform', options, 'minval maxval dtype seed');
  const { minval = 0, maxval = 1 } = options;
  const dtype = floatDType('uniform', options.dtype);
  return withSource('uniform', () =>
    affine(fractions(keyOf(options.seed), shape), maxval - minval, minval, dtype),
  );
}

/** Normal distribution without what lies more than two standard deviations off the mean. */
export function truncatedNormal(shape: readonly number[], options: NormalOptions = {}): Tensor {
  checkOptions('random.truncatedNormal', options, 'mean stddev dtype seed');
  const { mean = 0, stddev = 1 } = options;
  const dtype = floatDType('truncatedNormal', options.dtype);
  return withSource('truncatedNormal', () => {
    const centred = f.sub(f.mul(fractions(keyOf(options.seed), shape), 2), 1);
    const quantile = primitives.unary('erfInv', f.mul(centred, WITHIN_TWO));
    const standard = f.max(f.min(f.mul(quantile, Math.SQRT2), 2), -2);
    return affine(standard, stddev, mean, dtype);
  });
}

/**
 * Whole numbers from `minval` up to, not including, `maxval`.
 *
 * The rule, in integers and so equal on every backend: minval + bits mod (maxval − minval), with one
 * 32-bit word per element. A value is favoured by at most (maxval − minval) / 2³².
 */
export function randint(
  shape: readonly number[],
  minval: number,
  maxval: number,
  options: RandomOptions = {},
): Tensor {
  checkOptions('random.randint', options, 'dtype seed');
  const dtype = options.dtype ?? 'int32';
  const span = maxval - minval;
  if (!Number.isInteger(minval) || !Number.isInteger(maxval) || span < 1 || span > 2 ** 32) {
    throw new ArgumentError(
      `random.randint: minval ${minval} and maxval ${maxval} must be whole numbers with at least ` +
        'one and at most 2^32 values between them.',
    );
  }
  if (!isInteger(dtype)) {
    throw new DTypeError(`random.randint: dtype ${dtype} is no integer type.`);
  }
  return withSource('randint', () => {
    const bits = primitives.randomBits(keyOf(options.seed), shape);
    const offset = span === 2 ** 32 ? bits : f.rem(bits, span);
    const shifted = primitives.cast(offset, dtype);
    return minval === 0 ? shifted : f.add(shifted, minval);
  });
}

/**
 * Classes drawn with the probabilities softmax(logits).
 *
 * @param logits [batch, classes].
 * @returns int32 [batch, numSamples].
 */
export function categorical<A extends Operand>(
  logits: A,
  numSamples: number,
  options: RandomOptions = {},
): Out<A> {
  checkOptions('random.categorical', options, 'dtype seed');
  return apply('categorical', [logits] as Operand[], { numSamples }, ([a]) => {
    const scores = primitives.cast(floatOf(a!), 'float32');
    if (scores.rank !== 2) {
      throw new ShapeError(
        `random.categorical: logits must be [batch, classes], got [${scores.shape.join(', ')}].`,
      );
    }
    const [batch, classes] = scores.shape as [number, number];
    const shape = [batch, numSamples, classes];
    const uniform = openFractions(keyOf(options.seed), shape);
    const log = (x: Tensor): Tensor => primitives.unary('log', x);
    // The largest of logits plus Gumbel noise has the wanted probabilities.
    const noise = primitives.neg(log(primitives.neg(log(uniform))));
    const noisy = f.add(primitives.broadcast(scores, shape, [0, 2]), noise);
    return primitives.cast(primitives.argReduce('max', noisy, 2), options.dtype ?? 'int32');
  }) as Out<A>;
}

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Shape of the mask; null takes the size of the input, 1 shares one decision along the axis. */
  readonly noiseShape?: readonly (number | null)[] | null | undefined;
  /** Where randomness comes from; the global generator by default. */
  readonly seed?: Seed;
}

/** Elements zeroed with probability `rate`, the others divided by 1 − rate. */
export function dropout<A extends Operand>(
  inputs: A,
  rate: number,
  options: DropoutOptions = {},
): Out<A> {
  checkOptions('random.dropout', options, 'noiseShape seed');
  if (!(rate >= 0 && rate <= 1)) {
    throw new ArgumentError(`random.dropout: rate ${rate} must be between 0 and 1.`);
  }
  const { noiseShape, seed } = options;
  return apply('dropout', [inputs] as Operand[], { rate, noiseShape }, ([a]) => {
    const x = floatOf(a!);
    if (rate === 0) return x;
    const offset = x.rank - (noiseShape?.length ?? x.rank);
    const mask = (noiseShape ?? x.shape).map((size, i) => size ?? x.shape[i + offset]!);
    return dropoutComposite(x, keyOf(seed), rate, mask);
  }) as Out<A>;
}

/**
 * Slices along an axis in random order. The order sorts one random word per slice; equal words keep
 * their order.
 */
export function shuffle<A extends Operand>(
  x: A,
  options: { readonly axis?: number; readonly seed?: Seed } = {},
): Out<A> {
  checkOptions('random.shuffle', options, 'axis seed');
  return apply('shuffle', [x] as Operand[], { axis: options.axis ?? 0 }, ([a]) => {
    const value = tensorOf(a!);
    const axis = checkAxis(options.axis ?? 0, value.rank, 'random.shuffle');
    const words = primitives.randomBits(keyOf(options.seed), [value.shape[axis]!]);
    const [, order] = primitives.sort(words, 0);
    return primitives.gather(value, order, axis);
  }) as Out<A>;
}
