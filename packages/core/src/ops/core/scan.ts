/** Loops of known length: scan, foriLoop, map, vectorizedMap and associativeScan. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { withSource } from '../../trace/source.ts';
import { traceBody } from '../../trace/trace.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxis } from '../promote.ts';
import { movedAxes } from '../steps.ts';
import { checkAlike, type Flat, flattened } from './structure.ts';

/** Options of {@link scan}. */
export interface ScanOptions {
  /** Number of steps, where there are no sequences. */
  readonly length?: number | null | undefined;
  /** From the last step to the first; results stay at the index of their step. Default false. */
  readonly reverse?: boolean;
  /** A hint to compilers; the result is the same. Default 1. */
  readonly unroll?: number | boolean;
}

/**
 * A loop with a carry over the first axis of sequences. It has a gradient.
 *
 * @param f From carry and one element of the sequences to the next carry, of the same shapes and
 *   dtypes, and a result.
 * @param init The first carry: a structure of tensors.
 * @param xs A structure of tensors with one length on axis 0, or null.
 * @returns The last carry, and the results stacked on axis 0.
 *
 * @example
 * const [total, sums] = ops.scan((sum, x) => [sum.add(x), sum.add(x)], tensor(0), xs);
 */
export function scan<C, X = Tensor, Y = Tensor>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: C,
  xs?: X | null,
  options: ScanOptions = {},
): [carry: C, ys: Y] {
  checkOptions('scan', options, 'length reverse unroll');
  return withSource('scan', () => scanned(f, init, xs, options));
}

function scanned<C, X, Y>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: C,
  xs: X | null | undefined,
  options: ScanOptions,
): [C, Y] {
  const op = 'scan';
  const carry = flattened(op, init);
  const sequences = flattened(op, xs ?? null);
  const length = lengthOf(op, sequences.tensors, options.length);
  const first = carry.tensors.map((one) => one.aval);
  const element = sequences.tensors.map(({ shape, dtype }): Aval => ({
    shape: shape.slice(1),
    dtype,
  }));
  let results: Flat | undefined;
  const body = traceBody([...first, ...element], (values) => {
    const state = carry.rebuild(values.slice(0, first.length)) as C;
    const x = sequences.rebuild(values.slice(first.length)) as X;
    const step = f(state, x);
    if (!Array.isArray(step) || step.length !== 2) {
      throw new ArgumentError('scan: the function must give [carry, result].');
    }
    const next = flattened(op, step[0]);
    checkAlike(
      op,
      'the function gives as carry',
      next.tensors.map((one) => one.aval),
      first,
    );
    results = flattened(op, step[1]);
    return [...next.tensors, ...results.tensors];
  });
  const outputs = primitives.scan([...body.captures, ...carry.tensors, ...sequences.tensors], {
    body: body.graph,
    length,
    constants: body.captures.length,
    carries: first.length,
    reverse: options.reverse ?? false,
    saveCarries: true,
  });
  const last = outputs.slice(0, first.length);
  const stacked = outputs.slice(first.length, first.length + results!.tensors.length);
  return [carry.rebuild(last) as C, results!.rebuild(stacked) as Y];
}

function lengthOf(
  op: string,
  sequences: readonly Tensor[],
  given: number | null | undefined,
): number {
  const lengths = sequences.map(({ shape }) => shape[0]);
  const length = given ?? lengths[0];
  if (length === undefined || lengths.some((one) => one !== length)) {
    throw new ShapeError(
      `${op}: the sequences have lengths [${lengths.join(', ')}]` +
        `${given === null || given === undefined ? '' : ` and length is ${given}`}; give sequences ` +
        'of one length on axis 0, or the option length.',
    );
  }
  return length;
}

/**
 * A loop over integers from `lower` up to, not including, `upper`. It has a gradient.
 *
 * @param bodyFun From the int32 scalar index and the value to the next value.
 */
