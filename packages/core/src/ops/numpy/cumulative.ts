/** Running sums and products, differences, and integrals along an axis. */
import type { DType } from '../../dtypes.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply, type Value } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as, checkAxis, commonFloat } from '../promote.ts';
import { range, tensorOf } from '../values.ts';
import { replaceNan, sumDType } from './means.ts';
import { commonNumber } from './pointwise.ts';

/** Options of running sums and products. */
export interface CumulativeOptions {
  /** Axis to run along; by default through all elements as one row. */
  readonly axis?: number | null | undefined;
  /** Dtype of the result; by default that of x, int32 for bool. */
  readonly dtype?: DType | null | undefined;
}

function running<A extends Operand>(
  op: string,
  fn: 'sum' | 'prod',
  x: A,
  options: CumulativeOptions,
  prepare: (x: Tensor) => Tensor = (t) => t,
): Out<A> {
  return apply(op, [x] as Operand[], options, ([value]) => {
    const t = prepare(as(value!, options.dtype ?? commonNumber(value!)));
    const { axis } = options;
    if (axis === undefined || axis === null) {
      return primitives.cumulative(fn, primitives.reshape(t, [t.size]), 0);
    }
    return primitives.cumulative(fn, t, checkAxis(axis, t.rank, op));
  }) as Out<A>;
}

/** Running sum; bool gives int32. */
export function cumsum<A extends Operand>(x: A, options: CumulativeOptions = {}): Out<A> {
  checkOptions('cumsum', options, 'axis dtype');
  return running('cumsum', 'sum', x, options);
}

/** Running product; bool gives int32. */
export function cumprod<A extends Operand>(x: A, options: CumulativeOptions = {}): Out<A> {
  checkOptions('cumprod', options, 'axis dtype');
  return running('cumprod', 'prod', x, options);
}

/** Running sum with NaN counting as 0; bool gives int32. */
export function nancumsum<A extends Operand>(x: A, options: CumulativeOptions = {}): Out<A> {
  checkOptions('nancumsum', options, 'axis dtype');
  return running('nancumsum', 'sum', x, options, (t) => replaceNan(t, 0));
}

/** Running product with NaN counting as 1; bool gives int32. */
export function nancumprod<A extends Operand>(x: A, options: CumulativeOptions = {}): Out<A> {
  checkOptions('nancumprod', options, 'axis dtype');
  return running('nancumprod', 'prod', x, options, (t) => replaceNan(t, 1));
}

/** x without its first, and without its last element along an axis. */
function neighbours(x: Tensor, axis: number): [later: Tensor, earlier: Tensor] {
  const start = x.shape.map((_, i) => (i === axis ? 1 : 0));
  const limit = x.shape.map((size, i) => (i === axis ? Math.max(size - 1, 0) : size));
  const origin = x.shape.map(() => 0);
  if (x.shape[axis] === 0) return [x, x];
  return [primitives.slice(x, start, x.shape), primitives.slice(x, origin, limit)];
}

/** Options of {@link diff}. */
export interface DiffOptions {
  /** How often to take differences. Default 1. */
  readonly n?: number | undefined;
  /** Default −1. */
  readonly axis?: number | undefined;
}

/** Differences of neighbours along an axis, in a's dtype; for bool, whether they differ. */
export function diff<A extends Operand>(a: A, options: DiffOptions = {}): Out<A> {
  checkOptions('diff', options, 'n axis');
  const { n = 1, axis = -1 } = options;
  if (!Number.isInteger(n) || n < 0) {
    throw new ArgumentError(`diff: n must be a whole number of at least 0, got ${n}.`);
  }
  return apply('diff', [a] as Operand[], options, ([value]) => {
    let t = tensorOf(value!);
    const along = checkAxis(axis, t.rank, 'diff');
    for (let i = 0; i < n; i++) {
      const [later, earlier] = neighbours(t, along);
      t = t.dtype === 'bool' ? f.ne(later, earlier) : f.sub(later, earlier);
    }
    return t;
  }) as Out<A>;
}

