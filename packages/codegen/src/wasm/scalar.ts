/**
 * The scalar half of the WebAssembly dialect: one value on the stack. float32 is an f32; float64 and
 * the 16-bit floats are f64 and rounded by the host's functions; integers and bool are an i32 that
 * holds a value of their dtype.
 */
import type { BinaryFn, CompareFn, DType, UnaryFn } from '@addax/core';
import { UnsupportedError, isFloat } from '@addax/core';
import type { FunctionBuilder } from './assembler.ts';
import {
  LOADS,
  NARROW,
  halfOf,
  isUnsigned,
  shiftMask,
  signOf,
  valueType,
  widthOf,
} from './dtypes.ts';
import { hasVectorCode } from './math.ts';
import type { VectorMath } from './math.ts';
import type { Opcode } from './opcodes.ts';
import { SCALAR_BINARY, SCALAR_UNARY } from './scalar-functions.ts';

/** Writes the code of an operand. */
export type Operand = () => void;

/** Writes scalar code. */
export class Scalar {
  private readonly f: FunctionBuilder;
  private readonly math: VectorMath;

  constructor(f: FunctionBuilder, math: VectorMath) {
    this.f = f;
    this.math = math;
  }

  literal(value: number, dtype: DType): void {
    const type = valueType(dtype);
    if (type === 'i32') this.f.i32(value | 0);
    else this.f[type](value);
  }

  /** Replaces the address on the stack by the element there. */
  load(dtype: DType): void {
    this.f.memory(LOADS[dtype]);
    const half = halfOf(dtype);
    if (half !== undefined) this.f.op('f64.convert_i32_u').call(half.decode);
  }

  /** Stores the value on the stack at the address below it. */
  store(dtype: DType): void {
    const half = halfOf(dtype);
    if (half !== undefined) {
      this.f.call(half.encode).op('i32.trunc_sat_f64_u').memory('i32.store16');
      return;
    }
    const type = valueType(dtype);
    const width = widthOf(dtype);
    if (type === 'i32' && width < 4) this.f.memory(width === 1 ? 'i32.store8' : 'i32.store16');
    else this.f.memory(`${type}.store`);
  }

  /** Rounds or wraps the result on the stack into its dtype. */
  keep(dtype: DType): void {
    const { f } = this;
    const half = halfOf(dtype);
    if (half !== undefined) f.call(half.round);
    else if (dtype === 'int8') f.op('i32.extend8_s');
    else if (dtype === 'int16') f.op('i32.extend16_s');
    else if (dtype === 'uint8') f.i32(255).op('i32.and');
    else if (dtype === 'uint16') f.i32(65535).op('i32.and');
  }

  unary(fn: UnaryFn, x: Operand, dtype: DType): void {
    SCALAR_UNARY[fn](this, x, dtype, fn);
  }

  binary(fn: BinaryFn, a: Operand, b: Operand, dtype: DType): void {
    SCALAR_BINARY[fn](this, a, b, dtype);
  }

  compare(fn: CompareFn, a: Operand, b: Operand, dtype: DType): void {
    a();
    b();
    const type = valueType(dtype);
    if (type !== 'i32') this.f.op(`${type}.${fn}`);
    else this.f.op(fn === 'eq' || fn === 'ne' ? `i32.${fn}` : `i32.${fn}_${signOf(dtype)}`);
  }

  /** Converts the value on the stack. */
  cast(from: DType, to: DType): void {
    const { f } = this;
    if (from === to) return;
    const [type, target] = [valueType(from), valueType(to)];
    if (to === 'bool') {
      if (type === 'i32') f.i32(0);
      else f[type](0);
      f.op(`${type}.ne`);
    } else if (target === 'i32') {
      if (type === 'i32') this.keep(to);
      else this.saturate(type, to);
    } else {
      if (type === 'i32') f.op(`${target}.convert_i32_${signOf(from)}`);
      else if (type !== target) f.op(type === 'f32' ? 'f64.promote_f32' : 'f32.demote_f64');
      this.keep(to);
    }
  }

  private saturate(type: 'f32' | 'f64', to: DType): void {
    this.f.op(`i32.trunc_sat_${type}_${signOf(to)}`);
    const range = NARROW[to];
    if (range === undefined) return;
    const [low, high] = range;
    const value = this.f.local('i32');
    this.f.set(value);
    this.extreme(
      'min',
      () => this.f.get(value),
      () => this.f.i32(high),
      's',
    );
    this.f.set(value);
    this.extreme(
      'max',
      () => this.f.get(value),
      () => this.f.i32(low),
      's',
    );
  }

