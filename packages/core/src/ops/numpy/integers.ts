/** Ops of whole numbers: common divisors and multiples. */
import { isInteger } from '../../dtypes.ts';
import { DTypeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { traceGraph } from '../../trace/trace.ts';
import * as f from '../formula.ts';
import { reduce, whileLoop } from '../primitives/functions.ts';
import { binaryOp, commonNumber } from './pointwise.ts';

function checkIntegers(op: string, x: Tensor): void {
  if (!isInteger(x.dtype)) {
    throw new DTypeError(`${op} takes integers but was given ${x.dtype}; cast it first.`);
  }
}

/** Euclid's algorithm on all pairs at once, until every remainder is 0. */
function greatestDivisor(a: Tensor, b: Tensor): Tensor {
  const avals = [a.aval, b.aval];
  const axes = a.shape.map((_, axis) => axis);
  const cond = traceGraph(avals, ([, y]) => [reduce('max', f.ne(y!, 0), axes)]);
  // With y = 0 the pair is finished: a remainder by 0 is 0, so x must stay where it is.
  const body = traceGraph(avals, ([x, y]) => {
    const done = f.eq(y!, 0);
    return [f.where(done, x!, y!), f.where(done, 0, f.rem(x!, y!))];
  });
  return f.abs(whileLoop([a, b], { cond, body, constants: 0 })[0]!);
}

/** Greatest common divisor of integers, never negative; gcd(0, 0) = 0. */
export function gcd<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp(
    'gcd',
    x1,
    x2,
    (a, b) => {
      checkIntegers('gcd', a);
      return greatestDivisor(a, b);
    },
    commonNumber,
  );
}

/** Least common multiple of integers, never negative; 0 if either is 0. */
export function lcm<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp(
    'lcm',
    x1,
    x2,
    (a, b) => {
      checkIntegers('lcm', a);
      return f.abs(f.mul(f.div(a, greatestDivisor(a, b)), b));
    },
    commonNumber,
  );
}
