/**
 * A value at an index: either a load, or the expression of its node over the values of its
 * operands at the indices that the node asks for.
 */
import type { AnyNode, DType } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import type { Expression } from '../kernel.ts';
import type { Builder, Context } from './builder.ts';
import { evaluateMap } from './maps.ts';

/** The value at the context's index; computed once per context. */
export function evaluate(builder: Builder, value: number, context: Context): Expression {
  const known = context.known.get(value);
  if (known !== undefined) return known;
  const result = compute(builder, value, context);
  context.known.set(value, result);
  return result;
}

function compute(builder: Builder, value: number, context: Context): Expression {
  const { graph, placement, groupOf, scalars } = builder.input;
  const scalar = scalars.get(value);
  if (scalar !== undefined) {
    return { kind: 'literal', value: scalar, dtype: graph.avals[value].dtype };
  }
  const producer = placement.producer[value];
  if (producer < 0) return builder.load(value, context);
  const member = context.isBase && groupOf[producer] === builder.group;
  const role = placement.roles[producer];
  const fused = role === 'pointwise' || role === 'map';
  if (!fused || !(member || placement.inline[value] === 1)) return builder.load(value, context);
  const node = graph.nodes[producer];
  return role === 'map'
    ? evaluateMap(builder, node, context, evaluate)
    : evaluatePointwise(builder, node, context);
}

function evaluatePointwise(builder: Builder, node: AnyNode, context: Context): Expression {
  const { graph, target } = builder.input;
  const dtype = graph.avals[node.outputs[0]].dtype;
  if (node.op === 'full') {
    return { kind: 'literal', value: target.round(node.attrs.value, dtype), dtype };
  }
  if (node.op === 'iota') {
    const position = builder.position(context, context.index[node.attrs.axis]);
    return dtype === 'int32' ? position : named(builder, context, dtype, [position], cast(dtype));
  }
  const operands = node.inputs.map((input) => evaluate(builder, input, context));
  const from = graph.avals[node.inputs[0]].dtype;
  const isSame = (node.op === 'cast' || node.op === 'bitcast') && from === dtype;
  if (node.op === 'stopGradient' || isSame) return operands[0];
  const [x, y] = operands;
  if (node.op === 'compare' && x.kind !== 'compare' && y.kind !== 'compare') {
    // Unnamed: it is mostly the condition of a select, and costs nothing to write again.
    return apply(node, operands, from, dtype);
  }
  return named(builder, context, dtype, operands, () => apply(node, operands, from, dtype));
}

function apply(
  node: AnyNode,
  [a, b, c]: readonly Expression[],
  from: DType,
  dtype: DType,
): Expression {
  switch (node.op) {
    case 'unary':
      return { kind: 'unary', fn: node.attrs.fn, x: a, dtype: from };
    case 'binary':
      return { kind: 'binary', fn: node.attrs.fn, a, b, dtype };
    case 'compare':
      return { kind: 'compare', fn: node.attrs.fn, a, b, dtype: from };
    case 'select':
      return { kind: 'select', condition: a, a: b, b: c, dtype };
    case 'cast':
      return { kind: 'cast', x: a, from, to: dtype };
    case 'bitcast':
      return { kind: 'bitcast', x: a, from, to: dtype };
    default:
      throw new UnsupportedError(`op "${node.op}" cannot be evaluated inside a loop`);
  }
}

function cast(to: DType): (operands: readonly Expression[]) => Expression {
  return ([x]) => ({ kind: 'cast', x, from: 'int32', to });
}

function named(
  builder: Builder,
  context: Context,
  dtype: DType,
  operands: readonly Expression[],
  make: (operands: readonly Expression[]) => Expression,
): Expression {
  const mask = operands.reduce((all, operand) => all | builder.maskOf(operand), 0);
  return builder.name(context, dtype, make(operands), mask);
}
