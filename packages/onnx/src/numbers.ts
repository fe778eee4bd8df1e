/**
 * The number rules that the runtime does not keep by itself: rounding to narrow types, saturating
 * conversions, guarded division, wrapping powers and shifts. Names are values of the carrier.
 */
import { type DType, isFloat, isUnsigned } from '@addax/core';
import {
  type Carrier,
  carrierOf,
  integerRange,
  isFloatCarrier,
  isNarrow,
  onnxType,
} from './carriers.ts';
import { TensorProto_DataType as DataType } from './proto/onnx_pb.ts';
import type { Name, Scope } from './scope.ts';

/** A result on the carrier, rounded or wrapped into the dtype. */
export function kept(scope: Scope, name: Name, dtype: DType): Name {
  if (!isNarrow(dtype)) return name;
  return scope.castTo(scope.cast(name, onnxType(dtype)), carrierOf(dtype));
}

/** `Where`, also for uint32 and bool, which it has no kernel for. */
export function where(scope: Scope, condition: Name, a: Name, b: Name, carrier: Carrier): Name {
  if (carrier === 'bool') {
    const left = scope.node('And', [condition, a]);
    return scope.node('Or', [left, scope.node('And', [scope.node('Not', [condition]), b])]);
  }
  if (carrier !== 'uint32') return scope.node('Where', [condition, a, b]);
  const bits = (name: Name): Name => scope.castTo(name, 'int32');
  return scope.castTo(scope.node('Where', [condition, bits(a), bits(b)]), 'uint32');
}

/** The smaller or larger. The runtime compares only the lower halves of int64. */
export function extreme(scope: Scope, op: 'Min' | 'Max', a: Name, b: Name, carrier: Carrier): Name {
  if (carrier !== 'int64') return scope.node(op, [a, b]);
  const chosen = scope.node(op === 'Min' ? 'Less' : 'Greater', [a, b]);
  return scope.node('Where', [chosen, a, b]);
}

/** Whether a float is no number. */
export function isNan(scope: Scope, name: Name): Name {
  return scope.node('IsNaN', [name]);
}

/** A float as an integer: truncated, saturated, NaN as 0. */
export function saturated(scope: Scope, name: Name, from: 'float32' | 'float64', to: DType): Name {
  const zero = scope.scalar(0, from);
  const number = scope.node('Where', [isNan(scope, name), zero, name]);
  const [low, high] = integerRange(to);
  const clip = (least: number, most: number): Name =>
    scope.node('Clip', [number, scope.scalar(least, from), scope.scalar(most, from)]);
  const exact = from === 'float64' ? to !== 'int64' : high < 2n ** 24n;
  if (exact) {
    const clipped = clip(Number(low), Number(high));
    // A conversion of 2³¹ and more to uint32 is only defined by way of int64.
    const whole = scope.castTo(clipped, to === 'uint32' ? 'int64' : carrierOf(to));
    return to === 'uint32' ? scope.castTo(whole, 'uint32') : whole;
  }
  if (to === 'int64') {
    const below = from === 'float32' ? 9223371487098961920 : 9223372036854774784;
    const whole = scope.castTo(clip(Number(low), below), 'int64');
    const over = scope.node('Greater', [number, scope.scalar(below, from)]);
    return scope.node('Where', [over, scope.scalar(high, 'int64'), whole]);
  }
  const whole = scope.castTo(clip(Number(low), Number(high)), 'int64');
  const least = extreme(scope, 'Min', whole, scope.scalar(high, 'int64'), 'int64');
  return scope.castTo(least, carrierOf(to));
}

/** A value converted to another dtype. */
export function converted(scope: Scope, name: Name, from: DType, to: DType): Name {
  if (from === to) return name;
  const source = carrierOf(from);
  const target = carrierOf(to);
  if (to === 'bool') return scope.castTo(name, 'bool');
  if (isFloatCarrier(source) && !isFloat(to)) return saturated(scope, name, source, to);
  const cast = source === target ? name : scope.castTo(name, target);
  return from === 'bool' ? cast : kept(scope, cast, to);
}

/** What is known of a divisor: its only value, if it has one. */
type Known = number | undefined;

