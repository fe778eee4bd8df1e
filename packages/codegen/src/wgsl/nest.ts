/** What the printer asks of a loop nest: its own loops, their sizes, and where it reads. */
import type { Expression, Form, Kernel, Statement } from '../kernel.ts';

/** Loops of a kernel. */
export interface Loops {
  /** Loops around the stores, from the outer to the inner one: what threads share among them. */
  readonly base: readonly number[];
  /** Size of each loop. */
  readonly sizes: readonly number[];
  /** Elements of every result. */
  readonly length: number;
}

/** Finds the loops of a kernel. */
export function loopsOf(kernel: Kernel): Loops {
  const sizes = new Array<number>(kernel.loops).fill(1);
  const base: number[] = [];
  const visit = (statements: readonly Statement[], isBase: boolean): void => {
    for (const statement of statements) {
      if (statement.kind !== 'loop') continue;
      sizes[statement.loop] = statement.size;
      const own = isBase && stores(statement.body);
      if (own) base.push(statement.loop);
      visit(statement.body, own);
    }
  };
  visit(kernel.body, true);
  return { base, sizes, length: base.reduce((all, loop) => all * sizes[loop], 1) };
}

function stores(statements: readonly Statement[]): boolean {
  return statements.some(
    (statement) =>
      statement.kind === 'store' || (statement.kind === 'loop' && stores(statement.body)),
  );
}

/** Whether a position is that of the element an iteration of the base loops is for. */
export function isIdentity(form: Form, { base, sizes }: Loops): boolean {
  if (form.offset !== 0 || form.terms.length > 0) return false;
  const expected = new Array<number>(form.loops.length).fill(0);
  let stride = 1;
  for (let depth = base.length - 1; depth >= 0; depth--) {
    expected[base[depth]] = stride;
    stride *= sizes[base[depth]];
  }
  return form.loops.every((coefficient, loop) => coefficient === expected[loop]);
}

/** How many statements there are, those inside others included. */
export function countStatements(statements: readonly Statement[]): number {
  return statements.reduce((count, statement) => {
    if (statement.kind === 'loop') return count + countStatements(statement.body);
    if (statement.kind !== 'if') return count + 1;
    return count + countStatements(statement.then) + countStatements(statement.otherwise);
  }, 0);
}

/** Calls `visit` with every access to memory, and with positions used as numbers (buffer −1). */
export function visitForms(
  statements: readonly Statement[],
  visit: (form: Form, buffer: number) => void,
): void {
  const expression = (x: Expression): void => {
    switch (x.kind) {
      case 'load':
        visit(x.index, x.buffer);
        break;
      case 'position':
        visit(x.index, -1);
        break;
      case 'unary':
      case 'cast':
      case 'bitcast':
        expression(x.x);
        break;
      case 'binary':
      case 'compare':
        expression(x.a);
        expression(x.b);
        break;
      case 'select':
        expression(x.condition);
        expression(x.a);
        expression(x.b);
        break;
      case 'literal':
      case 'local':
        break;
    }
  };
  for (const statement of statements) {
    switch (statement.kind) {
      case 'loop':
        visitForms(statement.body, visit);
        break;
      case 'if':
        expression(statement.condition);
        visitForms(statement.then, visit);
        visitForms(statement.otherwise, visit);
        break;
      case 'store':
        visit(statement.index, statement.buffer);
        expression(statement.value);
        break;
      default:
        expression(statement.value);
    }
  }
}
