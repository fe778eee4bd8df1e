/**
 * The body of a loop for four iterations at once: the statements of {@link vectorizes} loops, each
 * value a vector. What is the same in all iterations is spread over the lanes in front of the loop.
 */
import type { DType } from '@addax/core';
import type { Expression, Form, Statement } from '../kernel.ts';
import type { FunctionBuilder } from './assembler.ts';
import { widthOf } from './dtypes.ts';
import { laneType } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import type { ValueType } from './opcodes.ts';
import type { Scalar } from './scalar.ts';
import { reductionOf } from './vectorize.ts';
import type { Reduction } from './vectorize.ts';

/** What the body needs of the kernel around it. */
export interface LoopHost {
  readonly f: FunctionBuilder;
  readonly scalar: Scalar;
  readonly lanes: Lanes;
  /** The innermost open loop. */
  readonly loop: number;
  /** Writes a scalar. */
  value(expression: Expression): void;
  /** Writes the address of the first lane's element, without parts that differ by lane. */
  address(buffer: number, form: Form): void;
  /** base + position · width, likewise. */
  position(form: Form, width: number, base: number): void;
  /** A local that gets its value in front of the loop. */
  hoist(key: string, type: ValueType, write: () => void): number;
  /** A vector that is loaded once, at the beginning of the function. */
  constant(key: string, write: () => void): number;
  /** The scalar local of a local of the program. */
  local(local: number): number;
}

/** A value in lanes: one vector, or two for float64. */
type Vectors = readonly number[];

/** Writes vector bodies, one loop at a time. */
export class VectorBody {
  private readonly host: LoopHost;
  private readonly f: FunctionBuilder;
  private readonly scalar: Scalar;
  private readonly lanes: Lanes;
  /** Locals of the program in the loop that is open. */
  private readonly vectors = new Map<number, Vectors>();

  constructor(host: LoopHost) {
    this.host = host;
    this.f = host.f;
    this.scalar = host.scalar;
    this.lanes = host.lanes;
  }

  /** Whether a local of the program is a vector here. */
  has(local: number): boolean {
    return this.vectors.has(local);
  }

  /** The loop is closed: its locals are gone. */
  close(): void {
    this.vectors.clear();
  }

  write(statements: readonly Statement[]): void {
    const { f } = this;
    for (const statement of statements) {
      if (statement.kind === 'let') {
        const made = halves(statement.dtype).map((half) => {
          this.vector(statement.value, half);
          const local = f.local('v128');
          f.set(local);
          return local;
        });
        this.vectors.set(statement.local, made);
      } else if (statement.kind === 'store') {
        for (const half of halves(statement.dtype)) {
          this.host.address(statement.buffer, statement.index);
          this.vector(statement.value, half);
          this.lanes.store(statement.dtype, half);
        }
      } else if (statement.kind === 'assign') {
        this.reduce(reductionOf(statement)!);
      }
    }
  }

  /** Takes four values into a scalar: sums in order, extremes in any. */
  private reduce({ local, fn, x, dtype }: Reduction): void {
    const { f, lanes, scalar, host } = this;
    const total = host.local(local);
    const type = laneType(dtype);
    const vector = f.local('v128');
    for (const half of halves(dtype)) {
      this.vector(x, half);
      f.set(vector);
      const isExtreme = (fn === 'min' || fn === 'max') && type !== 'f64x2';
      if (isExtreme) {
        for (const [a, b, c, d] of [
          [2, 3, 0, 1],
          [1, 0, 3, 2],
        ]) {
          const own = (): void => void f.get(vector);
          const other = (): void => void f.get(vector).get(vector).shuffle(a, b, c, d);
          lanes.binary(fn, own, other, dtype, 0);
          f.set(vector);
        }
      }
      const count = isExtreme ? 1 : type === 'f64x2' ? 2 : 4;
      for (let lane = 0; lane < count; lane++) {
        const own = (): void => void f.get(total);
        const next = (): void => void f.get(vector).lane(`${type}.extract_lane`, lane);
        scalar.binary(fn, own, next, dtype);
        f.set(total);
      }
    }
  }