export function foriLoop<V>(
  lower: number,
  upper: number,
  bodyFun: (index: Tensor, value: V) => V,
  initVal: V,
): V {
  return withSource('foriLoop', () => {
    const count = Math.max(upper - lower, 0);
    if (!Number.isInteger(count)) {
      throw new ArgumentError(`foriLoop: bounds ${lower} and ${upper} must be whole numbers.`);
    }
    const start = primitives.full([count], lower, 'int32');
    const indices = primitives.add(primitives.iota([count], 0, 'int32'), start);
    return scanned((value: V, i: Tensor) => [bodyFun(i, value), []], initVal, indices, {})[0];
  });
}

/**
 * A function applied to each element of the first axis, one after the other.
 *
 * @param f From one element of the structure to a structure.
 * @param xs A structure of tensors with one length on axis 0.
 */
export function map<X, Y>(f: (x: X) => Y, xs: X): Y {
  return withSource('map', () => scanned((none: [], x: X) => [none, f(x)], [], xs, {})[1]);
}

/**
 * {@link map}, with the freedom to run elements together. Here they run one after the other; ops
 * that take a batch axis are faster.
 *
 * @param fn From one element of the structure to a structure.
 * @param elements A structure of tensors with one length on axis 0.
 */
export function vectorizedMap<X, Y>(fn: (x: X) => Y, elements: X): Y {
  return withSource(
    'vectorizedMap',
    () => scanned((none: [], x: X) => [none, fn(x)], [], elements, {})[1],
  );
}

/** Options of {@link associativeScan}. */
export interface AssociativeScanOptions {
  /** From the end to the start. Default false. */
  readonly reverse?: boolean;
  /** Axis to run along. Default 0. */
  readonly axis?: number;
}

/**
 * Running results of an associative function along an axis, in a logarithmic number of steps on
 * whole tensors.
 *
 * @param f From two structures of equal shapes, of any length on the axis, to one like them.
 * @param elems A structure of tensors with one length on the axis.
 */
export function associativeScan<X>(
  f: (a: X, b: X) => X,
  elems: X,
  options: AssociativeScanOptions = {},
): X {
  checkOptions('associativeScan', options, 'reverse axis');
  const op = 'associativeScan';
  return withSource(op, () => {
    const flat = flattened(op, elems);
    const axes = flat.tensors.map(({ rank }) => checkAxis(options.axis ?? 0, rank, op));
    const leading = flat.tensors.map((one, i) => {
      const moved = movedAxes(one, axes[i]!, 0);
      return options.reverse === true ? primitives.reverse(moved, [0]) : moved;
    });
    lengthOf(op, leading, undefined);
    const combine = (a: Tensor[], b: Tensor[]): Tensor[] => {
      const back = (values: Tensor[]): X =>
        flat.rebuild(values.map((one, i) => movedAxes(one, 0, axes[i]!))) as X;
      const result = flattened(op, f(back(a), back(b))).tensors;
      return result.map((one, i) => movedAxes(one, axes[i]!, 0));
    };
    const result = running(combine, leading).map((one) =>
      options.reverse === true ? primitives.reverse(one, [0]) : one,
    );
    return flat.rebuild(result.map((one, i) => movedAxes(one, 0, axes[i]!))) as X;
  });
}

/** Each step joins every element with the one `distance` before it (Hillis and Steele, 1986). */
function running(combine: (a: Tensor[], b: Tensor[]) => Tensor[], xs: Tensor[]): Tensor[] {
  const length = xs[0]!.shape[0]!;
  let current = xs;
  for (let distance = 1; distance < length; distance *= 2) {
    const part = (from: number, to: number): Tensor[] =>
      current.map((one) => {
        const start = one.shape.map((_, i) => (i === 0 ? from : 0));
        const limit = one.shape.map((n, i) => (i === 0 ? to : n));
        return primitives.slice(one, start, limit);
      });
    const joined = combine(part(0, length - distance), part(distance, length));
    current = part(0, distance).map((head, i) => primitives.concat([head, joined[i]!], 0));
  }
  return current;
}