/** Options of {@link trapezoid}. */
export interface TrapezoidOptions<X extends Operand> {
  /** Where y was sampled: of y's shape, or a vector along the axis. By default `dx` apart. */
  readonly x?: X | null | undefined;
  /** Distance of samples. Default 1. */
  readonly dx?: number | undefined;
  /** Default −1. */
  readonly axis?: number | undefined;
}

/**
 * Integral along an axis by the trapezoidal rule. Integers give floatx.
 *
 * @example
 * ops.trapezoid([1, 2, 3]); // 4
 * ops.trapezoid([1, 2, 3], { x: [4, 6, 8] }); // 8
 */
export function trapezoid<Y extends Operand, X extends Operand = never>(
  y: Y,
  options: TrapezoidOptions<X> = {},
): Out<Y | X> {
  checkOptions('trapezoid', options, 'x dx axis');
  const { x, dx = 1, axis = -1 } = options;
  const inputs: (Operand | null | undefined)[] = [y, x];
  return apply('trapezoid', inputs, { dx, axis }, (values) => {
    const [value, given] = values as [Value, Value | null | undefined];
    const hasPlaces = given !== null && given !== undefined;
    const t = as(tensorOf(value), hasPlaces ? commonFloat(value, given) : commonFloat(value));
    const along = checkAxis(axis, t.rank, 'trapezoid');
    const [later, earlier] = neighbours(t, along);
    const heights = f.mul(f.add(later, earlier), 0.5);
    if (!hasPlaces) return f.mul(primitives.sum(heights, [along]), dx);
    const widths = placesOf(as(tensorOf(given), t.dtype), t.shape, along);
    return primitives.sum(f.mul(heights, widths), [along]);
  }) as Out<Y | X>;
}

function placesOf(x: Tensor, shape: readonly number[], axis: number): Tensor {
  const whole = x.rank === 1 && x.size === shape[axis] ? primitives.broadcast(x, shape, [axis]) : x;
  if (whole.shape.length !== shape.length || whole.shape[axis] !== shape[axis]) {
    throw new ShapeError(
      `trapezoid: x of shape [${x.shape.join(', ')}] does not fit y of shape ` +
        `[${shape.join(', ')}]; give the shape of y, or a vector along the axis.`,
    );
  }
  const [later, earlier] = neighbours(primitives.broadcastTo(whole, shape), axis);
  return f.sub(later, earlier);
}

/** Options of {@link trace}. */
export interface TraceOptions {
  /** Diagonal: 0 the main one, positive above, negative below. Default 0. */
  readonly offset?: number | undefined;
  /** Axis of the rows. Default 0. */
  readonly axis1?: number | undefined;
  /** Axis of the columns. Default 1. */
  readonly axis2?: number | undefined;
}

/** Sum along a diagonal of two axes, which are removed. bool and small integers give 32 bits. */
export function trace<A extends Operand>(x: A, options: TraceOptions = {}): Out<A> {
  checkOptions('trace', options, 'offset axis1 axis2');
  const { offset = 0, axis1 = 0, axis2 = 1 } = options;
  return apply('trace', [x] as Operand[], options, ([value]) => {
    const t = as(value!, sumDType(value!));
    const rows = checkAxis(axis1, t.rank, 'trace');
    const columns = checkAxis(axis2, t.rank, 'trace');
    if (rows === columns) throw new ShapeError(`trace: axis1 and axis2 are both axis ${rows}.`);
    const row = primitives.iota(t.shape, rows, 'int32');
    const column = primitives.iota(t.shape, columns, 'int32');
    const onDiagonal = f.eq(f.add(row, offset), column);
    const axes = range(t.rank).filter((axis) => axis === rows || axis === columns);
    return primitives.sum(f.where(onDiagonal, t, 0), axes);
  }) as Out<A>;
}
