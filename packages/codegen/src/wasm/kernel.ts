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
import { Lanes } from './lanes.ts';
import { VectorMath } from './math.ts';
import type { ValueType } from './opcodes.ts';
import { valueType, widthOf } from './dtypes.ts';
import { Scalar } from './scalar.ts';
import { VectorBody } from './vector-body.ts';
import type { LoopHost } from './vector-body.ts';
import { vectorizes } from './vectorize.ts';

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

class KernelWriter implements LoopHost {
  private readonly kernel: Kernel;
  readonly f: FunctionBuilder;
  readonly scalar: Scalar;
  readonly lanes: Lanes;
  private readonly entry: (number | string)[] = [];
  private readonly constants = new Map<string, number>();
  private readonly temporaries = new Map<string, number>();
  /** Counters of the open loops. */
  private readonly counters = new Map<number, number>();
  private readonly scopes: Scope[] = [{ loop: -1, prelude: [], hoisted: new Map() }];
  /** Scalar locals of the program, and how many loops were open where they got their value. */
  private readonly values = new Map<number, { local: number; dtype: DType; depth: number }>();
  private readonly vectorBody: VectorBody;

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
    this.vectorBody = new VectorBody(this);
  }

  write(): WasmFunction {
    const body = this.f.capture(() => this.block(this.kernel.body));
    this.f.append(this.entry).append(this.scopes[0].prelude).append(body);
    return this.f.finish();
  }

  get loop(): number {
    return this.scope.loop;
  }

  local(local: number): number {
    return this.values.get(local)!.local;
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
  constant(key: string, write: () => void): number {
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
  hoist(key: string, type: ValueType, write: () => void): number {
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
        this.writeLoop(statement);
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

  private writeLoop(statement: Loop): void {
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
      this.repeat(statement, 4, limit, size === undefined, () =>
        this.vectorBody.write(statement.body),
      );
      this.vectorBody.close();
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
    return !this.vectorBody.has(local) && this.values.get(local)!.depth < this.scopes.length;
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
  address(buffer: number, form: Form): void {
    this.position(form, widthOf(this.kernel.buffers[buffer].dtype), buffer);
  }

  /** base + position · width, with what does not move in this loop computed in front of it. */
  position(form: Form, width: number, base: number): void {
    const { f, scope } = this;
    const { loop } = scope;
    const fixed = form.terms.filter(({ local }) => this.isFixed(local));
    const moving = form.terms.filter(
      ({ local }) => !this.isFixed(local) && !this.vectorBody.has(local),
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
  value(expression: Expression): void {
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
}
