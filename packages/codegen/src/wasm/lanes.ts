/**
 * The vector half of the WebAssembly dialect: four neighbouring iterations of a loop at once. A
 * float32, integer or bool is one vector of four 32-bit lanes; a float64 is two vectors, written one
 * half at a time. Functions without an instruction or vector code run lane by lane, as the scalar
 * half writes them. Every lane gets the bits that the scalar half would give.
 */
import type { BinaryFn, CompareFn, DType, UnaryFn } from '@addax/core';
import type { FunctionBuilder } from './assembler.ts';
import { NARROW, shiftMask, signOf, widthOf } from './dtypes.ts';
import { hasVectorCode } from './math.ts';
import type { VectorMath } from './math.ts';
import type { Opcode } from './opcodes.ts';
import type { Scalar } from './scalar.ts';

/** Writes one vector of an operand: all of it, or a half of a float64. */
export type LaneOperand = (half: number) => void;

type LaneType = 'f32x4' | 'f64x2' | 'i32x4';

/** The vector type of a dtype; 16-bit floats have none. */
export function laneType(dtype: DType): LaneType {
  if (dtype === 'float32') return 'f32x4';
  return dtype === 'float64' ? 'f64x2' : 'i32x4';
}

/** Whether values of the dtype can stand in lanes. */
export function fitsLanes(dtype: DType): boolean {
  return dtype !== 'float16' && dtype !== 'bfloat16';
}

/** Functions that are one instruction for floats. */
const FLOAT_UNARY: Readonly<Partial<Record<UnaryFn, string>>> = {
  neg: 'neg',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  round: 'nearest',
  sqrt: 'sqrt',
};
const FLOAT_BINARY: ReadonlySet<BinaryFn> = new Set<BinaryFn>([
  'add',
  'sub',
  'mul',
  'div',
  'min',
  'max',
]);
const BITWISE: ReadonlySet<BinaryFn> = new Set<BinaryFn>(['and', 'or', 'xor']);

/** Writes vector code. */
export class Lanes {
  private readonly f: FunctionBuilder;
  private readonly scalar: Scalar;
  private readonly math: VectorMath;

  constructor(f: FunctionBuilder, scalar: Scalar, math: VectorMath) {
    this.f = f;
    this.scalar = scalar;
    this.math = math;
  }

  /** Four (or two) neighbouring elements from the address on the stack. */
  load(dtype: DType, half: number): void {
    const { f } = this;
    const width = widthOf(dtype);
    const sign = dtype.startsWith('int') ? 's' : 'u';
    if (width === 8) f.memory('v128.load', 16 * half);
    else if (width === 4) f.memory('v128.load');
    else if (width === 2) f.memory('v128.load64_zero').op(`i32x4.extend_low_i16x8_${sign}`);
    else {
      f.memory('v128.load32_zero');
      f.op(`i16x8.extend_low_i8x16_${sign}`, `i32x4.extend_low_i16x8_${sign}`);
    }
  }

  /** Stores the vector on the stack as neighbours at the address below it. */
  store(dtype: DType, half: number): void {
    const { f } = this;
    const width = widthOf(dtype);
    if (width >= 4) {
      f.memory('v128.store', 16 * half);
      return;
    }
    const vector = f.local('v128');
    f.set(vector).get(vector).get(vector);
    if (width === 2) {
      f.op(dtype === 'int16' ? 'i16x8.narrow_i32x4_s' : 'i16x8.narrow_i32x4_u');
      f.memory('v128.store64_lane', 0, 0);
      return;
    }
    f.op('i16x8.narrow_i32x4_s').set(vector).get(vector).get(vector);
    f.op(dtype === 'int8' ? 'i8x16.narrow_i16x8_s' : 'i8x16.narrow_i16x8_u');
    f.memory('v128.store32_lane', 0, 0);
  }

  /** All lanes from the scalar on the stack. */
  splat(dtype: DType): void {
    this.f.op(`${laneType(dtype)}.splat`);
  }

  /** Wraps the integers on the stack into their dtype. */
  private keep(dtype: DType): void {
    const { f } = this;
    if (dtype === 'int8') f.i32(24).op('i32x4.shl').i32(24).op('i32x4.shr_s');
    else if (dtype === 'int16') f.i32(16).op('i32x4.shl').i32(16).op('i32x4.shr_s');
    else if (dtype === 'uint8') f.i32(255).op('i32x4.splat', 'v128.and');
    else if (dtype === 'uint16') f.i32(65535).op('i32x4.splat', 'v128.and');
  }

