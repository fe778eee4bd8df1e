/**
 * Builds the body of one kernel. Statements are put where all they depend on is known and no
 * deeper: what does not vary with an inner loop is computed outside it.
 */
import type { DType, Graph } from '@addax/core';
import type { Placement } from '../fuse/placement.ts';
import type { Expression, Form, Statement } from '../kernel.ts';
import type { Target } from '../target.ts';
import { flatten, formKey } from './form.ts';

/** What lowering reads of the whole plan. */
export interface LowerInput {
  readonly graph: Graph;
  readonly placement: Placement;
  readonly groupOf: Int32Array;
  /** The value whose memory a value lives in (itself, unless it is a reshape). */
  readonly roots: Int32Array;
  /** Values of one-element constants. */
  readonly scalars: ReadonlyMap<number, number>;
  readonly target: Target;
}

/** A statement, or the loops of another section from a depth inwards. */
export type Draft =
  Statement | { readonly kind: 'section'; readonly section: Section; readonly depth: number };

/** A loop path with the statements of each depth: `blocks[d]` runs inside the first d loops. */
export interface Section {
  readonly path: readonly number[];
  readonly blocks: Draft[][];
  /** Loads already made, by buffer and position. */
  readonly loads: Map<string, Expression>;
  readonly isBase: boolean;
}

/** Statements under a condition. */
export interface Branch {
  readonly statements: Statement[];
  readonly loads: Map<string, Expression>;
  mask: number;
}

/** An index vector at which values of one shape are computed, and where their statements go. */
export interface Context {
  readonly section: Section;
  readonly branch: Branch | undefined;
  /** The kernel's own loops at its own shape: members of the group are computed here. */
  readonly isBase: boolean;
  readonly index: readonly Form[];
  readonly known: Map<number, Expression>;
}

/** A buffer parameter while the kernel is built; `value` is −1 for scratch. */
export interface BufferDraft {
  readonly value: number;
  readonly use: 'read' | 'write' | 'scratch';
  readonly dtype: DType;
  readonly length: number;
  aligned: boolean;
}

/** The kernel under construction. */
export class Builder {
  readonly input: LowerInput;
  readonly group: number;
  /** Sizes of the loops; merging multiplies them up. */
  readonly sizes: number[] = [];
  readonly buffers: BufferDraft[] = [];
  /** Every position used, for the merging of loops. */
  readonly forms: Form[] = [];
  /** The loops each local depends on, as bits. */
  private readonly masks: number[] = [];
  private readonly readers = new Map<number, number>();
  /** Key of the position of the element that an iteration of the base loops writes. */
  private identity = '';

  constructor(input: LowerInput, group: number) {
    this.input = input;
    this.group = group;
  }

  setIdentity(index: readonly Form[], shape: readonly number[]): void {
    this.identity = formKey(flatten(index, shape, this.sizes.length));
  }

  maskOf(expression: Expression): number {
    if (expression.kind === 'compare') return this.maskOf(expression.a) | this.maskOf(expression.b);
    return expression.kind === 'local' ? this.masks[expression.local] : 0;
  }

  formMask(form: Form): number {
    let mask = 0;
    form.loops.forEach((coefficient, loop) => {
      if (coefficient !== 0) mask |= 1 << loop;
    });
    for (const term of form.terms) mask |= this.masks[term.local];
    return mask;
  }

  /** Adds a statement that depends on the loops in `mask`. */
  emit(context: Context, mask: number, statement: Statement): void {
    if (context.branch !== undefined) {
      context.branch.statements.push(statement);
      context.branch.mask |= mask;
      return;
    }
    const { path, blocks } = context.section;
    let depth = path.length;
    while (depth > 0 && (mask & (1 << path[depth - 1])) === 0) depth--;
    blocks[depth].push(statement);
  }

  newLocal(mask: number): number {
    this.masks.push(mask);
    return this.masks.length - 1;
  }

  /** Later statements that read the local depend on these loops too. */
  widen(local: number, mask: number): void {
    this.masks[local] |= mask;
  }

  /** A named value. */
  name(context: Context, dtype: DType, value: Expression, mask: number): Expression {
    const local = this.newLocal(mask);
    this.emit(context, mask, { kind: 'let', local, dtype, value });
    return { kind: 'local', local, dtype };
  }

  use(form: Form): Form {
    this.forms.push(form);
    return form;
  }

  /** Reads a stored value at the context's index. */
  load(value: number, context: Context): Expression {
    const { graph, roots } = this.input;
    const aval = graph.avals[value];
    const buffer = this.reader(roots[value], aval.dtype, aval.shape);
    const index = flatten(context.index, aval.shape, this.sizes.length);
    const position = formKey(index);
    const key = `${buffer}:${position}`;
    const known = context.branch?.loads.get(key) ?? context.section.loads.get(key);
    if (known !== undefined) return known;
    this.use(index);
    if (!context.section.isBase || position !== this.identity) {
      this.buffers[buffer].aligned = false;
    }
    const expression: Expression = { kind: 'load', buffer, index, dtype: aval.dtype };
    const result = this.name(context, aval.dtype, expression, this.formMask(index));
    (context.branch ?? context.section).loads.set(key, result);
    return result;
  }

  /** The position itself as a number. */
  position(context: Context, form: Form): Expression {
    this.use(form);
    const expression: Expression = { kind: 'position', index: form, dtype: 'int32' };
    return this.name(context, 'int32', expression, this.formMask(form));
  }

  addBuffer(draft: BufferDraft): number {
    this.buffers.push(draft);
    return this.buffers.length - 1;
  }

  private reader(value: number, dtype: DType, shape: readonly number[]): number {
    const known = this.readers.get(value);
    if (known !== undefined) return known;
    const length = shape.reduce((a, b) => a * b, 1);
    const buffer = this.addBuffer({ value, use: 'read', dtype, length, aligned: true });
    this.readers.set(value, buffer);
    return buffer;
  }
}
