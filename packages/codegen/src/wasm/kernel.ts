/**
 * Kernel program → WebAssembly function. Buffers are byte addresses; a flat kernel also takes the
 * number of elements, so that one function serves every size. Innermost loops whose statements allow
 * it run four iterations at a time, the rest (and all other loops) one by one; either way every
 * element sees the same operations in the same order, so blocking never changes a bit.
 */
import type { DType } from '@addax/core';
import type { Expression, Form, Kernel, Statement } from '../kernel.ts';
import { FunctionBuilder } from './assembler.ts';
import type { WasmFunction } from './assembler.ts';
import { Lanes, laneType } from './lanes.ts';
import { VectorMath } from './math.ts';
import type { ValueType } from './opcodes.ts';
import { Scalar, valueType, widthOf } from './scalar.ts';
import { reductionOf, vectorizes } from './vectorize.ts';
import type { Reduction } from './vectorize.ts';

/** The WebAssembly function of a kernel. */
export function wasmKernel(kernel: Kernel): WasmFunction {
  return new KernelWriter(kernel).write();
}

type Loop = Extract<Statement, { readonly kind: 'loop' }>;

/** An open loop (or the whole function): what is computed in front of it. */
interface Scope {
  readonly loop: number;
  readonly prelude: (number | string)[];
  /** Locals of addresses and splats made in the prelude. */
  readonly hoisted: Map<string, number>;
}

/** A value in lanes: one vector, or two for float64. */
type Vectors = readonly number[];

