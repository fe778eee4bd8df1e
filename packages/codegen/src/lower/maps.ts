/**
 * Index maps: ops that only say where to read. Affine ones rewrite the index; padding and
 * concatenation branch on it; gather and dynamicSlice add a computed part, clamped into range.
 */
import type { AnyNode, DType, OpName } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import type { Expression, Form, Statement } from '../kernel.ts';
import type { Branch, Builder, Context } from './builder.ts';
import { affine, fixed, plus, plusTerm } from './form.ts';

type Evaluate = (builder: Builder, value: number, context: Context) => Expression;

/** The value of an index map's result at the context's index. */
export function evaluateMap(
  builder: Builder,
  node: AnyNode,
  context: Context,
  evaluate: Evaluate,
): Expression {
  switch (node.op) {
    case 'pad':
      return evaluatePad(builder, node, context, evaluate);
    case 'concat':
      return evaluateConcat(builder, node, context, evaluate, 0, 0);
    case 'gather':
      return evaluate(builder, node.inputs[0], gathered(builder, node, context, evaluate));
    case 'dynamicSlice':
      return evaluate(builder, node.inputs[0], moved(builder, node, context, evaluate));
    default:
      return evaluate(builder, node.inputs[0], at(context, affineIndex(builder, node, context)));
  }
}

type Of<Op extends OpName> = Extract<AnyNode, { readonly op: Op }>;

/** The same place in the program, another index. */
function at(context: Context, index: readonly Form[]): Context {
  return { ...context, isBase: false, index, known: new Map() };
}

function affineIndex(builder: Builder, node: AnyNode, context: Context): Form[] {
  const loops = builder.sizes.length;
  const shape = builder.input.graph.avals[node.inputs[0]].shape;
  const out = context.index;
  switch (node.op) {
    case 'broadcast':
      return shape.map((size, i) => (size === 1 ? fixed(0, loops) : out[node.attrs.axes[i]]));
    case 'reshape': {
      const { shape: to } = node.attrs;
      let next = 0;
      return shape.map((size) => {
        if (size === 1) return fixed(0, loops);
        // An axis may be cut into several.
        let form = fixed(0, loops);
        for (let covered = 1; covered < size; next++) {
          if (to[next] === 1) continue;
          form = covered === 1 ? out[next] : plus(affine(form, to[next], 0), out[next]);
          covered *= to[next];
        }
        return form;
      });
    }
    case 'transpose': {
      const index = new Array<Form>(shape.length);
      node.attrs.permutation.forEach((axis, i) => (index[axis] = out[i]));
      return index;
    }
    case 'slice':
      return shape.map((_, i) => affine(out[i], node.attrs.strides[i], node.attrs.start[i]));
    case 'reverse': {
      const axes = new Set(node.attrs.axes);
      return shape.map((size, i) => (axes.has(i) ? affine(out[i], -1, size - 1) : out[i]));
    }
    default:
      throw new UnsupportedError(`op "${node.op}" is not an affine index map`);
  }
}

function compareTo(position: Expression, fn: 'lt' | 'ge', value: number): Expression {
  const b: Expression = { kind: 'literal', value, dtype: 'int32' };
  return { kind: 'compare', fn, a: position, b, dtype: 'int32' };
}

/** A branch whose statements go into `branch.statements`. */
function inBranch(context: Context, index: readonly Form[]): [Branch, Context] {
  const branch: Branch = {
    statements: [],
    loads: new Map(context.branch?.loads),
    mask: 0,
  };
  return [branch, { ...at(context, index), branch }];
}

/** Declares the result, and the `if` that gives it its value. */
function emitIf(
  builder: Builder,
  context: Context,
  dtype: DType,
  initial: Expression,
  condition: Expression,
  then: readonly [Branch, Expression],
  otherwise?: readonly [Branch, Expression],
): Expression {
  let mask = builder.maskOf(initial) | builder.maskOf(condition);
  const local = builder.newLocal(0);
  const [thenBody, otherwiseBody] = [then, otherwise].map((part): Statement[] => {
    if (part === undefined) return [];
    const [branch, value] = part;
    mask |= branch.mask | builder.maskOf(value);
    return [...branch.statements, { kind: 'assign', local, value }];
  });
  builder.widen(local, mask);
  builder.emit(context, mask, { kind: 'declare', local, dtype, value: initial });
  builder.emit(context, mask, { kind: 'if', condition, then: thenBody, otherwise: otherwiseBody });
  return { kind: 'local', local, dtype };
}