  /** Writes a vector: four lanes, or a half of a float64. */
  private vector(expression: Expression, half: number): void {
    const { f, lanes } = this;
    switch (expression.kind) {
      case 'literal': {
        const { value, dtype } = expression;
        const key = `${laneType(dtype)} ${Object.is(value, -0) ? '-0' : value}`;
        f.get(this.host.constant(key, () => this.splat(expression)));
        break;
      }
      case 'local': {
        const known = this.vectors.get(expression.local);
        if (known !== undefined) f.get(known[known.length === 2 ? half : 0]);
        else {
          f.get(this.host.hoist(`splat ${expression.local}`, 'v128', () => this.splat(expression)));
        }
        break;
      }
      case 'load':
        this.loadVector(expression, half);
        break;
      case 'position':
        this.positions(expression.index);
        break;
      case 'unary': {
        const { fn, x, dtype } = expression;
        if (fn === 'isNan' || fn === 'isFinite') this.truth(expression);
        else lanes.unary(fn, (part) => this.vector(x, part), dtype, half);
        break;
      }
      case 'binary':
        this.binaryVector(expression, half);
        break;
      case 'compare':
        this.truth(expression);
        break;
      case 'select': {
        const { condition, a, b, dtype } = expression;
        const [x, y] = [a, b].map((part) => (at: number) => this.vector(part, at));
        lanes.select(() => this.mask(condition), x, y, dtype, half);
        break;
      }
      case 'cast':
        lanes.cast((at) => this.vector(expression.x, at), expression.from, expression.to, half);
        break;
      case 'bitcast':
        lanes.bitcast((at) => this.vector(expression.x, at), expression.from, expression.to);
        break;
    }
  }

  private splat(expression: Extract<Expression, { kind: 'literal' | 'local' }>): void {
    this.host.value(expression);
    this.lanes.splat(expression.dtype);
  }

  private binaryVector(expression: Extract<Expression, { kind: 'binary' }>, half: number): void {
    const { fn, a, b, dtype } = expression;
    const operand = (x: Expression) => (at: number) => this.vector(x, at);
    const isShift = fn === 'shl' || fn === 'shr';
    if (isShift && b.kind === 'literal') this.lanes.shift(fn, operand(a), b.value, dtype);
    else this.lanes.binary(fn, operand(a), operand(b), dtype, half);
  }

  /** A condition as 0 or 1 per lane. */
  private truth(expression: Expression): void {
    this.mask(expression);
    this.f.get(this.host.constant('i32x4 1', () => this.f.i32(1).op('i32x4.splat'))).op('v128.and');
  }

  /** A condition as all or no bits per lane. */
  private mask(expression: Expression): void {
    const { f, lanes } = this;
    if (expression.kind === 'compare') {
      const { fn, a, b, dtype } = expression;
      lanes.compare(
        fn,
        (at) => this.vector(a, at),
        (at) => this.vector(b, at),
        dtype,
      );
    } else if (
      expression.kind === 'unary' &&
      (expression.fn === 'isNan' || expression.fn === 'isFinite')
    ) {
      lanes.test(expression.fn, (at) => this.vector(expression.x, at), expression.dtype);
    } else {
      this.vector(expression, 0);
      f.get(this.host.constant('i32x4 0', () => f.i32(0).op('i32x4.splat'))).op('i32x4.ne');
    }
  }

  private loadVector(
    { buffer, index, dtype }: Extract<Expression, { kind: 'load' }>,
    half: number,
  ): void {
    const { f, lanes, scalar } = this;
    const stride = index.loops[this.host.loop];
    const varying = index.terms.filter(({ local }) => this.vectors.has(local));
    if (varying.length === 0 && stride === 1) {
      this.host.address(buffer, index);
      lanes.load(dtype, half);
      return;
    }
    if (varying.length === 0 && stride === 0) {
      this.host.address(buffer, index);
      scalar.load(dtype);
      lanes.splat(dtype);
      return;
    }
    const type = laneType(dtype);
    const width = widthOf(dtype);
    const [start, result] = [f.local('i32'), f.local('v128')];
    this.host.address(buffer, index);
    f.set(start);
    const count = type === 'f64x2' ? 2 : 4;
    for (let i = 0; i < count; i++) {
      const lane = i + count * half;
      f.get(result).get(start);
      if (lane * stride !== 0) f.i32(lane * stride * width).op('i32.add');
      for (const { local, stride: step } of varying) {
        f.get(this.vectors.get(local)![0]).lane('i32x4.extract_lane', lane);
        f.i32(step * width).op('i32.mul', 'i32.add');
      }
      scalar.load(dtype);
      f.lane(`${type}.replace_lane`, i).set(result);
    }
    f.get(result);
  }

  /** The position of each lane. */
  private positions(form: Form): void {
    const { f } = this;
    const stride = form.loops[this.host.loop];
    this.host.position(form, 1, -1);
    f.op('i32x4.splat');
    if (stride !== 0) {
      const ramp = Int32Array.of(0, stride, 2 * stride, 3 * stride);
      f.get(this.host.constant(`ramp ${stride}`, () => f.v128(ramp))).op('i32x4.add');
    }
    for (const { local, stride: step } of form.terms) {
      const vectors = this.vectors.get(local);
      if (vectors === undefined) continue;
      f.get(vectors[0]).i32(step).op('i32x4.splat', 'i32x4.mul', 'i32x4.add');
    }
  }
}

function halves(dtype: DType): readonly number[] {
  return dtype === 'float64' ? [0, 1] : [0];
}
