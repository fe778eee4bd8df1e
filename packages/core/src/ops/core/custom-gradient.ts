/** Gradients by hand, and derivatives along a direction. */
import { vjp } from '../../autodiff/vjp.ts';
import { isFloat } from '../../dtypes.ts';
import { ArgumentError } from '../../errors.ts';
import type { SymbolicTensor } from '../../symbolic/symbolic-tensor.ts';
import type { Operand } from '../../tensor/operand.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { replay } from '../../trace/replay.ts';
import { withSource } from '../../trace/source.ts';
import { traceBody, traceGraph } from '../../trace/trace.ts';
import { toTensor } from '../apply.ts';
import * as primitives from '../primitives/functions.ts';
import { range } from '../values.ts';
import { checkAlike, type Flat, flattened } from './structure.ts';

/** What a function with its own gradient gives: the result, and from its cotangent those of x. */
export type WithGradient = readonly [
  output: Tensor,
  gradient: (upstream: Tensor) => Tensor | readonly Tensor[],
];

type Concrete = Exclude<Operand, SymbolicTensor>;

/**
 * A function whose gradient is given by hand.
 *
 * @param f From tensors to the result and a function from its cotangent to those of the tensors.
 *   What both use from outside gets no gradient.
 *
 * @example
 * const log1pexp = ops.customGradient((x) => {
 *   const e = ops.exp(x);
 *   return [ops.log(e.add(1)), (upstream) => upstream.mul(e.div(e.add(1)))];
 * });
 */
export function customGradient(f: (...x: Tensor[]) => WithGradient): (...x: Concrete[]) => Tensor {
  const op = 'customGradient';
  return (...operands) => withSource(op, () => bindWithGradient(f, operands.map(toTensor)));
}

function bindWithGradient(f: (...x: Tensor[]) => WithGradient, inputs: Tensor[]): Tensor {
  const avals = inputs.map((one) => one.aval);
  const forward = traceBody(avals, (values) => [checked(f(...values))[0]]);
  const output = forward.graph.avals[forward.graph.outputs[0]!]!;
  const floats = avals.map(({ dtype }) => isFloat(dtype));
  // It runs the function again for what the gradient keeps from it; what is unused is dropped.
  const backward = traceBody([...avals, output], (values) => {
    const found = flattened(
      'customGradient',
      checked(f(...values.slice(0, -1)))[1](values.at(-1)!),
    );
    const all = found.tensors;
    const wanted = all.length === inputs.length ? all.filter((_, i) => floats[i]) : all;
    const expected = avals.filter((_, i) => floats[i]);
    checkAlike(
      'customGradient',
      'the gradient gives',
      wanted.map((one) => one.aval),
      expected,
    );
    return wanted;
  });
  const captures = [...new Set([...forward.captures, ...backward.captures])];
  const outside = captures.map((one) => one.aval);
  const pick = (from: readonly Tensor[], values: readonly Tensor[]): Tensor[] =>
    from.map((one) => values[captures.indexOf(one)]!);
  const body = traceGraph([...outside, ...avals], (values) =>
    replay(forward.graph, [...pick(forward.captures, values), ...values.slice(captures.length)]),
  );
  const grad = traceGraph([...outside, ...avals, output, output], (values) => {
    const own = values.slice(captures.length, captures.length + inputs.length);
    const operands = [...pick(backward.captures, values), ...own, values.at(-1)!];
    const zeros = outside
      .filter(({ dtype }) => isFloat(dtype))
      .map(({ shape, dtype }) => primitives.full(shape, 0, dtype));
    return [...zeros, ...replay(backward.graph, operands)];
  });
  const operands = [...captures, ...inputs];
  return primitives.call(
    operands,
    'customGradient',
    body,
    {},
    isFloat(output.dtype) ? grad : undefined,
  )[0]!;
}

function checked(result: WithGradient): WithGradient {
  if (Array.isArray(result) && result[0] instanceof Tensor && typeof result[1] === 'function') {
    return result;
  }
  throw new ArgumentError('customGradient: the function must give [output, gradient function].');
}

/**
 * The value of a function and its derivative along a direction (forward mode).
 *
 * @param fun From tensors to a structure of float tensors.
 * @param primals Where.
 * @param tangents The direction, one tensor per primal.
 * @returns The value, and the derivative in the same structure.
 */
export function jvp<R>(
  fun: (...primals: Tensor[]) => R,
  primals: readonly Concrete[],
  tangents: readonly Concrete[],
): [value: R, tangent: R] {
  const op = 'jvp';
  return withSource(op, () => {
    const inputs = primals.map(toTensor);
    const directions = tangents.map(toTensor);
    const avals = inputs.map((one) => one.aval);
    checkAlike(
      op,
      'the tangents are',
      directions.map((one) => one.aval),
      avals,
    );
    let shape: Flat | undefined;
    const body = traceBody(avals, (values) => (shape = flattened(op, fun(...values))).tensors);
    const operands = [...body.captures, ...inputs];
    const first = body.captures.length;
    const wrt = range(operands.length).slice(first);
    const outputs = range(body.graph.outputs.length);
    // The gradient is linear in its cotangents; its own gradient by them is the forward derivative.
    const gradient = vjp(body.graph, wrt, outputs);
    const linear = outputs.map((i) => operands.length + i);
    const forward = vjp(gradient, linear, range(wrt.length));
    const values = replay(body.graph, operands);
    const zeros = values.map((one) => primitives.fullLike(one, 0));
    const derivative = replay(forward, [...operands, ...zeros, ...directions]);
    return [shape!.rebuild(values) as R, shape!.rebuild(derivative) as R];
  });
}