class KernelWriter {
  private readonly kernel: Kernel;
  private readonly f: FunctionBuilder;
  private readonly scalar: Scalar;
  private readonly lanes: Lanes;
  private readonly entry: (number | string)[] = [];
  private readonly constants = new Map<string, number>();
  private readonly temporaries = new Map<string, number>();
  /** Counters of the open loops. */
  private readonly counters = new Map<number, number>();
  private readonly scopes: Scope[] = [{ loop: -1, prelude: [], hoisted: new Map() }];
  /** Scalar locals of the program, and how many loops were open where they got their value. */
  private readonly values = new Map<number, { local: number; dtype: DType; depth: number }>();
  /** Locals of the program in the vector loop that is open. */
  private readonly vectors = new Map<number, Vectors>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    const parameters: ValueType[] = kernel.buffers.map(() => 'i32');
    if (kernel.flat) parameters.push('i32');
    this.f = new FunctionBuilder(parameters);
    const math = new VectorMath({
      f: this.f,
      constant: (value) =>
        this.constant(`f64 ${Object.is(value, -0) ? '-0' : value}`, () => {
          this.f.v128(Float64Array.of(value, value));
        }),
      bits: (value) =>
        this.constant(`i64 ${value}`, () => {
          this.f.v128(BigInt64Array.of(value, value));
        }),
      temporary: (name) => this.temporary(name),
    });
    this.scalar = new Scalar(this.f, math);
    this.lanes = new Lanes(this.f, this.scalar, math);
  }

  write(): WasmFunction {
    const body = this.f.capture(() => this.block(this.kernel.body));
    this.f.append(this.entry).append(this.scopes[0].prelude).append(body);
    return this.f.finish();
  }

  private get scope(): Scope {
    return this.scopes[this.scopes.length - 1];
  }

  private temporary(name: string): number {
    let local = this.temporaries.get(name);
    if (local === undefined) this.temporaries.set(name, (local = this.f.local('v128')));
    return local;
  }

  /** A vector that is loaded once, at the beginning of the function. */
  private constant(key: string, write: () => void): number {
    let local = this.constants.get(key);
    if (local === undefined) {
      this.constants.set(key, (local = this.f.local('v128')));
      const code = this.f.capture(write);
      const store = this.f.capture(() => this.f.set(local!));
      for (const item of [...code, ...store]) this.entry.push(item);
    }
    return local;
  }

  /** A local that gets its value in front of the innermost open loop. */
  private hoist(key: string, type: ValueType, write: () => void): number {
    const { hoisted, prelude } = this.scope;
    let local = hoisted.get(key);
    if (local === undefined) {
      hoisted.set(key, (local = this.f.local(type)));
      const code = this.f.capture(() => {
        write();
        this.f.set(local!);
      });
      for (const item of code) prelude.push(item);
    }
    return local;
  }

  private block(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    const { f } = this;
    switch (statement.kind) {
      case 'loop':
        this.loop(statement);
        break;
      case 'let':
      case 'declare':
        this.value(statement.value);
        f.set(this.define(statement.local, statement.dtype));
        break;
      case 'assign':
        this.value(statement.value);
        f.set(this.values.get(statement.local)!.local);
        break;
      case 'store':
        this.address(statement.buffer, statement.index);
        this.value(statement.value);
        this.scalar.store(statement.dtype);
        break;
      case 'if':
        this.value(statement.condition);
        f.open('if');
        this.block(statement.then);
        if (statement.otherwise.length > 0) {
          f.else();
          this.block(statement.otherwise);
        }
        f.end();
        break;
    }
  }

  private define(local: number, dtype: DType): number {
    const known = this.values.get(local);
    if (known !== undefined) {
      // The rest of a vector loop writes its locals a second time.
      this.values.set(local, { ...known, depth: this.scopes.length });
      return known.local;
    }
    const made = this.f.local(valueType(dtype));
    this.values.set(local, { local: made, dtype, depth: this.scopes.length });
    return made;
  }

  private loop(statement: Loop): void {
    const { f, kernel } = this;
    const counter = f.local('i32');
    this.counters.set(statement.loop, counter);
    const size = kernel.flat ? undefined : statement.size;
    const count = kernel.buffers.length;
    f.i32(0).set(counter);
    if (vectorizes(statement, kernel) && (size === undefined || size >= 4)) {
      let limit: () => void = () => f.i32(size! & -4);
      if (size === undefined) {
        const blocks = f.local('i32');
        f.get(count).i32(-4).op('i32.and').set(blocks);
        limit = () => f.get(blocks);
      }
      this.repeat(statement, 4, limit, size === undefined, () => this.vectorBody(statement.body));
      this.vectors.clear();
      if (size !== undefined && size % 4 === 0) {
        this.counters.delete(statement.loop);
        return;
      }
    }
    const limit = (): void => void (size === undefined ? f.get(count) : f.i32(size));
    const guarded = size === undefined || size === 0;
    this.repeat(statement, 1, limit, guarded, () => this.block(statement.body));
    this.counters.delete(statement.loop);
  }

  /** Repeats `body` while the counter is below the limit. */
  private repeat(
    { loop }: Loop,
    step: number,
    limit: () => void,
    guarded: boolean,
    body: () => void,
  ): void {
    const { f } = this;
    const counter = this.counters.get(loop)!;
    this.scopes.push({ loop, prelude: [], hoisted: new Map() });
    const code = f.capture(body);
    const { prelude } = this.scopes.pop()!;
    if (guarded) {
      f.get(counter);
      limit();
      f.op('i32.lt_s').open('if');
    }
    f.append(prelude).open('loop').append(code);
    f.get(counter).i32(step).op('i32.add').tee(counter);
    limit();
    f.op('i32.lt_s').branch('br_if', 0).end();
    if (guarded) f.end();
  }

  /** Whether a local has its value in front of the innermost open loop. */
  private isFixed(local: number): boolean {
    return !this.vectors.has(local) && this.values.get(local)!.depth < this.scopes.length;
  }

  /** Adds a position · width to the number on the stack; `skip` is a loop to leave out. */
  private addPosition(form: Form, width: number, skip: number, terms: Form['terms']): void {
    const { f } = this;
    const add = (local: number, stride: number): void => {
      f.get(local);
      if (stride * width !== 1) f.i32(stride * width).op('i32.mul');
      f.op('i32.add');
    };
    if (form.offset !== 0) f.i32(form.offset * width).op('i32.add');
    form.loops.forEach((stride, loop) => {
      if (stride !== 0 && loop !== skip) add(this.counters.get(loop)!, stride);
    });
    for (const { local, stride } of terms) {
      if (stride !== 0) add(this.values.get(local)!.local, stride);
    }
  }

  /** The address of an element (of the first lane's, without parts that differ by lane). */
  private address(buffer: number, form: Form): void {
    this.position(form, widthOf(this.kernel.buffers[buffer].dtype), buffer);
  }

  /** base + position · width, with what does not move in this loop computed in front of it. */
  private position(form: Form, width: number, base: number): void {
    const { f, scope } = this;
    const { loop } = scope;
    const fixed = form.terms.filter(({ local }) => this.isFixed(local));
    const moving = form.terms.filter(
      ({ local }) => !this.isFixed(local) && !this.vectors.has(local),
    );
    const stride = loop < 0 ? 0 : form.loops[loop];
    const rest = form.loops.map((value, i) => (i === loop ? 0 : value));
    const terms = fixed.map((term) => `${term.local}*${term.stride}`);
    const key = `${base} ${width} ${form.offset} ${rest.join()} ${terms.join()}`;
    const start = this.hoist(key, 'i32', () => {
      if (base < 0) f.i32(0);
      else f.get(base);
      this.addPosition(form, width, loop, fixed);
    });
    f.get(start);
    if (stride !== 0) {
      f.get(this.counters.get(loop)!);
      if (stride * width !== 1) f.i32(stride * width).op('i32.mul');
      f.op('i32.add');
    }
    this.addPosition({ offset: 0, loops: [], terms: [] }, width, -1, moving);
  }

  /** Writes a scalar. */
  private value(expression: Expression): void {
    const { f, scalar } = this;
    switch (expression.kind) {
      case 'literal':
        scalar.literal(expression.value, expression.dtype);
        break;
      case 'local':
        f.get(this.values.get(expression.local)!.local);
        break;
      case 'load':
        this.address(expression.buffer, expression.index);
        scalar.load(expression.dtype);
        break;
      case 'position':
        this.position(expression.index, 1, -1);
        break;
      case 'unary':
        scalar.unary(expression.fn, () => this.value(expression.x), expression.dtype);
        break;
      case 'binary': {
        const { fn, a, b, dtype } = expression;
        scalar.binary(
          fn,
          () => this.value(a),
          () => this.value(b),
          dtype,
        );
        break;
      }
      case 'compare': {
        const { fn, a, b, dtype } = expression;
        scalar.compare(
          fn,
          () => this.value(a),
          () => this.value(b),
          dtype,
        );
        break;
      }
      case 'select':
        this.value(expression.a);
        this.value(expression.b);
        this.value(expression.condition);
        f.op('select');
        break;
      case 'cast':
        this.value(expression.x);
        scalar.cast(expression.from, expression.to);
        break;
      case 'bitcast':
        this.value(expression.x);
        scalar.bitcast(expression.from, expression.to);
        break;
    }
  }

  // Four iterations at a time.

  private vectorBody(statements: readonly Statement[]): void {
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
          this.address(statement.buffer, statement.index);
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
    const { f, lanes, scalar } = this;
    const total = this.values.get(local)!.local;
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
        f.get(this.constant(key, () => this.splat(expression)));
        break;
      }
      case 'local': {
        const known = this.vectors.get(expression.local);
        if (known !== undefined) f.get(known[known.length === 2 ? half : 0]);
        else {
          f.get(this.hoist(`splat ${expression.local}`, 'v128', () => this.splat(expression)));
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
    this.value(expression);
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
    this.f.get(this.constant('i32x4 1', () => this.f.i32(1).op('i32x4.splat'))).op('v128.and');
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
      f.get(this.constant('i32x4 0', () => f.i32(0).op('i32x4.splat'))).op('i32x4.ne');
    }
  }

  private loadVector(
    { buffer, index, dtype }: Extract<Expression, { kind: 'load' }>,
    half: number,
  ): void {
    const { f, lanes, scalar } = this;
    const stride = index.loops[this.scope.loop];
    const varying = index.terms.filter(({ local }) => this.vectors.has(local));
    if (varying.length === 0 && stride === 1) {
      this.address(buffer, index);
      lanes.load(dtype, half);
      return;
    }
    if (varying.length === 0 && stride === 0) {
      this.address(buffer, index);
      scalar.load(dtype);
      lanes.splat(dtype);
      return;
    }
    const type = laneType(dtype);
    const width = widthOf(dtype);
    const [start, result] = [f.local('i32'), f.local('v128')];
    this.address(buffer, index);
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
    const stride = form.loops[this.scope.loop];
    this.position(form, 1, -1);
    f.op('i32x4.splat');
    if (stride !== 0) {
      const ramp = Int32Array.of(0, stride, 2 * stride, 3 * stride);
      f.get(this.constant(`ramp ${stride}`, () => f.v128(ramp))).op('i32x4.add');
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