  /** Lane by lane, as the scalar half does it. */
  private perLane(
    operands: readonly LaneOperand[],
    dtype: DType,
    half: number,
    write: (...operands: (() => void)[]) => void,
  ): void {
    const { f } = this;
    const type = laneType(dtype);
    const vectors = operands.map((operand) => {
      const local = f.local('v128');
      operand(half);
      f.set(local);
      return local;
    });
    const result = f.local('v128');
    const count = type === 'f64x2' ? 2 : 4;
    for (let lane = 0; lane < count; lane++) {
      f.get(result);
      write(
        ...vectors.map((vector) => () => void f.get(vector).lane(`${type}.extract_lane`, lane)),
      );
      f.lane(`${type}.replace_lane`, lane).set(result);
    }
    f.get(result);
  }

  unary(fn: UnaryFn, x: LaneOperand, dtype: DType, half: number): void {
    const { f } = this;
    const type = laneType(dtype);
    const isFloat = type !== 'i32x4';
    const instruction = isFloat ? FLOAT_UNARY[fn] : undefined;
    if (instruction !== undefined) {
      x(half);
      f.op(`${type}.${instruction}` as Opcode);
    } else if (fn === 'rsqrt' && type === 'f32x4') {
      this.reciprocalRoot(x);
    } else if (type === 'f32x4' && hasVectorCode(fn)) {
      x(half);
      this.math.unary(fn, 4);
    } else if (fn === 'sign' && isFloat) {
      this.sign(x, type, half);
    } else if (!isFloat && (fn === 'neg' || fn === 'abs')) {
      x(half);
      const signed = dtype.startsWith('int');
      if (fn === 'neg' || signed) f.op(`i32x4.${fn}`);
      this.keep(dtype);
    } else if (fn === 'not' && !isFloat) {
      x(half);
      f.i32(dtype === 'bool' ? 1 : -1).op('i32x4.splat', 'v128.xor');
      this.keep(dtype);
    } else if (!isFloat && (fn === 'floor' || fn === 'ceil' || fn === 'round')) {
      x(half);
    } else {
      this.perLane([x], dtype, half, (operand) => this.scalar.unary(fn, operand, dtype));
    }
  }

  private sign(x: LaneOperand, type: 'f32x4' | 'f64x2', half: number): void {
    const { f } = this;
    const value = f.local('v128');
    x(half);
    f.set(value);
    const splat = (number: number): void => {
      if (type === 'f32x4') f.f32(number).op('f32x4.splat');
      else f.f64(number).op('f64x2.splat');
    };
    // The sign bit of x on 1 where |x| > 0; else x itself: zeros and NaN.
    splat(1);
    f.get(value);
    splat(-0);
    f.op('v128.and', 'v128.or').get(value).get(value).op(`${type}.abs`);
    splat(0);
    f.op(`${type}.gt`, 'v128.bitselect');
  }

  /** In float64, so that it is rounded once. */
  private reciprocalRoot(x: LaneOperand): void {
    const { f } = this;
    const value = f.local('v128');
    x(0);
    f.set(value);
    for (const half of [0, 1]) {
      f.f64(1).op('f64x2.splat').get(value);
      if (half === 1) f.get(value).shuffle(2, 3, 2, 3);
      f.op('f64x2.promote_low_f32x4', 'f64x2.sqrt', 'f64x2.div', 'f32x4.demote_f64x2_zero');
    }
    f.shuffle(0, 1, 4, 5);
  }

  binary(fn: BinaryFn, a: LaneOperand, b: LaneOperand, dtype: DType, half: number): void {
    const { f } = this;
    const type = laneType(dtype);
    const isFloat = type !== 'i32x4';
    if (isFloat ? FLOAT_BINARY.has(fn) : fn === 'add' || fn === 'sub' || fn === 'mul') {
      a(half);
      b(half);
      f.op(`${type}.${fn}` as Opcode);
      if (!isFloat) this.keep(dtype);
    } else if (!isFloat && (fn === 'min' || fn === 'max')) {
      a(half);
      b(half);
      f.op(`i32x4.${fn}_${signOf(dtype)}`);
    } else if (BITWISE.has(fn)) {
      a(half);
      b(half);
      f.op(`v128.${fn}` as Opcode);
    } else if (fn === 'pow' && type === 'f32x4') {
      a(half);
      b(half);
      this.math.power(4);
    } else {
      this.perLane([a, b], dtype, half, (x, y) => this.scalar.binary(fn, x, y, dtype));
    }
  }

  /** A shift by one count for all lanes. */
  shift(fn: 'shl' | 'shr', x: LaneOperand, count: number, dtype: DType): void {
    const { f } = this;
    const masked = count & shiftMask(dtype);
    x(0);
    if (masked > 31) f.i32(31).op('i32x4.shr_s');
    else
      f.i32(masked).op(
        `i32x4.${fn === 'shl' ? 'shl' : dtype.startsWith('int') ? 'shr_s' : 'shr_u'}`,
      );
    if (masked > 31 && fn === 'shl') f.i32(0).op('i32x4.splat', 'v128.and');
    this.keep(dtype);
  }

