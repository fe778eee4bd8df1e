/**
 * The statements of a kernel as WGSL. The base loops are not printed: a thread has the element it is
 * for in a variable and takes it apart; the loops of reductions run inside the thread, or however
 * {@link BodyOptions.reduce} prints them.
 */
import type { Expression, Form, Kernel, Statement } from '../kernel.ts';
import { formKey } from '../lower/form.ts';
import type { Bindings } from './bindings.ts';
import { valueType, wgslFunctions as wgsl } from './functions.ts';
import { isIdentity } from './nest.ts';
import type { Loops } from './nest.ts';
import type { Words } from './words.ts';

export type LoopStatement = Extract<Statement, { readonly kind: 'loop' }>;
type Store = Extract<Statement, { readonly kind: 'store' }>;

/** Where a body differs from one form of kernel to another. */
export interface BodyOptions {
  /** The variable that holds the element which the thread is for. */
  readonly element: string;
  /** The value of a buffer at the element, if it comes from elsewhere than from memory. */
  given?(buffer: number): string | undefined;
  /** Prints a store in another way than into memory; whether it did. */
  store?(body: Body, statement: Store): boolean;
  /** Prints a reduction loop in another way than as a loop; whether it did. */
  reduce?(body: Body, statement: LoopStatement): boolean;
}

/** Prints statements into lines. */
export class Body {
  readonly kernel: Kernel;
  readonly loops: Loops;
  readonly words: Words;
  readonly lines: string[] = [];
  private readonly bindings: Bindings;
  private readonly options: BodyOptions;
  private indent = 1;
  private readonly counters = new Map<number, string>();
  private readonly locals = new Map<number, string>();
  /** Names of positions by their key, per open block. */
  private readonly scopes: Map<string, string>[] = [new Map()];
  private positions = 0;

  constructor(
    kernel: Kernel,
    loops: Loops,
    bindings: Bindings,
    words: Words,
    options: BodyOptions,
  ) {
    this.kernel = kernel;
    this.loops = loops;
    this.bindings = bindings;
    this.words = words;
    this.options = options;
  }

  /** Prints the whole kernel for one element. */
  print(): void {
    this.split(this.options.element, this.loops.base);
    this.block(this.kernel.body);
  }

  line(text: string): void {
    this.lines.push('  '.repeat(this.indent) + text);
  }

  /** Lines inside a block that `open` begins. */
  nested(open: string, print: () => void, close = '}'): void {
    if (open !== '') this.line(open);
    this.indent++;
    this.scopes.push(new Map());
    print();
    this.scopes.pop();
    this.indent--;
    if (close !== '') this.line(close);
  }

  /** Takes a flat number apart into the counters of loops. */
  split(flat: string, loops: readonly number[]): void {
    let rest = flat;
    for (let depth = loops.length - 1; depth >= 0; depth--) {
      const name = `i${this.counters.size}`;
      this.counters.set(loops[depth], name);
      if (depth === 0) {
        this.line(`let ${name} = ${rest};`);
        return;
      }
      const size = this.words.add(this.loops.sizes[loops[depth]]);
      this.line(`let ${name} = ${rest} % ${size};`);
      this.line(`let n${name} = ${rest} / ${size};`);
      rest = `n${name}`;
    }
  }