  /** The value on the stack as the same bits of another dtype. */
  bitcast(from: DType, to: DType): void {
    const { f } = this;
    if (from === 'int64' || to === 'int64') {
      throw new UnsupportedError(
        `bitcast from ${from} to ${to}: int64 is held in 32 bits on this backend, so it has no ` +
          '64-bit pattern; bitcast 32-bit types instead',
      );
    }
    const [fromHalf, toHalf] = [halfOf(from), halfOf(to)];
    if (fromHalf !== undefined) f.call(fromHalf.encode).op('i32.trunc_sat_f64_u');
    else if (from === 'float32') f.op('i32.reinterpret_f32');
    if (toHalf !== undefined) f.i32(65535).op('i32.and', 'f64.convert_i32_u').call(toHalf.decode);
    else if (to === 'float32') f.op('f32.reinterpret_i32');
    else this.keep(to);
  }

  /** An operand that is used more than once. */
  private twice(x: Operand, dtype: DType): number {
    const local = this.f.local(valueType(dtype));
    x();
    this.f.set(local);
    return local;
  }

  /** A function of the host, in float64. */
  host(name: string, operands: readonly Operand[], dtype: DType): void {
    const { f } = this;
    const type = valueType(dtype);
    for (const operand of operands) {
      operand();
      if (type === 'f32') f.op('f64.promote_f32');
      else if (type === 'i32') f.op(`f64.convert_i32_${signOf(dtype)}`);
    }
    f.call(name);
    if (type === 'f32') f.op('f32.demote_f64');
    else if (type === 'i32') f.op('i32.trunc_sat_f64_s');
    this.keep(dtype);
  }

  /** A function of real numbers: vector code for float32 where there is one. */
  real(fn: string, x: Operand, dtype: DType): void {
    if (dtype !== 'float32' || !hasVectorCode(fn)) {
      this.host(fn, [x], dtype);
      return;
    }
    x();
    this.f.op('f32x4.splat');
    this.math.unary(fn, 1);
    this.f.lane('f32x4.extract_lane', 0);
  }

  /** An instruction that exists for floats, applied to floats only. */
  floatOnly(name: 'floor' | 'ceil' | 'nearest', x: Operand, dtype: DType): void {
    x();
    const type = valueType(dtype);
    if (type !== 'i32') this.f.op(`${type}.${name}`);
  }

  negate(x: Operand, dtype: DType): void {
    const type = valueType(dtype);
    if (type === 'i32') this.f.i32(0);
    x();
    this.f.op(type === 'i32' ? 'i32.sub' : `${type}.neg`);
    if (type === 'i32') this.keep(dtype);
  }

  absolute(x: Operand, dtype: DType): void {
    const { f } = this;
    const type = valueType(dtype);
    if (type !== 'i32') {
      x();
      f.op(`${type}.abs`);
    } else if (isUnsigned(dtype)) {
      x();
    } else {
      const value = this.twice(x, dtype);
      f.get(value).get(value).i32(31).op('i32.shr_s', 'i32.xor');
      f.get(value).i32(31).op('i32.shr_s', 'i32.sub');
      this.keep(dtype);
    }
  }

  sign(x: Operand, dtype: DType): void {
    const { f } = this;
    const type = valueType(dtype);
    const value = this.twice(x, dtype);
    if (type !== 'i32') {
      f[type](1).get(value).op(`${type}.copysign`).get(value);
      f.get(value).op(`${type}.abs`)[type](0).op(`${type}.gt`, 'select');
    } else if (isUnsigned(dtype)) {
      f.get(value).i32(0).op('i32.ne');
    } else {
      f.get(value).i32(0).op('i32.gt_s').get(value).i32(0).op('i32.lt_s', 'i32.sub');
    }
  }

  reciprocalRoot(x: Operand, dtype: DType): void {
    const { f } = this;
    if (valueType(dtype) === 'i32') {
      this.host('rsqrt', [x], dtype);
      return;
    }
    f.f64(1);
    x();
    if (dtype === 'float32') f.op('f64.promote_f32');
    f.op('f64.sqrt', 'f64.div');
    if (dtype === 'float32') f.op('f32.demote_f64');
    this.keep(dtype);
  }

