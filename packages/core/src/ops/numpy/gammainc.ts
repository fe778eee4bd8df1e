/** The regularized lower incomplete gamma function. */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { traceGraph } from '../../trace/trace.ts';
import * as f from '../formula.ts';
import { cast, fullLike, scan, unary } from '../primitives/functions.ts';
import { floatBinary, widened } from './pointwise.ts';

/** Enough for parameters up to about a thousand. */
const STEPS = 200;

/** Stands for 0 where Lentz's method would divide by it. */
const TINY = 1e-30;

/**
 * P(x1, x2) = 1/Γ(x1) ∫₀^x2 t^(x1−1) e^(−t) dt, for x1 > 0 and x2 ≥ 0; NaN elsewhere. Integers give
 * floatx.
 */
export function gammainc<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('gammainc', x1, x2, (parameter, bound) => {
    const dtype = widened(parameter.dtype);
    const [a, x] = [cast(parameter, dtype), cast(bound, dtype)];
    const valid = f.and(f.gt(a, 0), f.ge(x, 0));
    const inside = f.and(valid, f.and(f.gt(x, 0), f.lt(x, Infinity)));
    const [p, z] = [f.where(inside, a, 1), f.where(inside, x, 1)];
    const isSeries = f.lt(z, f.add(p, 1));
    const exponent = f.sub(f.sub(f.mul(p, unary('log', z)), z), unary('lgamma', p));
    const factor = unary('exp', exponent);
    const lower = f.mul(factor, series(p, f.where(isSeries, z, 1)));
    const upper = f.mul(factor, fraction(p, f.where(isSeries, f.add(p, 2), z)));
    const result = f.where(isSeries, lower, f.sub(1, upper));
    const ends = f.where(f.eq(x, 0), 0, fullLike(x, 1));
    return cast(f.where(inside, result, f.where(valid, ends, NaN)), parameter.dtype);
  });
}

/** Σ xⁿ ÷ (a (a+1) … (a+n)). */
function series(a: Tensor, x: Tensor): Tensor {
  const first = f.div(1, a);
  return loop([x], [a, first, first], ([z], [divisor, term, sum]) => {
    const next = f.add(divisor!, 1);
    const product = f.mul(term!, f.div(z!, next));
    return [next, product, f.add(sum!, product)];
  })[2]!;
}

/** The continued fraction of Γ(a, x) e^x x^(−a), by Lentz's method. */
function fraction(a: Tensor, x: Tensor): Tensor {
  const b = f.sub(f.add(x, 1), a);
  const d = f.div(1, nonZero(b));
  const start = [fullLike(a, 0), b, fullLike(a, 1 / TINY), d, d];
  return loop([a], start, ([p], [step, base, upper, lower, value]) => {
    const i = f.add(step!, 1);
    const numerator = f.mul(i, f.sub(p!, i));
    const next = f.add(base!, 2);
    const down = f.div(1, nonZero(f.add(f.mul(numerator, lower!), next)));
    const up = nonZero(f.add(next, f.div(numerator, upper!)));
    return [i, next, up, down, f.mul(value!, f.mul(up, down))];
  })[4]!;
}

function nonZero(x: Tensor): Tensor {
  return f.where(f.lt(f.abs(x), TINY), TINY, x);
}

function loop(
  constants: readonly Tensor[],
  carries: readonly Tensor[],
  step: (constants: readonly Tensor[], carries: readonly Tensor[]) => readonly Tensor[],
): Tensor[] {
  const inputs = [...constants, ...carries];
  const body = traceGraph(
    inputs.map(({ aval }) => aval),
    (values) => step(values.slice(0, constants.length), values.slice(constants.length)),
  );
  return scan(inputs, {
    body,
    length: STEPS,
    constants: constants.length,
    carries: carries.length,
    reverse: false,
    saveCarries: false,
  });
}