  /** Prints statements; loops whose counters are known already only by their bodies. */
  block(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'loop':
        if (this.counters.has(statement.loop)) this.block(statement.body);
        else if (this.options.reduce?.(this, statement) !== true) this.loop(statement);
        break;
      case 'let':
        this.line(`let ${this.local(statement.local)} = ${this.value(statement.value)};`);
        break;
      case 'declare': {
        const type = valueType(statement.dtype);
        const name = this.local(statement.local);
        this.line(`var ${name}: ${type} = ${this.value(statement.value)};`);
        break;
      }
      case 'assign':
        this.line(`${this.local(statement.local)} = ${this.value(statement.value)};`);
        break;
      case 'store':
        if (this.options.store?.(this, statement) !== true) this.store(statement);
        break;
      case 'if':
        this.nested(
          `if (${this.condition(statement.condition)}) {`,
          () => this.block(statement.then),
          statement.otherwise.length > 0 ? '} else {' : '}',
        );
        if (statement.otherwise.length > 0) this.nested('', () => this.block(statement.otherwise));
        break;
    }
  }

  private loop(statement: LoopStatement): void {
    const size = this.words.add(statement.size);
    const name = `i${this.counters.size}`;
    this.counters.set(statement.loop, name);
    this.nested(`for (var ${name} = 0u; ${name} < ${size}; ${name}++) {`, () =>
      this.block(statement.body),
    );
    this.counters.delete(statement.loop);
  }

  /** Forgets the counters of loops that were taken apart. */
  close(loops: readonly number[]): void {
    for (const loop of loops) this.counters.delete(loop);
  }

  /** A store into memory. */
  store({ buffer, index, value }: Store): void {
    const text = this.bindings.stored(buffer, this.value(value));
    this.line(`${this.place(buffer, index)} = ${text};`);
  }

  local(number: number): string {
    let name = this.locals.get(number);
    if (name === undefined) {
      name = `t${this.locals.size}`;
      this.locals.set(number, name);
    }
    return name;
  }

  private place(buffer: number, index: Form): string {
    const at = this.position(index);
    return `${this.bindings.array(buffer)}[${this.bindings.offset(buffer, this.words)} + ${at}]`;
  }

  /** A position as a u32: a name, or a number. */
  private position(form: Form): string {
    if (isIdentity(form, this.loops)) return this.options.element;
    const key = formKey(form);
    for (const scope of this.scopes) {
      const known = scope.get(key);
      if (known !== undefined) return known;
    }
    const text = this.sum(form);
    if (!text.includes(' ')) return text;
    const name = `q${this.positions++}`;
    this.line(`let ${name} = ${text};`);
    this.scopes[this.scopes.length - 1].set(key, name);
    return name;
  }

  private sum(form: Form): string {
    const parts: string[] = [];
    // Reductions of rows and of columns are one text: it is compiled once, and that takes long.
    const plain = (this.kernel.reductions ?? []).length === 0;
    const add = (name: string, stride: number): void => {
      if (stride === 1 && plain) parts.push(name);
      else if (stride !== 0) parts.push(`${name} * ${this.words.add(stride)}`);
    };
    form.loops.forEach((stride, loop) => {
      // Loops of one iteration have no counter.
      const counter = this.counters.get(loop);
      if (counter !== undefined) add(counter, stride);
    });
    for (const { local, stride } of form.terms) add(`u32(${this.local(local)})`, stride);
    if (form.offset !== 0) parts.push(this.words.add(form.offset));
    return parts.join(' + ') || '0u';
  }

  value(expression: Expression): string {
    switch (expression.kind) {
      case 'literal':
        return this.words.add(expression.value, valueType(expression.dtype));
      case 'local':
        return this.local(expression.local);
      case 'load': {
        const { buffer, index } = expression;
        const given = isIdentity(index, this.loops) ? this.options.given?.(buffer) : undefined;
        return given ?? this.bindings.loaded(buffer, this.place(buffer, index));
      }
      case 'position':
        return `i32(${this.position(expression.index)})`;
      case 'unary': {
        const { fn, x, dtype } = expression;
        if (fn === 'isNan' || fn === 'isFinite') return wgsl.truth(this.condition(expression));
        return wgsl.unary[fn](this.value(x), dtype);
      }
      case 'binary': {
        const { fn, a, b, dtype } = expression;
        return wgsl.binary[fn](this.value(a), this.value(b), dtype);
      }
      case 'compare':
        return wgsl.truth(this.condition(expression));
      case 'select': {
        const { condition, a, b } = expression;
        return wgsl.select(this.condition(condition), this.value(a), this.value(b));
      }
      case 'cast':
        return wgsl.cast(this.value(expression.x), expression.from, expression.to);
      case 'bitcast':
        return wgsl.bitcast(this.value(expression.x), expression.from, expression.to);
    }
  }

  private condition(expression: Expression): string {
    if (expression.kind === 'compare') {
      const { fn, a, b, dtype } = expression;
      return wgsl.compare[fn](this.value(a), this.value(b), dtype);
    }
    if (expression.kind === 'unary') {
      const { fn, x, dtype } = expression;
      if (fn === 'isNan' || fn === 'isFinite') return wgsl.test[fn](this.value(x), dtype);
      if (fn === 'not' && dtype === 'bool') return wgsl.negate(this.condition(x));
    }
    if (expression.kind === 'binary' && expression.dtype === 'bool') {
      const { fn, a, b } = expression;
      if (fn === 'and') return wgsl.both(this.condition(a), this.condition(b));
      if (fn === 'or') return wgsl.either(this.condition(a), this.condition(b));
    }
    return wgsl.holds(this.value(expression));
  }
}
