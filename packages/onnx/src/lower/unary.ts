/** One-argument functions: a row per function, on the carrier. */
import { type DType, isFloat, isUnsigned, type UnaryFn } from '@addax/core';
import { carrierOf } from '../carriers.ts';
import { isNan } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import {
  acos64,
  acosh,
  asin64,
  asinh,
  atan64,
  atanh,
  cosh,
  digamma64,
  erf64,
  erfInv64,
  expm1,
  Formula,
  lgamma64,
  log1p,
  sinh,
} from '../special.ts';

type Unary = (scope: Scope, x: Name, dtype: DType) => Name;

/** The operator of this name, as it is. */
function named(op: string): Unary {
  return (scope, x) => scope.node(op, [x]);
}

/** An operator for floats that leaves integers as they are. */
function rounding(op: string): Unary {
  return (scope, x, dtype) => (isFloat(dtype) ? scope.node(op, [x]) : x);
}

type Float = 'float32' | 'float64';

/** An operator that the runtime has for float32 only, and its formula for float64. */
function single(op: string, formula: (f: Formula, x: Name) => Name): Unary {
  return (scope, x, dtype) =>
    carrierOf(dtype) === 'float64'
      ? formula(new Formula(scope, 'float64'), x)
      : scope.node(op, [x]);
}

/** A formula in the carrier's precision. */
function formula(write: (f: Formula, x: Name) => Name): Unary {
  return (scope, x, dtype) => write(new Formula(scope, carrierOf(dtype) as Float), x);
}

/** A formula in float64 whatever the carrier. */
function precise(write: (f: Formula, x: Name) => Name): Unary {
  return (scope, x, dtype) => {
    const result = write(new Formula(scope, 'float64'), scope.castTo(x, 'float64'));
    return scope.castTo(result, carrierOf(dtype));
  };
}

function negated(scope: Scope, x: Name, dtype: DType): Name {
  if (dtype !== 'uint32') return scope.node('Neg', [x]);
  return scope.node('Sub', [scope.scalar(0, 'uint32'), x]);
}

function inverted(scope: Scope, x: Name, dtype: DType): Name {
  return scope.node(dtype === 'bool' ? 'Not' : 'BitwiseNot', [x]);
}

function isFinite(scope: Scope, x: Name): Name {
  const infinite = scope.node('IsInf', [x]);
  return scope.node('Not', [scope.node('Or', [infinite, isNan(scope, x)])]);
}

const UNARY: Readonly<Record<UnaryFn, Unary>> = {
  neg: negated,
  abs: (scope, x, dtype) => (isUnsigned(dtype) ? x : scope.node('Abs', [x])),
  sign: named('Sign'),
  floor: rounding('Floor'),
  ceil: rounding('Ceil'),
  round: rounding('Round'),
  sqrt: named('Sqrt'),
  rsqrt: (scope, x) => scope.node('Reciprocal', [scope.node('Sqrt', [x])]),
  exp: named('Exp'),
  expm1: formula(expm1),
  log: named('Log'),
  log1p: formula(log1p),
  sin: named('Sin'),
  cos: named('Cos'),
  tan: single('Tan', (f, x) => f.div(f.apply('Sin', x), f.apply('Cos', x))),
  asin: single('Asin', asin64),
  acos: single('Acos', acos64),
  atan: single('Atan', atan64),
  sinh: single('Sinh', sinh),
  cosh: single('Cosh', cosh),
  tanh: named('Tanh'),
  asinh: single('Asinh', asinh),
  acosh: single('Acosh', acosh),
  atanh: single('Atanh', atanh),
  erf: single('Erf', erf64),
  erfInv: precise(erfInv64),
  lgamma: precise(lgamma64),
  digamma: precise(digamma64),
  not: inverted,
  isNan,
  isFinite,
};

/** A function of a value on the carrier of its dtype; not yet rounded into the dtype. */
export function unaryNode(scope: Scope, fn: UnaryFn, x: Name, dtype: DType): Name {
  return UNARY[fn](scope, x, dtype);
}