  /** All bits of a lane are set where the comparison holds. */
  compare(fn: CompareFn, a: LaneOperand, b: LaneOperand, dtype: DType): void {
    const { f } = this;
    const type = laneType(dtype);
    const halves = type === 'f64x2' ? 2 : 1;
    for (let half = 0; half < halves; half++) {
      a(half);
      b(half);
      if (type !== 'i32x4') f.op(`${type}.${fn}`);
      else f.op(fn === 'eq' || fn === 'ne' ? `i32x4.${fn}` : `i32x4.${fn}_${signOf(dtype)}`);
    }
    if (halves === 2) f.shuffle(0, 2, 4, 6);
  }

  /** The mask of a test. */
  test(fn: 'isNan' | 'isFinite', x: LaneOperand, dtype: DType): void {
    const { f } = this;
    const type = laneType(dtype);
    if (type === 'i32x4') {
      f.i32(fn === 'isNan' ? 0 : -1).op('i32x4.splat');
      return;
    }
    const halves = type === 'f64x2' ? 2 : 1;
    for (let half = 0; half < halves; half++) {
      const value = f.local('v128');
      x(half);
      f.set(value).get(value).get(value);
      if (fn === 'isNan') {
        f.op(`${type}.ne`);
      } else {
        f.op(`${type}.sub`);
        if (type === 'f32x4') f.f32(0).op('f32x4.splat');
        else f.f64(0).op('f64x2.splat');
        f.op(`${type}.eq`);
      }
    }
    if (halves === 2) f.shuffle(0, 2, 4, 6);
  }

  select(mask: () => void, a: LaneOperand, b: LaneOperand, dtype: DType, half: number): void {
    const { f } = this;
    a(half);
    b(half);
    mask();
    if (dtype === 'float64') f.op(`i64x2.extend_${half === 0 ? 'low' : 'high'}_i32x4_s`);
    f.op('v128.bitselect');
  }

  cast(x: LaneOperand, from: DType, to: DType, half: number): void {
    const { f } = this;
    const [type, target] = [laneType(from), laneType(to)];
    if (from === to) {
      x(half);
    } else if (to === 'bool') {
      const zero = (): void => {
        if (type === 'i32x4') f.i32(0);
        else f[type === 'f32x4' ? 'f32' : 'f64'](0);
        f.op(`${type}.splat`);
      };
      this.compare('ne', x, zero, from);
      f.i32(1).op('i32x4.splat', 'v128.and');
    } else if (target === 'f64x2') {
      x(0);
      this.half(half);
      if (type === 'f32x4') f.op('f64x2.promote_low_f32x4');
      else f.op(`f64x2.convert_low_i32x4_${signOf(from)}`);
    } else if (target === 'f32x4') {
      if (type === 'f64x2') this.joined(x, 'f32x4.demote_f64x2_zero');
      else {
        x(0);
        f.op(`f32x4.convert_i32x4_${signOf(from)}`);
      }
    } else if (type === 'i32x4') {
      x(0);
      this.keep(to);
    } else {
      const sign = signOf(to);
      if (type === 'f64x2') this.joined(x, `i32x4.trunc_sat_f64x2_${sign}_zero`);
      else {
        x(0);
        f.op(`i32x4.trunc_sat_f32x4_${sign}`);
      }
      const range = NARROW[to];
      if (range === undefined) return;
      f.i32(range[1]).op('i32x4.splat', 'i32x4.min_s');
      f.i32(range[0]).op('i32x4.splat', 'i32x4.max_s');
    }
  }

  /** Brings a half of the vector on the stack to its lower lanes. */
  private half(half: number): void {
    if (half === 0) return;
    const { f } = this;
    const vector = f.local('v128');
    f.set(vector).get(vector).get(vector).shuffle(2, 3, 2, 3);
  }

  private joined(x: LaneOperand, conversion: Opcode): void {
    for (const half of [0, 1]) {
      x(half);
      this.f.op(conversion);
    }
    this.f.shuffle(0, 1, 4, 5);
  }

  bitcast(x: LaneOperand, from: DType, to: DType): void {
    const isWord = (dtype: DType): boolean => widthOf(dtype) === 4 && dtype !== 'int64';
    if (isWord(from) && isWord(to)) x(0);
    else if (laneType(from) === laneType(to) && from !== 'int64' && to !== 'int64') {
      x(0);
      this.keep(to);
    } else {
      // Refuses, with the reason.
      this.scalar.bitcast(from, to);
    }
  }
}
