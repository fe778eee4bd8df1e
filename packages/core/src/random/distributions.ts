/** Distributions made by rejection and counting: gamma, beta, binomial. They have no gradient. */
import type { Operand } from '../tensor/operand.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { SymbolicTensor } from '../symbolic/symbolic-tensor.ts';
import { UnsupportedError } from '../errors.ts';
import { whileLoop } from '../ops/core/control.ts';
import { toTensor } from '../ops/apply.ts';
import * as f from '../ops/formula.ts';
import { checkOptions } from '../ops/options.ts';
import * as primitives from '../ops/primitives/functions.ts';
import { withSource } from '../trace/source.ts';
import { floatDType, keyOf, normals, openFractions, splitKey } from './draws.ts';
import type { RandomOptions } from './random.ts';

/** A parameter as float32, laid over the shape of the result. */
function parameter(op: string, value: Operand, shape: readonly number[]): Tensor {
  if (value instanceof SymbolicTensor) {
    throw new UnsupportedError(`random.${op} takes no symbolic tensors: call it inside a layer.`);
  }
  return primitives.broadcastTo(primitives.cast(toTensor(value), 'float32'), shape);
}

/** Tries per element; each is accepted in more than 95 of 100 cases. */
const TRIES = 8;

/** Gamma with scale 1 (Marsaglia and Tsang, "A simple method", 2000), as float32. */
function gammas(key: Tensor, alpha: Tensor): Tensor {
  const { shape } = alpha;
  const [tries, boost] = splitKey(key, 2) as [Tensor, Tensor];
  const keys = splitKey(tries, 2 * TRIES);
  const log = (x: Tensor): Tensor => primitives.unary('log', x);
  // Below 1 the method draws alpha + 1 and multiplies by u^(1 / alpha).
  const small = f.lt(alpha, 1);
  const d = f.sub(f.where(small, f.add(alpha, 1), alpha), 1 / 3);
  const c = f.div(1 / 3, f.sqrt(d));
  let result = d;
  for (let i = 0; i < TRIES; i++) {
    const x = normals(keys[2 * i]!, shape);
    const u = openFractions(keys[2 * i + 1]!, shape);
    const root = f.add(f.mul(c, x), 1);
    const v = f.mul(root, f.square(root));
    const positive = f.gt(v, 0);
    const safe = f.where(positive, v, 1);
    const bound = f.add(f.mul(f.square(x), 0.5), f.mul(d, f.add(f.sub(1, safe), log(safe))));
    const accepted = f.and(positive, f.lt(log(u), bound));
    result = f.where(accepted, f.mul(d, safe), result);
  }
  const power = f.div(log(openFractions(boost, shape)), f.where(small, alpha, 1));
  return f.where(small, f.mul(result, primitives.unary('exp', power)), result);
}

/**
 * Gamma distribution with scale 1.
 *
 * @param alpha Positive shape parameter; broadcasts to `shape`.
 */
export function gamma(
  shape: readonly number[],
  alpha: Operand,
  options: RandomOptions = {},
): Tensor {
  checkOptions('random.gamma', options, 'dtype seed');
  const dtype = floatDType('gamma', options.dtype);
  return withSource('gamma', () =>
    primitives.cast(gammas(keyOf(options.seed), parameter('gamma', alpha, shape)), dtype),
  );
}

/** Beta distribution; both parameters are positive and broadcast to `shape`. */
export function beta(
  shape: readonly number[],
  alpha: Operand,
  beta: Operand,
  options: RandomOptions = {},
): Tensor {
  checkOptions('random.beta', options, 'dtype seed');
  const dtype = floatDType('beta', options.dtype);
  return withSource('beta', () => {
    const [first, second] = splitKey(keyOf(options.seed), 2) as [Tensor, Tensor];
    const a = gammas(first, parameter('beta', alpha, shape));
    const b = gammas(second, parameter('beta', beta, shape));
    return primitives.cast(f.div(a, f.add(a, b)), dtype);
  });
}

/**
 * Number of successes in `counts` trials of probability `probabilities`, which broadcast to `shape`.
 *
 * Waiting times between successes are added up until the trials are over, so the time it takes grows
 * with the largest counts · probabilities.
 */
export function binomial(
  shape: readonly number[],
  counts: Operand,
  probabilities: Operand,
  options: RandomOptions = {},
): Tensor {
  checkOptions('random.binomial', options, 'dtype seed');
  const dtype = floatDType('binomial', options.dtype);
  return withSource('binomial', () => {
    const trials = parameter('binomial', counts, shape);
    const given = parameter('binomial', probabilities, shape);
    const likely = f.gt(given, 0.5);
    const rare = f.where(likely, f.sub(1, given), given);
    const scale = primitives.unary('log1p', primitives.neg(rare));
    const axes = shape.map((_, i) => i);
    const zero = primitives.full(shape, 0, 'float32');
    const [, , successes] = whileLoop(
      (_key: Tensor, sum: Tensor) => primitives.reduce('max', f.le(sum, trials), axes),
      (key: Tensor, sum: Tensor, count: Tensor) => {
        const [own, next] = splitKey(key, 2) as [Tensor, Tensor];
        const waited = f.div(primitives.unary('log', openFractions(own, shape)), scale);
        const total = f.add(sum, primitives.unary('ceil', waited));
        return [next, total, f.where(f.le(total, trials), f.add(count, 1), count)];
      },
      [keyOf(options.seed), zero, zero],
    ) as [Tensor, Tensor, Tensor];
    const result = f.where(likely, f.sub(trials, successes), successes);
    return primitives.cast(result, dtype);
  });
}
