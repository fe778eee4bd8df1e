/**
 * Reductions inside a kernel. The order in which elements are added is row-major over the reduced
 * axes for every element of the result, whatever the loops around it: fused and alone give equal
 * bits. If the innermost axis is kept, a row of accumulators is swept so that reading stays
 * contiguous; otherwise one local accumulates.
 */
import type { AnyNode, DType } from '@addax/core';
import type { Accumulator, Expression, Form, Statement } from '../kernel.ts';
import type { Target } from '../target.ts';
import type { Builder, Context, Draft, Section } from './builder.ts';
import { evaluate } from './evaluate.ts';
import { counter, fixed, flatten } from './form.ts';

type ReduceNode = Extract<AnyNode, { readonly op: 'reduce' | 'argReduce' }>;

/** Reductions that run in one loop nest: same operand shape, same axes. */
export interface Nest {
  readonly nodes: readonly ReduceNode[];
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  /** Loops over the reduced axes. */
  readonly loops: readonly number[];
}

/** The kernel's own loops. */
export interface Base {
  readonly context: Context;
  /** Shape of the kernel's values. */
  readonly shape: readonly number[];
  /** Loop of each axis, −1 for axes of size 1. */
  readonly loopOfAxis: readonly number[];
}

/** The reduced axes of a node. */
export function reducedAxes(node: ReduceNode): readonly number[] {
  return node.op === 'reduce' ? node.attrs.axes : [node.attrs.axis];
}

/** How many of the base loops are swept: those that walk axes behind the last reduced one. */
export function sweptLoops(nest: Nest, target: Target): number {
  if (target.rowAccumulators === false) return 0;
  const last = Math.max(-1, ...nest.axes);
  return nest.shape.slice(last + 1).filter((size) => size !== 1).length;
}

/** Where an accumulator lives: a local, or an element of a row in scratch memory. */
interface Cell {
  readonly local: number;
  readonly buffer: number;
  readonly index: Form | undefined;
  readonly dtype: DType;
}

/** Emits the nest and makes the results known at the base index; says what accumulates. */
export function emitNest(builder: Builder, nest: Nest, base: Base): Accumulator[] {
  const path = base.context.section.path;
  const trailing = sweptLoops(nest, builder.input.target);
  const prefix = path.length - trailing;
  const swept = path.slice(prefix);
  const own: Section = {
    path: [...path.slice(0, prefix), ...nest.loops, ...swept],
    blocks: [
      ...base.context.section.blocks.slice(0, prefix + 1),
      ...[...nest.loops, ...swept].map((): Draft[] => []),
    ],
    loads: new Map(),
    isBase: false,
  };
  const outer = own.blocks[prefix];
  const context = nestContext(builder, nest, base, own);
  const innermost = own.blocks[own.path.length];
  const row = rowIndex(builder, swept);
  const length = swept.reduce((all, loop) => all * builder.sizes[loop], 1);
  const mask = path.reduce((bits, loop) => bits | (1 << loop), 0);
  const results: [number, Expression][] = [];
  const updates: Statement[] = [];
  const starts: Statement[] = [];
  const accumulators: Accumulator[] = [];
  const cell = (dtype: DType, initial: number): Cell => {
    const value: Expression = { kind: 'literal', value: initial, dtype };
    if (trailing === 0) {
      const local = builder.newLocal(mask);
      outer.push({ kind: 'declare', local, dtype, value });
      return { local, buffer: -1, index: undefined, dtype };
    }
    const buffer = builder.addBuffer({ value: -1, use: 'scratch', dtype, length, aligned: false });
    starts.push({ kind: 'store', buffer, index: row, value, dtype });
    return { local: -1, buffer, index: row, dtype };
  };
  for (const node of nest.nodes) {
    const x = evaluate(builder, node.inputs[0], context);
    const result =
      node.op === 'reduce'
        ? accumulate(builder, node, x, cell, updates, accumulators)
        : argAccumulate(builder, node, x, context, cell, updates, accumulators);
    results.push([node.outputs[0], result]);
  }
  innermost.push(...updates);
  if (starts.length > 0) outer.push({ kind: 'section', section: sweep(swept, starts), depth: 0 });
  outer.push({ kind: 'section', section: own, depth: prefix });
  for (const [value, result] of results) {
    const dtype = builder.input.graph.avals[value].dtype;
    base.context.known.set(value, builder.name(base.context, dtype, result, mask));
  }
  return accumulators;
}

/** The index of the operand: kept axes follow the kernel, reduced ones the nest. */
function nestContext(builder: Builder, nest: Nest, base: Base, section: Section): Context {
  const count = builder.sizes.length;
  let kept = 0;
  let reduced = 0;
  const index = nest.shape.map((size, axis) => {
    if (nest.axes.includes(axis)) {
      return size === 1 ? fixed(0, count) : counter(nest.loops[reduced++], count);
    }
    return base.context.index[kept++];
  });
  return { section, branch: undefined, isBase: false, index, known: new Map() };
}

