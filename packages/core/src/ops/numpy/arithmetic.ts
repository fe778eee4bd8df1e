/** Arithmetic of one and two operands, with promotion and broadcasting. */
import { isFloat } from '../../dtypes.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as f from '../formula.ts';
import * as primitives from '../primitives/functions.ts';
import { binaryOp, commonNumber, floatBinary, floatUnary, unaryOp } from './pointwise.ts';

/** x1 + x2; logical or for bool. */
export function add<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('add', x1, x2, (a, b) =>
    primitives.binary(a.dtype === 'bool' ? 'or' : 'add', a, b),
  );
}

/** x1 − x2; bool counts as int32. */
export function subtract<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('subtract', x1, x2, primitives.sub, commonNumber);
}

/** x1 × x2; logical and for bool. */
export function multiply<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('multiply', x1, x2, (a, b) =>
    primitives.binary(a.dtype === 'bool' ? 'and' : 'mul', a, b),
  );
}

/** True division: integers give floatx. */
export function divide<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('divide', x1, x2, primitives.div);
}

/** True division, the same as {@link divide}. */
export function trueDivide<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('trueDivide', x1, x2, primitives.div);
}

/** x1 ÷ x2, and 0 (without gradient) where x2 is 0. Integers give floatx. */
export function divideNoNan<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('divideNoNan', x1, x2, (a, b) => {
    const isZero = f.eq(b, 0);
    return f.where(isZero, 0, f.div(a, f.where(isZero, 1, b)));
  });
}

/** The quotient rounded towards −∞, in the common dtype; an integer divided by 0 gives 0. */
export function floorDivide<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('floorDivide', x1, x2, floorDivision, commonNumber);
}

function floorDivision(a: Tensor, b: Tensor): Tensor {
  const remainder = f.rem(a, b);
  const below = oppositeSigns(remainder, b);
  if (!isFloat(a.dtype)) return f.sub(f.div(a, b), primitives.cast(below, a.dtype));
  // Dividing what is left after taking the remainder away gives a whole number up to rounding.
  const whole = f.div(f.sub(a, remainder), b);
  const quotient = primitives.unary('round', f.where(below, f.sub(whole, 1), whole));
  return f.where(f.eq(b, 0), f.div(a, b), quotient);
}

/** Where a remainder is not zero and has not the sign of the divisor. */
function oppositeSigns(remainder: Tensor, divisor: Tensor): Tensor {
  const differ = primitives.binary('xor', f.lt(remainder, 0), f.lt(divisor, 0));
  return f.and(differ, f.ne(remainder, 0));
}

/** Remainder with the sign of the divisor, as Python's `%`. bool counts as int32. */
export function mod<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp(
    'mod',
    x1,
    x2,
    (a, b) => {
      const remainder = f.rem(a, b);
      return f.where(oppositeSigns(remainder, b), f.add(remainder, b), remainder);
    },
    commonNumber,
  );
}

/** Remainder with the sign of the dividend, as C's `fmod`. bool counts as int32. */
export function fmod<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('fmod', x1, x2, f.rem, commonNumber);
}

/** x1 to the power of x2 in the common dtype; a negative base with a fraction gives NaN. */
export function power<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return binaryOp('power', x1, x2, f.pow, commonNumber);
}

/** −x. */
export function negative<A extends Operand>(x: A): Out<A> {
  return unaryOp('negative', x, primitives.neg, commonNumber);
}

/** 1 ÷ x. Integers give floatx. */
export function reciprocal<A extends Operand>(x: A): Out<A> {
  return floatUnary('reciprocal', x, (t) => f.div(1, t));
}

/** x²; bool counts as int32. */
export function square<A extends Operand>(x: A): Out<A> {
  return unaryOp('square', x, f.square, commonNumber);
}

const magnitude = (x: Tensor): Tensor => (x.dtype === 'bool' ? x : f.abs(x));

/** |x|, in x's dtype. */
export function abs<A extends Operand>(x: A): Out<A> {
  return unaryOp('abs', x, magnitude);
}

/** |x|, the same as {@link abs}. */
export function absolute<A extends Operand>(x: A): Out<A> {
  return unaryOp('absolute', x, magnitude);
}

/** |x| as a float: integers and bool give floatx. */
export function fabs<A extends Operand>(x: A): Out<A> {
  return floatUnary('fabs', x, f.abs);
}

/** −1, 0 or 1 by the sign of x, in x's dtype; NaN stays. */
export function sign<A extends Operand>(x: A): Out<A> {
  return unaryOp('sign', x, (t) => primitives.unary('sign', t), commonNumber);
}

/** 0 for negative x1, x2 where x1 is 0, else 1. Integers give floatx. */
export function heaviside<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return floatBinary('heaviside', x1, x2, (a, b) => {
    const step = f.where(f.gt(a, 0), 1, f.where(f.lt(a, 0), 0, b));
    return f.where(f.isNan(a), NaN, step);
  });
}
