/**
 * What all composites share: the body that defines one is traced once per operand avals and options,
 * and every use binds `call` with it. Nobody writes their gradients: those are the vjp of the body.
 */
import type { DType } from '../../dtypes.ts';
import type { Graph, Json } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { traceGraph } from '../../trace/trace.ts';
import { range } from '../primitives/check.ts';
import * as functions from '../primitives/functions.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';

/** Static arguments of a composite; they stand in the graph, so they are plain data. */
export type CompositeOptions = Readonly<Record<string, Json>>;

/** The definition, in primitives. */
export type Definition<Options extends CompositeOptions> = (
  ops: PrimitiveFunctions,
  inputs: readonly Tensor[],
  options: Options,
) => readonly Tensor[];

const bodies = new Map<string, Graph>();
const MOST_BODIES = 1024;

/** Applies a composite; `define` must depend on its arguments only. */
export function composite<Options extends CompositeOptions>(
  name: string,
  inputs: readonly Tensor[],
  options: Options,
  define: Definition<Options>,
): Tensor[] {
  let key = `${name} ${JSON.stringify(options)}`;
  for (const { aval } of inputs) key += ` ${aval.id}`;
  let body = bodies.get(key);
  if (body === undefined) {
    const avals = inputs.map((input) => input.aval);
    body = traceGraph(avals, (values) => define(functions, values, options));
    // The oldest goes: a body is quickly traced again.
    if (bodies.size >= MOST_BODIES) bodies.delete(bodies.keys().next().value!);
    bodies.set(key, body);
  }
  return functions.call(inputs, name, body, options);
}

/** A reduced value stretched back over the axes that the reduction removed. */
export function stretch(
  ops: PrimitiveFunctions,
  reduced: Tensor,
  shape: readonly number[],
  axes: readonly number[],
): Tensor {
  const kept = range(shape.length).filter((axis) => !axes.includes(axis));
  return ops.broadcast(reduced, shape, kept);
}

/** The mean over axes, which are removed. */
export function mean(ops: PrimitiveFunctions, x: Tensor, axes: readonly number[]): Tensor {
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  const total = ops.sum(x, axes);
  return ops.div(total, ops.fullLike(total, count));
}

/** The dtype in which a composite computes: at least float32. */
export function wide(dtype: DType): DType {
  return dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype;
}

/** x in the dtype in which composites compute. */
export function widen(ops: PrimitiveFunctions, x: Tensor): Tensor {
  return ops.cast(x, wide(x.dtype));
}

/** x times a number. */
export function scaled(ops: PrimitiveFunctions, x: Tensor, factor: number): Tensor {
  return ops.mul(x, ops.fullLike(x, factor));
}

/** Axes as a list; negative ones count from the end. */
export function axisList(axis: number | readonly number[], rank: number): number[] {
  const axes = typeof axis === 'number' ? [axis] : [...axis];
  return axes.map((item) => (item < 0 ? item + rank : item)).sort((p, q) => p - q);
}