function evaluatePad(
  builder: Builder,
  node: Of<'pad'>,
  context: Context,
  evaluate: Evaluate,
): Expression {
  const { low, high } = node.attrs;
  const shape = builder.input.graph.avals[node.inputs[0]].shape;
  const scalar = evaluate(builder, node.inputs[1], at(context, []));
  const tests: Expression[] = [];
  const index = shape.map((size, i) => {
    const form = affine(context.index[i], 1, -low[i]);
    if (low[i] <= 0 && high[i] <= 0) return form;
    const position = builder.position(context, form);
    if (low[i] > 0) tests.push(compareTo(position, 'ge', 0));
    if (high[i] > 0) tests.push(compareTo(position, 'lt', size));
    return form;
  });
  if (tests.length === 0) return evaluate(builder, node.inputs[0], at(context, index));
  let mask = 0;
  for (const test of tests) if (test.kind === 'compare') mask |= builder.maskOf(test.a);
  const all = tests.reduce((a, b) => ({ kind: 'binary', fn: 'and', a, b, dtype: 'bool' }));
  const condition = builder.name(context, 'bool', all, mask);
  const [branch, inner] = inBranch(context, index);
  const value = evaluate(builder, node.inputs[0], inner);
  const { dtype } = builder.input.graph.avals[node.inputs[0]];
  return emitIf(builder, context, dtype, scalar, condition, [branch, value]);
}

/** Operand `operand` begins at `start` along the axis; the others follow in an else branch. */
function evaluateConcat(
  builder: Builder,
  node: Of<'concat'>,
  context: Context,
  evaluate: Evaluate,
  operand: number,
  start: number,
): Expression {
  const { axis } = node.attrs;
  const aval = builder.input.graph.avals[node.inputs[operand]];
  const end = start + aval.shape[axis];
  const index = context.index.map((form, i) => (i === axis ? affine(form, 1, -start) : form));
  if (operand === node.inputs.length - 1) {
    return evaluate(builder, node.inputs[operand], at(context, index));
  }
  const position = builder.position(context, context.index[axis]);
  const condition = compareTo(position, 'lt', end);
  const [thenBranch, thenContext] = inBranch(context, index);
  const then = evaluate(builder, node.inputs[operand], thenContext);
  const [elseBranch, elseContext] = inBranch(context, context.index);
  const otherwise = evaluateConcat(builder, node, elseContext, evaluate, operand + 1, end);
  const initial: Expression = { kind: 'literal', value: 0, dtype: aval.dtype };
  return emitIf(
    builder,
    context,
    aval.dtype,
    initial,
    condition,
    [thenBranch, then],
    [elseBranch, otherwise],
  );
}

/** An int32 value kept within [0, high]. */
function clamped(builder: Builder, context: Context, x: Expression, high: number): Expression {
  const literal = (value: number): Expression => ({ kind: 'literal', value, dtype: 'int32' });
  const below: Expression = { kind: 'binary', fn: 'min', a: x, b: literal(high), dtype: 'int32' };
  const value: Expression = { kind: 'binary', fn: 'max', a: below, b: literal(0), dtype: 'int32' };
  return builder.name(context, 'int32', value, builder.maskOf(x));
}

function computed(builder: Builder, position: Expression): Form {
  const origin = fixed(0, builder.sizes.length);
  return position.kind === 'local' ? plusTerm(origin, position.local, 1) : origin;
}

function gathered(
  builder: Builder,
  node: Of<'gather'>,
  context: Context,
  evaluate: Evaluate,
): Context {
  const { axis, batchDims } = node.attrs;
  const [x, indices] = node.inputs.map((input) => builder.input.graph.avals[input].shape);
  const spread = indices.length - batchDims;
  const out = context.index;
  const indexOfIndices = [...out.slice(0, batchDims), ...out.slice(axis, axis + spread)];
  const raw = evaluate(builder, node.inputs[1], at(context, indexOfIndices));
  const position = clamped(builder, context, raw, x[axis] - 1);
  const along = computed(builder, position);
  return at(context, [...out.slice(0, axis), along, ...out.slice(axis + spread)]);
}

function moved(
  builder: Builder,
  node: Of<'dynamicSlice'>,
  context: Context,
  evaluate: Evaluate,
): Context {
  const loops = builder.sizes.length;
  const shape = builder.input.graph.avals[node.inputs[0]].shape;
  const index = shape.map((size, i) => {
    const room = size - node.attrs.sizes[i];
    if (room === 0) return context.index[i];
    const raw = evaluate(builder, node.inputs[1], at(context, [fixed(i, loops)]));
    const start = clamped(builder, context, raw, room);
    return plus(context.index[i], computed(builder, start));
  });
  return at(context, index);
}