  root(x: Operand, dtype: DType): void {
    const type = valueType(dtype);
    if (type === 'i32') {
      this.host('sqrt', [x], dtype);
      return;
    }
    x();
    this.f.op(`${type}.sqrt`);
    this.keep(dtype);
  }

  complement(x: Operand, dtype: DType): void {
    x();
    this.f.i32(dtype === 'bool' ? 1 : -1).op('i32.xor');
    this.keep(dtype);
  }

  test(fn: 'isNan' | 'isFinite', x: Operand, dtype: DType): void {
    const { f } = this;
    const type = valueType(dtype);
    const value = this.twice(x, dtype);
    if (type === 'i32') f.i32(fn === 'isNan' ? 0 : 1);
    else if (fn === 'isNan') f.get(value).get(value).op(`${type}.ne`);
    else f.get(value).get(value).op(`${type}.sub`)[type](0).op(`${type}.eq`);
  }

  arithmetic(name: 'add' | 'sub' | 'mul', a: Operand, b: Operand, dtype: DType): void {
    a();
    b();
    this.f.op(`${valueType(dtype)}.${name}`);
    this.keep(dtype);
  }

  /** Division and remainder; by zero gives 0 for integers, and −1 is never handed to the machine. */
  divide(name: 'div' | 'rem', a: Operand, b: Operand, dtype: DType): void {
    const { f } = this;
    const type = valueType(dtype);
    if (type !== 'i32') {
      if (name === 'rem') {
        this.host('rem', [a, b], dtype);
        return;
      }
      a();
      b();
      f.op(`${type}.div`);
      this.keep(dtype);
      return;
    }
    const sign = signOf(dtype);
    const [x, y] = [this.twice(a, dtype), this.twice(b, dtype)];
    const result = f.local('i32');
    f.i32(0).set(result).get(y).open('if');
    if (sign === 's') f.get(y).i32(-1).op('i32.ne').open('if');
    f.get(x).get(y).op(`i32.${name}_${sign}`).set(result);
    if (sign === 's') {
      f.else();
      if (name === 'div') f.i32(0).get(x).op('i32.sub').set(result);
      f.end();
    }
    f.end().get(result);
    this.keep(dtype);
  }

  power(a: Operand, b: Operand, dtype: DType): void {
    if (dtype !== 'float32') {
      this.host(isFloat(dtype) ? 'power' : 'integerPower', [a, b], dtype);
      return;
    }
    const { f } = this;
    a();
    f.op('f32x4.splat');
    b();
    f.op('f32x4.splat');
    this.math.power(1);
    f.lane('f32x4.extract_lane', 0);
  }

  extreme(name: 'min' | 'max', a: Operand, b: Operand, sign: 's' | 'u'): void {
    const { f } = this;
    const x = this.twice(a, 'int32');
    const y = this.twice(b, 'int32');
    f.get(x).get(y).get(x).get(y);
    f.op(`i32.${name === 'min' ? 'lt' : 'gt'}_${sign}`, 'select');
  }

  extremeOf(name: 'min' | 'max', a: Operand, b: Operand, dtype: DType): void {
    const type = valueType(dtype);
    if (type === 'i32') {
      this.extreme(name, a, b, signOf(dtype));
      return;
    }
    a();
    b();
    this.f.op(`${type}.${name}`);
  }

  bitwise(name: 'and' | 'or' | 'xor', a: Operand, b: Operand): void {
    a();
    b();
    this.f.op(`i32.${name}`);
  }

  shift(name: 'shl' | 'shr', a: Operand, b: Operand, dtype: DType): void {
    const { f } = this;
    const opcode: Opcode =
      name === 'shl' ? 'i32.shl' : isUnsigned(dtype) ? 'i32.shr_u' : 'i32.shr_s';
    if (dtype !== 'int64') {
      a();
      b();
      f.i32(shiftMask(dtype)).op('i32.and', opcode);
      this.keep(dtype);
      return;
    }
    // Held in 32 bits: longer shifts leave nothing but the sign.
    const [x, y] = [this.twice(a, dtype), this.twice(b, dtype)];
    f.get(y).i32(63).op('i32.and').set(y);
    if (name === 'shl') f.i32(0);
    else f.get(x).i32(31).op('i32.shr_s');
    f.get(x).get(y).op(opcode).get(y).i32(31).op('i32.gt_s', 'select');
  }
}
