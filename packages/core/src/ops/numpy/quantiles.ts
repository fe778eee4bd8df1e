/** Quantiles by sorting, with NaN winning or left out. Integers and bool give floatx. */
import { ArgumentError } from '../../errors.ts';
import type { ReduceOptions } from '../../tensor/methods.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as, checkAxes, commonFloat } from '../promote.ts';
import { floatOf } from '../values.ts';
import { mergedLast } from './reduce-axes.ts';

/** How to choose between the two neighbours of a position that is not whole. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

/** Options of {@link quantile} and its relatives. */
export interface QuantileOptions extends ReduceOptions {
  /** Between two neighbours: interpolate, take one, or their mean. Default `'linear'`. */
  readonly method?: QuantileMethod | undefined;
}

const METHODS: readonly QuantileMethod[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

interface Request extends QuantileOptions {
  readonly op: string;
  readonly ignoreNan: boolean;
  /** What q = 1 stands for: 1, or 100 for percentiles. */
  readonly scale: number;
}

/** One row per element of the result; the quantiles of each stand in the columns. */
function quantilesOf(x: Tensor, q: Tensor, request: Request): Tensor {
  const { op, ignoreNan, method = 'linear' } = request;
  if (!METHODS.includes(method)) {
    throw new ArgumentError(
      `${op}: unknown method ${JSON.stringify(method)}; use one of ${METHODS.join(', ')}.`,
    );
  }
  const axes = checkAxes(request.axis, x.rank, op);
  const merged = mergedLast(x, axes);
  const outer = merged.shape.slice(0, -1);
  const rows = outer.reduce((a, b) => a * b, 1);
  const count = merged.shape.at(-1)!;
  const [sorted] = primitives.sort(primitives.reshape(merged, [rows, count]), 1);
  const isNan = f.isNan(sorted);
  const fractions = primitives.broadcast(q, [rows, q.size], [1]);
  const last = ignoreNan
    ? f.sub(primitives.sum(primitives.cast(f.not(isNan), x.dtype), [1]), 1)
    : primitives.full([rows], count - 1, x.dtype);
  const position = f.mul(fractions, primitives.broadcast(last, fractions.shape, [0]));
  const chosen = choose(sorted, position, method);
  const spoilt = primitives.reduce(ignoreNan ? 'min' : 'max', isNan, [1]);
  const result = f.where(primitives.broadcast(spoilt, chosen.shape, [0]), NaN, chosen);
  const inFront = primitives.transpose(result, [1, 0]);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return primitives.reshape(inFront, [q.size, ...(request.keepdims === true ? kept : outer)]);
}

function choose(sorted: Tensor, position: Tensor, method: QuantileMethod): Tensor {
  const at = (index: Tensor): Tensor =>
    primitives.gather(sorted, primitives.cast(index, 'int32'), 1, 1);
  const below = primitives.unary('floor', position);
  const above = primitives.unary('ceil', position);
  switch (method) {
    case 'lower':
      return at(below);
    case 'higher':
      return at(above);
    case 'nearest':
      return at(primitives.unary('round', position));
    case 'midpoint':
      return f.mul(f.add(at(below), at(above)), 0.5);
    case 'linear': {
      const weight = primitives.stopGradient(f.sub(position, below));
      const low = at(below);
      // A whole position has no second neighbour: its weight of 0 must not meet an infinity.
      const high = f.where(f.eq(weight, 0), low, at(above));
      return f.add(f.mul(low, f.sub(1, weight)), f.mul(high, weight));
    }
  }
}

function quantiles<A extends Operand, Q extends Operand>(
  x: A,
  q: Q,
  request: Request,
  options: object,
): Out<A | Q> {
  return apply(request.op, [x, q] as Operand[], options, (values) => {
    const [value, fraction] = values as [Value, Value];
    const t = as(value, commonFloat(value));
    const given = as(fraction, t.dtype);
    const flat = primitives.reshape(given, [given.size]);
    const scaled = request.scale === 1 ? flat : f.div(flat, request.scale);
    const result = quantilesOf(t, scaled, request);
    return primitives.reshape(result, [...given.shape, ...result.shape.slice(1)]);
  }) as Out<A | Q>;
}

/**
 * Quantiles of x over axes; NaN wins. The axes of q stand first in the result.
 *
 * @param q Fractions in [0, 1].
 *
 * @example
 * ops.quantile([0, 1, 2, 3], [0.25, 0.5]); // [0.75, 1.5]
 */
export function quantile<A extends Operand, Q extends Operand>(
  x: A,
  q: Q,
  options: QuantileOptions = {},
): Out<A | Q> {
  checkOptions('quantile', options, 'axis keepdims method');
  const request = { ...options, op: 'quantile', ignoreNan: false, scale: 1 };
  return quantiles(x, q, request, options);
}

/** {@link quantile} with q in percent. */
export function percentile<A extends Operand, Q extends Operand>(
  x: A,
  q: Q,
  options: QuantileOptions = {},
): Out<A | Q> {
  checkOptions('percentile', options, 'axis keepdims method');
  const request = { ...options, op: 'percentile', ignoreNan: false, scale: 100 };
  return quantiles(x, q, request, options);
}

/** {@link quantile} without NaN; NaN where all are NaN. */
export function nanquantile<A extends Operand, Q extends Operand>(
  x: A,
  q: Q,
  options: QuantileOptions = {},
): Out<A | Q> {
  checkOptions('nanquantile', options, 'axis keepdims method');
  const request = { ...options, op: 'nanquantile', ignoreNan: true, scale: 1 };
  return quantiles(x, q, request, options);
}

/** {@link percentile} without NaN; NaN where all are NaN. */
export function nanpercentile<A extends Operand, Q extends Operand>(
  x: A,
  q: Q,
  options: QuantileOptions = {},
): Out<A | Q> {
  checkOptions('nanpercentile', options, 'axis keepdims method');
  const request = { ...options, op: 'nanpercentile', ignoreNan: true, scale: 100 };
  return quantiles(x, q, request, options);
}

function medianOf(op: string, ignoreNan: boolean, value: Value, options: ReduceOptions): Tensor {
  const t = floatOf(value);
  const request = { ...options, op, ignoreNan, scale: 1, method: 'linear' as const };
  const result = quantilesOf(t, primitives.full([1], 0.5, t.dtype), request);
  return primitives.reshape(result, result.shape.slice(1));
}

/** Median over axes; NaN wins. */
export function median<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('median', options, 'axis keepdims');
  return apply('median', [x] as Operand[], options, ([value]) =>
    medianOf('median', false, value!, options),
  ) as Out<A>;
}

/** Median over axes without NaN; NaN where all are NaN. */
export function nanmedian<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('nanmedian', options, 'axis keepdims');
  return apply('nanmedian', [x] as Operand[], options, ([value]) =>
    medianOf('nanmedian', true, value!, options),
  ) as Out<A>;
}
