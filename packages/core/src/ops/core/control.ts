/**
 * Loops and branches over structures of tensors. Their functions are traced into graphs of their
 * own; what they use from outside is captured. They run eagerly and inside a trace.
 */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Aval, Graph } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { replay } from '../../trace/replay.ts';
import { withSource } from '../../trace/source.ts';
import { traceBody, traceGraph } from '../../trace/trace.ts';
import type { Variable } from '../../variable.ts';
import { toTensor } from '../apply.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAlike, type Flat, flattened } from './structure.ts';

/** A predicate as a bool scalar. */
function predicateOf(op: string, pred: unknown): Tensor {
  const { tensors } = flattened(op, pred);
  const value = tensors[0];
  if (value === undefined || tensors.length !== 1 || value.size !== 1) {
    throw new ShapeError(`${op}: the condition must be one boolean.`);
  }
  return primitives.reshape(primitives.cast(value, 'bool'), []);
}

/**
 * The result of one of two functions.
 *
 * @param pred A boolean scalar.
 * @param trueFn Called for true; both must give structures of the same shapes and dtypes.
 * @param falseFn Called for false.
 */
export function cond<R>(
  pred: Tensor | Variable | boolean | number,
  trueFn: () => R,
  falseFn: () => R,
): R {
  if (typeof pred === 'boolean') return pred ? trueFn() : falseFn();
  return withSource('cond', () => branches('cond', predicateOf('cond', pred), trueFn, falseFn));
}

function branches<R>(op: string, predicate: Tensor, trueFn: () => R, falseFn: () => R): R {
  let shape: Flat | undefined;
  const traced = [trueFn, falseFn].map((fn) =>
    traceBody([], () => {
      const flat = flattened(op, fn());
      shape ??= flat;
      return flat.tensors;
    }),
  ) as [Body, Body];
  checkAlike(op, 'the second branch gives', outputAvals(traced[1]), outputAvals(traced[0]));
  const captures = union(traced);
  const [then, otherwise] = traced.map((body) => withCaptures(body, captures, []));
  const outputs = primitives.cond(predicate, captures, then!, otherwise!);
  return shape!.rebuild(outputs) as R;
}

/**
 * The result of the function at an index, which clamps to the list. Called `switch` in `ops`.
 *
 * @param index An integer scalar.
 * @param branchList Functions of the operands, with results of the same shapes and dtypes.
 */
function switchCase<A extends readonly unknown[], R>(
  index: Tensor | Variable | number,
  branchList: readonly ((...operands: A) => R)[],
  ...operands: A
): R {
  if (branchList.length === 0) throw new ArgumentError('switch: give at least one branch.');
  const last = branchList.length - 1;
  if (typeof index === 'number') {
    return branchList[Math.min(Math.max(Math.trunc(index), 0), last)]!(...operands);
  }
  return withSource('switch', () => {
    const place = primitives.reshape(primitives.cast(toTensor(index), 'int32'), []);
    const from = (i: number): R => {
      const branch = (): R => branchList[i]!(...operands);
      if (i === last) return branch();
      const here = primitives.compare('le', place, primitives.full([], i, 'int32'));
      return branches('switch', here, branch, () => from(i + 1));
    };
    return from(0);
  });
}
export { switchCase as switch };

/** Options of {@link whileLoop}. */
export interface WhileLoopOptions {
  /** Stop after so many steps. */
  readonly maximumIterations?: number | null | undefined;
}

/** The arguments of a loop's functions: the elements of an array, or the one structure. */
export type LoopArguments<V> = V extends readonly unknown[] ? V : readonly [V];

/**
 * A loop that runs while a condition holds. It has no gradient; `scan` has one.
 *
 * @param cond From the loop variables to a boolean scalar.
 * @param body From the loop variables to the next ones, of the same shapes and dtypes.
 * @param loopVars An array of structures, or one structure.
 *
 * @example
 * const [i, y] = ops.whileLoop((i) => ops.less(i, 5), (i, y) => [i.add(1), y.mul(2)], [start, x]);
 */
export function whileLoop<const V>(
  cond: (...loopVars: LoopArguments<V>) => Tensor | boolean,
  body: (...loopVars: LoopArguments<V>) => V,
  loopVars: V,
  options: WhileLoopOptions = {},
): V {
  checkOptions('whileLoop', options, 'maximumIterations');
  const op = 'whileLoop';
  return withSource(op, () => {
    const initial = flattened(op, loopVars);
    const limit = options.maximumIterations ?? undefined;
    const counter = limit === undefined ? [] : [primitives.full([], 0, 'int32')];
    const carries = [...initial.tensors, ...counter];
    const avals = carries.map((one) => one.aval);
    const argumentsOf = (values: readonly Tensor[]): LoopArguments<V> => {
      const structure = initial.rebuild(values);
      return (Array.isArray(loopVars) ? structure : [structure]) as LoopArguments<V>;
    };
    const test = traceBody(avals, (values) => {
      const holds = predicateOf(op, cond(...argumentsOf(values)));
      if (limit === undefined) return [holds];
      const most = primitives.full([], limit, 'int32');
      return [primitives.binary('and', holds, primitives.compare('lt', values.at(-1)!, most))];
    });
    const step = traceBody(avals, (values) => {
      const next = flattened(op, body(...argumentsOf(values))).tensors;
      if (limit === undefined) return next;
      return [...next, primitives.add(values.at(-1)!, primitives.full([], 1, 'int32'))];
    });
    checkAlike(op, 'the body gives', outputAvals(step), avals);
    const captures = union([test, step]);
    const outputs = primitives.whileLoop([...captures, ...carries], {
      cond: withCaptures(test, captures, avals),
      body: withCaptures(step, captures, avals),
      constants: captures.length,
    });
    return initial.rebuild(outputs) as V;
  });
}

type Body = ReturnType<typeof traceBody>;

const outputAvals = ({ graph }: Body): Aval[] => graph.outputs.map((id) => graph.avals[id]!);

/** Everything that several bodies captured, each once. */
function union(bodies: readonly Body[]): Tensor[] {
  return [...new Set(bodies.flatMap((body) => body.captures))];
}

/** A body whose first inputs are all these captures, of which it may use some. */
function withCaptures(
  { graph, captures }: Body,
  all: readonly Tensor[],
  own: readonly Aval[],
): Graph {
  return traceGraph([...all.map((one) => one.aval), ...own], (inputs) => {
    const used = captures.map((one) => inputs[all.indexOf(one)]!);
    return replay(graph, [...used, ...inputs.slice(all.length)]);
  });
}
