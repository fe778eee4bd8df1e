/** Two-argument functions and comparisons: a row per function, on the carrier. */
import type { BinaryFn, CompareFn, DType } from '@addax/core';
import { carrierOf, isFloatCarrier } from '../carriers.ts';
import { constantPower, divided, extreme, integerPower, shifted } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import { atan2, atan64, Formula } from '../special.ts';

/** Operands of a row; `known` is the only value of the second, if it has one. */
interface Pair {
  readonly scope: Scope;
  readonly a: Name;
  readonly b: Name;
  readonly dtype: DType;
  readonly known: number | undefined;
}

type Binary = (pair: Pair) => Name;

function named(op: string): Binary {
  return ({ scope, a, b }) => scope.node(op, [a, b]);
}

function bitwise(logical: string, bits: string): Binary {
  return ({ scope, a, b, dtype }) => scope.node(dtype === 'bool' ? logical : bits, [a, b]);
}

type Whole = 'int32' | 'int64' | 'uint32';

function quotient(kind: 'Div' | 'Mod'): Binary {
  return ({ scope, a, b, dtype, known }) => {
    const carrier = carrierOf(dtype);
    if (!isFloatCarrier(carrier)) return divided(scope, kind, a, b, carrier as Whole, known);
    return scope.node(kind, [a, b], kind === 'Mod' ? { fmod: 1 } : {});
  };
}

/** Small whole exponents become products: the runtime's power is not vectorised. */
function power({ scope, a, b, dtype, known }: Pair): Name {
  const carrier = carrierOf(dtype);
  if (!isFloatCarrier(carrier)) return integerPower(scope, a, b, carrier as Whole, known);
  if (known !== undefined && Number.isInteger(known) && known >= 1 && known <= 4) {
    return constantPower(scope, a, known, scope.scalar(1, carrier));
  }
  return scope.node('Pow', [a, b]);
}

function angle({ scope, a, b, dtype }: Pair): Name {
  const carrier = carrierOf(dtype) === 'float64' ? 'float64' : 'float32';
  const f = new Formula(scope, carrier);
  const atan = (x: Name): Name => (carrier === 'float64' ? atan64(f, x) : f.apply('Atan', x));
  return atan2(f, a, b, atan);
}

const BINARY: Readonly<Record<BinaryFn, Binary>> = {
  add: named('Add'),
  sub: named('Sub'),
  mul: named('Mul'),
  div: quotient('Div'),
  rem: quotient('Mod'),
  pow: power,
  atan2: angle,
  min: ({ scope, a, b, dtype }) => extreme(scope, 'Min', a, b, carrierOf(dtype)),
  max: ({ scope, a, b, dtype, known }) =>
    known === 0 && isFloatCarrier(carrierOf(dtype))
      ? scope.node('Relu', [a])
      : extreme(scope, 'Max', a, b, carrierOf(dtype)),
  and: bitwise('And', 'BitwiseAnd'),
  or: bitwise('Or', 'BitwiseOr'),
  xor: bitwise('Xor', 'BitwiseXor'),
  shl: ({ scope, a, b, dtype }) => shifted(scope, 'LEFT', a, b, dtype),
  shr: ({ scope, a, b, dtype }) => shifted(scope, 'RIGHT', a, b, dtype),
};

/** A function of two values on the carrier of their dtype; not yet rounded into the dtype. */
export function binaryNode(fn: BinaryFn, pair: Pair): Name {
  return BINARY[fn](pair);
}

const COMPARE: Readonly<Record<CompareFn, string>> = {
  eq: 'Equal',
  ne: 'Equal',
  lt: 'Less',
  le: 'LessOrEqual',
  gt: 'Greater',
  ge: 'GreaterOrEqual',
};

/** A comparison of two values of one dtype. */
export function compareNode(scope: Scope, fn: CompareFn, a: Name, b: Name, dtype: DType): Name {
  const equality = fn === 'eq' || fn === 'ne';
  const operand = (name: Name): Name =>
    dtype === 'bool' && !equality ? scope.castTo(name, 'int32') : name;
  const result = scope.node(COMPARE[fn], [operand(a), operand(b)]);
  return fn === 'ne' ? scope.node('Not', [result]) : result;
}
