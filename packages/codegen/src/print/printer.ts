/**
 * Kernel program → text, through a dialect. The only cleverness is in addresses: the part of an
 * index that does not change in the innermost loop is named once outside it.
 */
import type { Expression, Form, Kernel, Statement } from '../kernel.ts';
import type { Dialect } from './dialect.ts';

/** The text of a kernel. Equal kernels have equal texts, so texts can key a cache. */
export function printKernel(kernel: Kernel, dialect: Dialect, name: string): string {
  return new Printer(kernel, dialect).print(name);
}

/** Names of the buffers: what is read, what is written, what accumulates. */
function bufferNames(kernel: Kernel): string[] {
  const prefix = { read: 'a', write: 'out', scratch: 'sum' };
  const count = { read: 0, write: 0, scratch: 0 };
  return kernel.buffers.map(({ use }) => `${prefix[use]}${count[use]++}`);
}

class Printer {
  private readonly kernel: Kernel;
  private readonly dialect: Dialect;
  private readonly buffers: readonly string[];
  private readonly lines: string[] = [];
  private indent = 1;
  /** Names of hoisted address parts by their text, per open block. */
  private readonly scopes: Map<string, string>[] = [new Map()];
  private readonly defined = new Set<number>();
  /** The innermost open loop, −1 outside. */
  private inner = -1;
  /** Names of the open loops: by depth, so that equal kernels of different ranks are one text. */
  private readonly counters = new Map<number, string>();
  private addresses = 0;

  constructor(kernel: Kernel, dialect: Dialect) {
    this.kernel = kernel;
    this.dialect = dialect;
    this.buffers = bufferNames(kernel);
  }

  print(name: string): string {
    const { kernel, dialect, buffers } = this;
    this.block(kernel.body);
    return dialect.kernel(name, buffers, kernel.buffers, this.lines.join('\n'));
  }

  private line(text: string): void {
    this.lines.push('  '.repeat(this.indent) + text);
  }

