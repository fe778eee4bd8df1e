/**
 * Gradients as functions: `grad`, `valueAndGrad` and `GradientTape`. All three record what a function
 * binds and walk it backwards; they work eagerly and inside a trace.
 */
import { ArgumentError, DTypeError, ShapeError } from '../errors.ts';
import { isFloat } from '../dtypes.ts';
import { fullLike } from '../ops/primitives/functions.ts';
import { Tensor } from '../tensor/tensor.ts';
import { describe } from '../tensor/host.ts';
import { type Recording, recordEntries } from '../trace/record.ts';
import { currentTrace, inTrace } from '../trace/trace.ts';
import { Variable } from '../variable.ts';
import { backward } from './backward.ts';

/** What gradients can be taken with respect to. */
export type Source = Tensor | Variable;

/**
 * Records ops so that gradients can be taken of them.
 *
 * @example
 * const tape = new GradientTape();
 * const loss = tape.record(() => ops.sum(ops.square(w)));
 * const [gradient] = tape.gradient(loss, [w]);
 */
export class GradientTape {
  readonly #recordings: Recording[] = [];

  /** Runs `fn` (synchronous) and records its ops; may be called several times. */
  record<T>(fn: () => T): T {
    const { result, ...recording } = recordEntries(() =>
      inTrace(currentTrace(), () => checked(fn())),
    );
    this.#recordings.push(recording);
    return result;
  }

  /**
   * Gradients of `target` (the sum of its elements, if it has several) with respect to `sources`;
   * null where the target does not depend on a source.
   */
  gradient(target: Tensor, sources: readonly Source[]): (Tensor | null)[] {
    requireFloat(target, 'the target of a gradient');
    return this.#walk([target], [fullLike(target, 1)], sources);
  }

  #walk(
    outputs: readonly Tensor[],
    cotangents: readonly Tensor[],
    sources: readonly Source[],
  ): (Tensor | null)[] {
    const entries = this.#recordings.flatMap((recording) => recording.entries);
    const wrt: Tensor[] = [];
    const groups = sources.map((source) => {
      const values = source instanceof Variable ? this.#readsOf(source) : [source];
      return values.map((value) => wrt.push(value) - 1);
    });
    const found = backward(entries, outputs, cotangents, wrt);
    return groups.map((positions) => {
      const parts = positions.flatMap((position) => found[position] ?? []);
      return parts.length === 0 ? null : parts.reduce((a, b) => a.add(b));
    });
  }

  #readsOf(variable: Variable): Tensor[] {
    const all = this.#recordings.flatMap(({ reads }) => [...(reads.get(variable) ?? [])]);
    return [...new Set(all)];
  }
}

function checked<T>(result: T): T {
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new ArgumentError(
      'the recorded function returned a promise: tape.record, grad and valueAndGrad are ' +
        'synchronous. Read values (await tensor.data()) outside of them.',
    );
  }
  return result;
}

/** A scalar loss, alone or first in an array with further results. */
type Loss = Tensor | readonly [Tensor, ...unknown[]];

/**
 * Value and gradients.
 *
 * With variables: runs `fn` now and gives `[value, gradients]` (zeros where unconnected). Without:
 * gives a function of the same arguments whose gradient is taken with respect to its first argument
 * (or those of `argnums`).
 *
 * @example
 * const [loss, grads] = valueAndGrad(() => lossFn(y, model(x)), model.trainableVariables);
 */
export function valueAndGrad<L extends Loss>(
  fn: () => L,
  variables: readonly Variable[],
): [L, Tensor[]];
export function valueAndGrad<A extends readonly Tensor[], L extends Loss>(
  fn: (...args: A) => L,
  options?: { argnums?: number | readonly number[] },
): (...args: A) => [L, Tensor[]];
export function valueAndGrad(
  fn: (...args: Tensor[]) => Loss,
  second: readonly Variable[] | { argnums?: number | readonly number[] } = {},
): [Loss, Tensor[]] | ((...args: Tensor[]) => [Loss, Tensor[]]) {
  if (Array.isArray(second)) return differentiate(() => fn(), second as readonly Variable[]);
  const { argnums = 0 } = second as { argnums?: number | readonly number[] };
  const positions = typeof argnums === 'number' ? [argnums] : argnums;
  return (...args) => {
    const sources = positions.map((position) => {
      const arg = args[position];
      if (arg instanceof Tensor) return arg;
      throw new ArgumentError(
        `grad: argument ${position} must be a tensor to differentiate by, got ${describe(arg)}`,
      );
    });
    return differentiate(() => fn(...args), sources);
  };
}

/**
 * The gradient alone, with respect to the first argument.
 *
 * @example
 * const slope = grad((x: Tensor) => ops.sum(ops.sin(x)));
 * await slope(tensor(0)).item(); // 1
 */
export function grad<A extends readonly Tensor[]>(
  fn: (...args: A) => Loss,
  options: { argnum?: number } = {},
): (...args: A) => Tensor {
  const both = valueAndGrad(fn, { argnums: options.argnum ?? 0 });
  return (...args) => both(...args)[1][0]!;
}

function differentiate<L extends Loss>(fn: () => L, sources: readonly Source[]): [L, Tensor[]] {
  const tape = new GradientTape();
  const value = tape.record(fn);
  const loss = value instanceof Tensor ? value : (value as readonly [Tensor])[0];
  requireFloat(loss, 'the loss');
  if (loss.size !== 1) {
    throw new ShapeError(
      `the function under grad must give a scalar loss, got shape [${loss.shape.join(', ')}]; ` +
        'reduce it with ops.sum or ops.mean.',
    );
  }
  const gradients = tape.gradient(loss, sources);
  const zero = (source: Source): Tensor =>
    fullLike(source instanceof Variable ? source.value : source, 0);
  return [value, gradients.map((gradient, i) => gradient ?? zero(sources[i]!))];
}

function requireFloat(value: unknown, what: string): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw new ArgumentError(`${what} must be a tensor, got ${describe(value)}`);
  }
  if (!isFloat(value.dtype)) {
    throw new DTypeError(`${what} must be a float tensor to be differentiated, got ${value.dtype}`);
  }
}