/** Position in a row of accumulators: row-major over the swept loops. */
function rowIndex(builder: Builder, swept: readonly number[]): Form {
  const count = builder.sizes.length;
  const index = swept.map((loop) => counter(loop, count));
  const shape = swept.map((loop) => builder.sizes[loop]);
  return builder.use(flatten(index, shape, count));
}

/** Statements inside the swept loops alone. */
function sweep(swept: readonly number[], statements: Statement[]): Section {
  const blocks = [...swept.map((): Draft[] => []), statements];
  return { path: swept, blocks, loads: new Map(), isBase: false };
}

function read(cell: Cell): Expression {
  return cell.index === undefined
    ? { kind: 'local', local: cell.local, dtype: cell.dtype }
    : { kind: 'load', buffer: cell.buffer, index: cell.index, dtype: cell.dtype };
}

function write(cell: Cell, value: Expression): Statement {
  return cell.index === undefined
    ? { kind: 'assign', local: cell.local, value }
    : { kind: 'store', buffer: cell.buffer, index: cell.index, value, dtype: cell.dtype };
}

function converted(x: Expression, from: DType, to: DType): Expression {
  return from === to ? x : { kind: 'cast', x, from, to };
}

const ARITHMETIC = { sum: 'add', prod: 'mul', min: 'min', max: 'max' } as const;
const LOGICAL = { sum: 'or', prod: 'and', min: 'and', max: 'or' } as const;

function accumulate(
  builder: Builder,
  node: Extract<ReduceNode, { readonly op: 'reduce' }>,
  x: Expression,
  cell: (dtype: DType, initial: number) => Cell,
  updates: Statement[],
  accumulators: Accumulator[],
): Expression {
  const { graph, target } = builder.input;
  const dtype = graph.avals[node.inputs[0]].dtype;
  const { fn } = node.attrs;
  const isExtreme = fn === 'min' || fn === 'max';
  const type = isExtreme ? dtype : target.accumulator(dtype);
  const [lowest, highest] = target.range(dtype);
  const initial = { sum: 0, prod: 1, min: highest, max: lowest }[fn];
  const total = cell(type, initial);
  const operation = dtype === 'bool' ? LOGICAL[fn] : ARITHMETIC[fn];
  const value: Expression = {
    kind: 'binary',
    fn: operation,
    a: read(total),
    b: converted(x, dtype, type),
    dtype: type,
  };
  updates.push(write(total, value));
  accumulators.push({ kind: 'fold', local: total.local, dtype: type, fn: operation });
  return converted(read(total), type, dtype);
}

/** The first extreme wins; a NaN is more extreme than any number. */
function argAccumulate(
  builder: Builder,
  node: Extract<ReduceNode, { readonly op: 'argReduce' }>,
  x: Expression,
  context: Context,
  cell: (dtype: DType, initial: number) => Cell,
  updates: Statement[],
  accumulators: Accumulator[],
): Expression {
  const { graph, target } = builder.input;
  const dtype = graph.avals[node.inputs[0]].dtype;
  const [lowest, highest] = target.range(dtype);
  const best = cell(dtype, node.attrs.fn === 'max' ? lowest : highest);
  const where = cell('int32', 0);
  const fn = node.attrs.fn === 'max' ? 'gt' : 'lt';
  const better: Expression = { kind: 'compare', fn, a: x, b: read(best), dtype };
  const isFloat = lowest === -Infinity;
  const nan = (value: Expression): Expression => ({ kind: 'unary', fn: 'isNan', x: value, dtype });
  const both = (fn: 'and' | 'or', a: Expression, b: Expression): Expression => {
    return { kind: 'binary', fn, a, b, dtype: 'bool' };
  };
  const fresh = both('and', nan(x), {
    kind: 'unary',
    fn: 'not',
    x: nan(read(best)),
    dtype: 'bool',
  });
  accumulators.push({
    kind: 'extreme',
    best: best.local,
    position: where.local,
    dtype,
    fn,
  });
  const position = builder.use(context.index[node.attrs.axis]);
  updates.push({
    kind: 'if',
    condition: isFloat ? both('or', better, fresh) : better,
    then: [write(best, x), write(where, { kind: 'position', index: position, dtype: 'int32' })],
    otherwise: [],
  });
  return read(where);
}

/** Loops over the axes of a nest that are longer than 1, appended to the kernel's loops. */
export function nestLoops(
  builder: Builder,
  shape: readonly number[],
  axes: readonly number[],
): number[] {
  const loops: number[] = [];
  for (const axis of [...axes].sort((a, b) => a - b)) {
    if (shape[axis] === 1) continue;
    loops.push(builder.sizes.length);
    builder.sizes.push(shape[axis]);
  }
  return loops;
}
