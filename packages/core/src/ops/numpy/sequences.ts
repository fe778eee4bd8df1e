/** Sequences of numbers at equal distances or ratios. */
import { floatx } from '../../config.ts';
import { type DType, isFloat } from '../../dtypes.ts';
import { ArgumentError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { encode } from '../../tensor/host.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fromHost } from '../../trace/from-host.ts';
import { apply, type Value } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { align, checkAxis, commonFloat } from '../promote.ts';
import { range } from '../values.ts';
import type { CreationOptions } from './creation.ts';

/**
 * start, start + step, … before `stop`; with one number, 0 up to it. Whole numbers give int32,
 * others floatx.
 *
 * @example
 * ops.arange(3); // [0, 1, 2]
 * ops.arange(1, 10, 3); // [1, 4, 7]
 * ops.arange(3, { dtype: 'float32' });
 */
export function arange(stop: number, options?: CreationOptions): Tensor;
export function arange(start: number, stop?: number | null, options?: CreationOptions): Tensor;
export function arange(
  start: number,
  stop?: number | null,
  step?: number | null,
  options?: CreationOptions,
): Tensor;
export function arange(
  start: number,
  ...rest: readonly (number | null | CreationOptions | undefined)[]
): Tensor {
  const options = rest.find((item) => isOptions(item)) ?? {};
  checkOptions('arange', options, 'dtype');
  const [second, third] = rest.map((item) => (typeof item === 'number' ? item : undefined));
  const [from, to] = second === undefined ? [0, start] : [start, second];
  const step = third ?? 1;
  if (step === 0) throw new ArgumentError('arange: step must not be 0.');
  const count = Math.max(Math.ceil((to - from) / step), 0);
  const whole = [from, to, step].every(Number.isInteger);
  const dtype = options.dtype ?? (whole ? 'int32' : floatx());
  const steps = primitives.iota([count], 0, whole ? 'int32' : dtype);
  return primitives.cast(f.add(f.mul(steps, step), from), dtype);
}

/** Whatever is no number: {@link checkOptions} refuses it unless it is a record. */
function isOptions(item: unknown): item is CreationOptions {
  return typeof item !== 'number' && item !== null && item !== undefined;
}

/** Options of {@link logspace} and its relatives. */
export interface SpaceOptions extends CreationOptions {
  /** How many. Default 50. */
  readonly num?: number | undefined;
  /** Whether `stop` is the last one. Default true. */
  readonly endpoint?: boolean | undefined;
  /** Where the new axis stands if `start` or `stop` are tensors. Default 0. */
  readonly axis?: number | undefined;
}

/** Options of {@link linspace}. */
export interface LinspaceOptions extends SpaceOptions {
  /** Give the distance of neighbours too. Default false. */
  readonly retstep?: boolean | undefined;
}

/** Options of {@link logspace}. */
export interface LogspaceOptions extends SpaceOptions {
  /** The base of the powers. Default 10. */
  readonly base?: number | undefined;
}

/** How far each of `num` places is from start to stop, and the number of steps between. */
function fractions(op: string, options: SpaceOptions): { places: number[]; steps: number } {
  const { num = 50, endpoint = true } = options;
  if (!Number.isInteger(num) || num < 0) {
    throw new ArgumentError(`${op}: num must be a whole number of at least 0, got ${num}.`);
  }
  const steps = endpoint ? num - 1 : num;
  return { places: range(num).map((i) => (steps === 0 ? 0 : i / steps)), steps };
}

interface Curve {
  readonly number: (start: number, stop: number, place: number) => number;
  readonly tensor: (start: Tensor, stop: Tensor, place: Tensor) => Tensor;
}

const LINE: Curve = {
  number: (start, stop, place) => start * (1 - place) + stop * place,
  tensor: (start, stop, place) => f.add(f.mul(start, f.sub(1, place)), f.mul(stop, place)),
};

/** Numbers are worked out on the host, in double precision; tensors where they are. */
function spaced(op: string, ends: readonly Value[], options: SpaceOptions, curve: Curve): Tensor {
  const { places } = fractions(op, options);
  const [start, stop] = ends as [Value, Value];
  const common = commonFloat(start, stop);
  const dtype = options.dtype ?? common;
  if (typeof start === 'number' && typeof stop === 'number') {
    const values = places.map((place) => settle(curve.number(start, stop, place), dtype));
    return fromHost(encode(values, dtype), { shape: [places.length], dtype });
  }
  const [a, b] = align(ends, common) as [Tensor, Tensor];
  const axis = checkAxis(options.axis ?? 0, a.rank + 1, op);
  const shape = [...a.shape.slice(0, axis), places.length, ...a.shape.slice(axis)];
  const others = range(a.rank).map((i) => (i < axis ? i : i + 1));
  const place = fromHost(encode(places, common), { shape: [places.length], dtype: common });
  const y = curve.tensor(
    primitives.broadcast(a, shape, others),
    primitives.broadcast(b, shape, others),
    primitives.broadcast(place, shape, [axis]),
  );
  return primitives.cast(isFloat(dtype) ? y : primitives.unary('floor', y), dtype);
}

/** Whole numbers are rounded down; what is whole up to the last bits counts as whole. */
function settle(value: number, dtype: DType): number {
  if (isFloat(dtype)) return value;
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-9 * Math.abs(nearest) ? nearest : Math.floor(value);
}

/**
 * `num` numbers at equal distances from start to stop; floatx by default.
 *
 * @example
 * ops.linspace(0, 1, { num: 5 }); // [0, 0.25, 0.5, 0.75, 1]
 * const [points, step] = ops.linspace(0, 1, { num: 5, retstep: true });
 */
export function linspace<A extends Operand, B extends Operand>(
  start: A,
  stop: B,
  options: LinspaceOptions & { readonly retstep: true },
): [samples: Out<A | B>, step: Out<A | B>];
export function linspace<A extends Operand, B extends Operand>(
  start: A,
  stop: B,
  options?: LinspaceOptions,
): Out<A | B>;
export function linspace(start: Operand, stop: Operand, options: LinspaceOptions = {}): unknown {
  checkOptions('linspace', options, 'retstep num endpoint axis dtype');
  return apply('linspace', [start, stop] as Operand[], options, (ends) => {
    const samples = spaced('linspace', ends, options, LINE);
    if (options.retstep !== true) return samples;
    const [a, b] = align(ends, commonFloat(...ends)) as [Tensor, Tensor];
    const { steps } = fractions('linspace', options);
    return [samples, f.div(f.sub(b, a), steps === 0 ? NaN : steps)] as Tensor[];
  });
}

/** `num` powers of `base`, their exponents at equal distances from start to stop. */
export function logspace<A extends Operand, B extends Operand>(
  start: A,
  stop: B,
  options: LogspaceOptions = {},
): Out<A | B> {
  checkOptions('logspace', options, 'base num endpoint axis dtype');
  const { base = 10 } = options;
  const curve: Curve = {
    number: (a, b, place) => base ** LINE.number(a, b, place),
    tensor: (a, b, place) => f.pow(base, LINE.tensor(a, b, place)),
  };
  return apply('logspace', [start, stop] as Operand[], options, (ends) =>
    spaced('logspace', ends, options, curve),
  ) as Out<A | B>;
}

const GEOMETRIC: Curve = {
  number: (start, stop, place) => (place === 1 ? stop : start * (stop / start) ** place),
  tensor: (start, stop, place) => f.mul(start, f.pow(f.div(stop, start), place)),
};

/** `num` numbers from start to stop with equal ratios; both of one sign, neither 0. */
export function geomspace<A extends Operand, B extends Operand>(
  start: A,
  stop: B,
  options: SpaceOptions = {},
): Out<A | B> {
  checkOptions('geomspace', options, 'num endpoint axis dtype');
  return apply('geomspace', [start, stop] as Operand[], options, (ends) => {
    if (ends.some((end) => end === 0)) {
      throw new ArgumentError('geomspace: start and stop must not be 0.');
    }
    return spaced('geomspace', ends, options, GEOMETRIC);
  }) as Out<A | B>;
}