  private block(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private nested(statements: readonly Statement[]): void {
    this.indent++;
    this.scopes.push(new Map());
    this.block(statements);
    this.scopes.pop();
    this.indent--;
  }

  private statement(statement: Statement): void {
    const { dialect } = this;
    switch (statement.kind) {
      case 'loop':
        this.loop(statement);
        break;
      case 'let':
        this.line(
          dialect.immutable(`t${statement.local}`, statement.dtype, this.value(statement.value)),
        );
        this.defined.add(statement.local);
        break;
      case 'declare':
        this.line(
          dialect.mutable(`t${statement.local}`, statement.dtype, this.value(statement.value)),
        );
        this.defined.add(statement.local);
        break;
      case 'assign':
        this.line(dialect.assign(`t${statement.local}`, this.value(statement.value)));
        break;
      case 'store': {
        const [buffer, index] = [this.buffers[statement.buffer], this.position(statement.index)];
        this.line(dialect.store(buffer, index, this.value(statement.value), statement.dtype));
        break;
      }
      case 'if':
        this.line(dialect.if(this.condition(statement.condition)));
        this.nested(statement.then);
        if (statement.otherwise.length > 0) {
          this.line(dialect.else);
          this.nested(statement.otherwise);
        }
        this.line(dialect.end);
        break;
    }
  }

  private loop(statement: Extract<Statement, { readonly kind: 'loop' }>): void {
    const { dialect, kernel } = this;
    const outer = this.inner;
    this.inner = statement.loop;
    for (const form of formsIn(statement.body)) this.hoist(form);
    const first = kernel.buffers.findIndex((buffer) => buffer.use === 'write');
    const size = kernel.flat ? dialect.length(this.buffers[first]) : String(statement.size);
    const name = `i${this.counters.size}`;
    this.counters.set(statement.loop, name);
    this.line(dialect.loop(name, size));
    this.nested(statement.body);
    this.line(dialect.end);
    this.counters.delete(statement.loop);
    this.inner = outer;
  }

  /** Names the part of a position that is fixed within the loop about to open. */
  private hoist(form: Form): void {
    const { fixed, parts } = this.split(form);
    if (parts < 2) return;
    if (this.scopes.some((scope) => scope.has(fixed))) return;
    const name = `p${this.addresses++}`;
    this.line(this.dialect.immutable(name, 'int32', fixed));
    this.scopes[this.scopes.length - 1].set(fixed, name);
  }

  /** A position as text: the part fixed in the innermost loop, and the part that moves. */
  private split(form: Form): { fixed: string; parts: number; moving: string[] } {
    const fixed: string[] = [];
    const moving: string[] = [];
    let products = 0;
    const add = (target: string[], name: string, stride: number): void => {
      if (stride !== 1 && target === fixed) products++;
      target.push(stride === 1 ? name : `${name} * ${stride}`);
    };
    form.loops.forEach((stride, loop) => {
      if (stride === 0) return;
      // The loop about to open has no name yet; what moves with it is not named outside it.
      const name = this.counters.get(loop) ?? '';
      add(loop === this.inner ? moving : fixed, name, stride);
    });
    for (const { local, stride } of form.terms) {
      if (stride !== 0) add(this.defined.has(local) ? fixed : moving, `t${local}`, stride);
    }
    if (form.offset !== 0) fixed.push(String(form.offset));
    return { fixed: fixed.join(' + '), parts: fixed.length + products, moving };
  }

  private position(form: Form): string {
    const { fixed, moving } = this.split(form);
    const known = this.scopes.map((scope) => scope.get(fixed)).find((name) => name !== undefined);
    const parts = known === undefined ? (fixed === '' ? [] : [fixed]) : [known];
    return [...parts, ...moving].join(' + ') || '0';
  }

  private value(expression: Expression): string {
    const { dialect } = this;
    switch (expression.kind) {
      case 'literal':
        return dialect.literal(expression.value, expression.dtype);
      case 'local':
        return `t${expression.local}`;
      case 'load': {
        const index = this.position(expression.index);
        return dialect.load(this.buffers[expression.buffer], index, expression.dtype);
      }
      case 'position': {
        const text = this.position(expression.index);
        return text.includes(' ') ? `(${text})` : text;
      }
      case 'unary':
        if (expression.fn === 'isNan' || expression.fn === 'isFinite') {
          return dialect.truth(this.condition(expression));
        }
        return dialect.unary[expression.fn](this.value(expression.x), expression.dtype);
      case 'binary': {
        const { fn, a, b, dtype } = expression;
        return dialect.binary[fn](this.value(a), this.value(b), dtype);
      }
      case 'compare':
        return dialect.truth(this.condition(expression));
      case 'select': {
        const { condition, a, b } = expression;
        if (rectifies(expression)) return dialect.rectify(this.value(b));
        return dialect.select(this.condition(condition), this.value(a), this.value(b));
      }
      case 'cast':
        return dialect.cast(this.value(expression.x), expression.from, expression.to);
      case 'bitcast':
        return dialect.bitcast(this.value(expression.x), expression.from, expression.to);
    }
  }

  private condition(expression: Expression): string {
    const { dialect } = this;
    if (expression.kind === 'compare') {
      return dialect.compare[expression.fn](this.value(expression.a), this.value(expression.b));
    }
    if (expression.kind === 'unary') {
      const { fn, x } = expression;
      if (fn === 'isNan' || fn === 'isFinite') return dialect.test[fn](this.value(x));
      if (fn === 'not' && expression.dtype === 'bool') return dialect.negate(this.condition(x));
    }
    if (expression.kind === 'binary' && expression.dtype === 'bool') {
      const { fn, a, b } = expression;
      if (fn === 'and') return dialect.both(this.condition(a), this.condition(b));
      if (fn === 'or') return dialect.either(this.condition(a), this.condition(b));
    }
    return dialect.holds(this.value(expression));
  }
}

/** Whether a selection is `x <= 0 ? 0 : x` of a float32. */
function rectifies({ condition, a, b, dtype }: Extract<Expression, { kind: 'select' }>): boolean {
  return (
    dtype === 'float32' &&
    condition.kind === 'compare' &&
    condition.fn === 'le' &&
    b.kind === 'local' &&
    condition.a.kind === 'local' &&
    condition.a.local === b.local &&
    a.kind === 'literal' &&
    Object.is(a.value, 0) &&
    condition.b.kind === 'literal' &&
    condition.b.value === 0
  );
}

/** Positions used directly in a loop's body, not in the loops inside it. */
function formsIn(statements: readonly Statement[]): Form[] {
  const forms: Form[] = [];
  const visit = (expression: Expression): void => {
    switch (expression.kind) {
      case 'load':
      case 'position':
        forms.push(expression.index);
        break;
      case 'binary':
      case 'compare':
        visit(expression.a);
        visit(expression.b);
        break;
      case 'unary':
      case 'cast':
      case 'bitcast':
        visit(expression.x);
        break;
      case 'select':
        visit(expression.condition);
        visit(expression.a);
        visit(expression.b);
        break;
      case 'literal':
      case 'local':
        break;
    }
  };
  for (const statement of statements) {
    if (statement.kind === 'loop') continue;
    if (statement.kind === 'if') {
      visit(statement.condition);
      forms.push(...formsIn(statement.then), ...formsIn(statement.otherwise));
      continue;
    }
    visit(statement.value);
    if (statement.kind === 'store') forms.push(statement.index);
  }
  return forms;
}