/** Integer quotient or remainder toward zero; ÷ 0 gives 0, and the smallest ÷ −1 wraps. */
export function divided(
  scope: Scope,
  kind: 'Div' | 'Mod',
  a: Name,
  b: Name,
  carrier: 'int32' | 'int64' | 'uint32',
  divisor: Known,
): Name {
  const attributes: Record<string, number> = kind === 'Mod' ? { fmod: 1 } : {};
  const zero = scope.scalar(0, carrier);
  if (divisor !== undefined && divisor !== 0 && divisor !== -1) {
    return scope.node(kind, [a, b], attributes);
  }
  const one = scope.scalar(1, carrier);
  const isZero = scope.node('Equal', [b, zero]);
  if (carrier === 'uint32') {
    const safe = where(scope, isZero, one, b, carrier);
    return where(scope, isZero, zero, scope.node(kind, [a, safe], attributes), carrier);
  }
  // The processor traps both on ÷ 0 and on the smallest number ÷ −1.
  const isMinus = scope.node('Equal', [b, scope.scalar(-1, carrier)]);
  const trapped = scope.node('Or', [isZero, isMinus]);
  const safe = scope.node('Where', [trapped, one, b]);
  const result = scope.node(kind, [a, safe], attributes);
  if (kind === 'Mod') return scope.node('Where', [trapped, zero, result]);
  const opposite = scope.node('Sub', [zero, a]);
  return scope.node('Where', [isZero, zero, scope.node('Where', [isMinus, opposite, result])]);
}

/** Integer power by squaring, so that it wraps; negative exponents give 0, but for bases ±1. */
export function integerPower(
  scope: Scope,
  a: Name,
  b: Name,
  carrier: 'int32' | 'int64' | 'uint32',
  exponent: Known,
): Name {
  const one = scope.scalar(1, carrier);
  if (exponent !== undefined && exponent >= 0) return constantPower(scope, a, exponent, one);
  const two = scope.scalar(2, carrier);
  let result: Name = one;
  let square = a;
  let rest = b;
  for (let bit = 0; bit < 32; bit++) {
    const odd = scope.node('Mod', [rest, two], { fmod: 1 });
    const taken = scope.node('Equal', [odd, one]);
    const factor = where(scope, taken, square, one, carrier);
    result = bit === 0 ? factor : scope.node('Mul', [result, factor]);
    rest = scope.node('Div', [rest, two]);
    if (bit < 31) square = scope.node('Mul', [square, square]);
  }
  if (carrier === 'uint32') return result;
  const zero = scope.scalar(0, carrier);
  const isNegative = scope.node('Less', [b, zero]);
  const odd = scope.node('Mod', [b, two], { fmod: 1 });
  const isMinusOne = scope.node('Equal', [a, scope.scalar(-1, carrier)]);
  const isOne = scope.node('Equal', [a, one]);
  const sign = scope.node('Where', [scope.node('Equal', [odd, zero]), one, a]);
  const unit = scope.node('Where', [scope.node('Or', [isOne, isMinusOne]), sign, zero]);
  return scope.node('Where', [isNegative, unit, result]);
}

/** A power with a whole exponent ≥ 0 by few products. */
export function constantPower(scope: Scope, a: Name, exponent: number, one: Name): Name {
  let result: Name | undefined;
  let square = a;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      result = result === undefined ? square : scope.node('Mul', [result, square]);
    }
    if (rest > 1) square = scope.node('Mul', [square, square]);
  }
  return result ?? scope.node('Add', [scope.node('Sub', [a, a]), one]);
}

const WIDTH: Readonly<Partial<Record<DType, number>>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int64: 64,
};

/** A shift; counts are masked to the width. The runtime shifts unsigned numbers only. */
export function shifted(
  scope: Scope,
  direction: 'LEFT' | 'RIGHT',
  a: Name,
  b: Name,
  dtype: DType,
): Name {
  const carrier = carrierOf(dtype);
  const wide = carrier === 'int64';
  const unsigned = wide ? DataType.UINT64 : DataType.UINT32;
  const mask = scope.scalar((WIDTH[dtype] ?? 32) - 1, carrier);
  const count = scope.cast(scope.node('BitwiseAnd', [b, mask]), unsigned);
  const shift = (name: Name): Name =>
    scope.node('BitShift', [scope.cast(name, unsigned), count], { direction });
  if (direction === 'LEFT' || isUnsigned(dtype)) {
    return kept(scope, scope.cast(shift(a), onnxType(carrier)), dtype);
  }
  // Of a negative number the complement is shifted, so that its sign fills up from the left.
  const zero = scope.scalar(0, carrier);
  const sign = scope.node('Where', [
    scope.node('Less', [a, zero]),
    scope.scalar(-1, carrier),
    zero,
  ]);
  const magnitude = scope.node('BitwiseXor', [a, sign]);
  return scope.node('BitwiseXor', [scope.castTo(shift(magnitude), carrier), sign]);
}
