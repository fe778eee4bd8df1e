/** The steps that random ops share: keys from seeds, bits, and fractions made of them. */
import type { DType } from '../dtypes.ts';
import { isFloat } from '../dtypes.ts';
import { floatx } from '../config.ts';
import { ArgumentError, DTypeError } from '../errors.ts';
import * as f from '../ops/formula.ts';
import * as primitives from '../ops/primitives/functions.ts';
import { Tensor } from '../tensor/tensor.ts';
import { fromHost } from '../trace/from-host.ts';
import { hostKey } from './host.ts';
import { checkSeed, globalSeedGenerator, SeedGenerator } from './seed-generator.ts';

/**
 * Where randomness comes from: a number (the same result every time), a generator (the next of its
 * results), a key uint32[2], or nothing (the global generator).
 */
export type Seed = number | SeedGenerator | Tensor | null | undefined;

/** The key uint32[2] of a seed. */
export function keyOf(seed: Seed): Tensor {
  if (seed === null || seed === undefined) return globalSeedGenerator().next();
  if (seed instanceof SeedGenerator) return seed.next();
  if (typeof seed === 'number') {
    const data = Uint32Array.of(...hostKey(checkSeed(seed)));
    return fromHost(data, { shape: [2], dtype: 'uint32' });
  }
  if (seed instanceof Tensor && seed.dtype === 'uint32' && seed.size === 2) {
    return primitives.reshape(seed, [2]);
  }
  throw new ArgumentError(
    'a seed must be a whole number, a SeedGenerator or a uint32[2] key, got ' +
      `${seed instanceof Tensor ? seed.toString() : typeof seed}.`,
  );
}

/** `count` keys made of one, which must not be used itself. */
export function splitKey(key: Tensor, count: number): Tensor[] {
  const words = primitives.randomBits(key, [count, 2]);
  return Array.from({ length: count }, (_, i) =>
    primitives.reshape(primitives.slice(words, [i, 0], [i + 1, 2]), [2]),
  );
}

/** A float dtype for results; floatx by default. */
export function floatDType(op: string, dtype: DType | null | undefined): DType {
  const result = dtype ?? floatx();
  if (isFloat(result)) return result;
  throw new DTypeError(`random.${op}: dtype ${result} is no float type; use random.randint.`);
}

/** Uniform on [0, 1): the upper 24 bits, exact in float32 and so equal everywhere. */
export function fractions(key: Tensor, shape: readonly number[]): Tensor {
  return fractionsOf(primitives.randomBits(key, shape));
}

function fractionsOf(bits: Tensor): Tensor {
  const upper = primitives.binary('shr', bits, primitives.fullLike(bits, 8));
  return f.mul(primitives.cast(upper, 'float32'), 2 ** -24);
}

/** Uniform on (0, 1), both ends excluded: the upper 23 bits and a half, exact in float32. */
export function openFractions(key: Tensor, shape: readonly number[]): Tensor {
  const bits = primitives.randomBits(key, shape);
  const upper = primitives.binary('shr', bits, primitives.fullLike(bits, 9));
  return f.mul(f.add(primitives.cast(upper, 'float32'), 0.5), 2 ** -23);
}

/** Standard normal by Box–Muller: elements 2i and 2i + 1 come from one block of bits. */
export function normals(key: Tensor, shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const pairs = Math.ceil(size / 2);
  const uniform = fractions(key, [pairs, 2]);
  const column = (i: number): Tensor => primitives.slice(uniform, [0, i], [pairs, i + 1]);
  const radius = f.sqrt(f.mul(primitives.unary('log', f.sub(1, column(0))), -2));
  const angle = f.mul(column(1), 2 * Math.PI);
  const both = primitives.concat(
    [f.mul(radius, primitives.unary('cos', angle)), f.mul(radius, primitives.unary('sin', angle))],
    1,
  );
  const flat = primitives.reshape(both, [2 * pairs]);
  return primitives.reshape(primitives.slice(flat, [0], [size]), shape);
}
