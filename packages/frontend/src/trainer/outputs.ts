/**
 * Matching what belongs to a model's outputs (labels, losses, weights, metrics) with the outputs: one
 * value for all, lists by position, records by output name.
 */
import { ArgumentError, isRecord, ShapeError, Tensor } from '@addax/core';
import { formatShape } from '../layers/input-spec.ts';
import { isNumeric } from './data/batch.ts';

/** One output of a model. */
export interface Output {
  /** Name in logs; undefined for what a subclass's `call` gives as a tensor or an array. */
  readonly name: string | undefined;
  /** Position among the outputs. */
  readonly index: number;
  readonly value: Tensor;
}

/** An output as errors name it. */
export function labelOf({ name, index }: Pick<Output, 'name' | 'index'>): string {
  return `output ${name === undefined ? index : `"${name}"`}`;
}

/** Names as errors list them. */
export function quoted(names: readonly unknown[]): string {
  return names.map((name) => `"${String(name)}"`).join(', ');
}

/** The outputs of a model: a tensor, an array of them or a record. */
export function outputsOf(yPred: unknown, names: readonly string[] | undefined): Output[] {
  if (yPred instanceof Tensor) return [{ name: names?.[0], index: 0, value: yPred }];
  const entries = isRecord(yPred)
    ? Object.entries(yPred)
    : Array.isArray(yPred)
      ? yPred.map((value, i): [string | undefined, unknown] => [names?.[i], value])
      : [];
  if (entries.length === 0) {
    throw new ArgumentError('the model gave no outputs: call() must return tensors.');
  }
  return entries.map(([name, value], index) => {
    if (value instanceof Tensor) return { name, index, value };
    throw new ArgumentError(
      `${labelOf({ name, index })} of the model is not a tensor: losses and metrics take a tensor, an ` +
        'array or a record of them. Override computeLoss and computeMetrics for other structures.',
    );
  });
}

/**
 * The item of each output. A value that is neither array nor record goes to every output.
 *
 * @param what What it is, for errors ("loss").
 * @param isItem Whether an array or record is itself one item.
 */
export function perOutput<T>(
  what: string,
  given: unknown,
  outputs: readonly Output[],
  isItem: (value: unknown) => boolean = () => false,
): (T | undefined)[] {
  if (given === undefined || given === null) return outputs.map(() => undefined);
  if (Array.isArray(given) && !isItem(given)) {
    if (given.length !== outputs.length) {
      throw new ArgumentError(
        `${what} is an array of ${given.length} but the model has ${outputs.length} output(s).`,
      );
    }
    return given.map((item) => (item ?? undefined) as T | undefined);
  }
  if (isRecord(given) && !isItem(given)) {
    const known = new Set(outputs.map(({ name }) => name));
    const wrong = Object.keys(given).find((key) => !known.has(key));
    if (wrong !== undefined) {
      throw new ArgumentError(
        known.has(undefined)
          ? `${what} names an output "${wrong}", but the outputs of the model have no names: give ` +
              'an array, or let call() return a record.'
          : `${what} names an output "${wrong}", but the outputs are ${quoted([...known])}.`,
      );
    }
    return outputs.map(({ name }) => (given[name!] ?? undefined) as T | undefined);
  }
  return outputs.map(() => given as T);
}

/** The labels of each output. */
export function labelsPerOutput(y: unknown, outputs: readonly Output[]): (Tensor | undefined)[] {
  const labels = perOutput<Tensor>('y', y, outputs, (value) => isNumeric(value));
  if (outputs.length > 1 && y instanceof Tensor) {
    throw new ArgumentError(
      `y is one tensor but the model has ${outputs.length} outputs: give an array or a record.`,
    );
  }
  return labels;
}

/** A name for logs; one that is taken gets a number. */
export function unique(name: string, taken: Map<string, number>): string {
  const count = taken.get(name) ?? 0;
  taken.set(name, count + 1);
  return count === 0 ? name : `${name}_${count}`;
}

/** Refuses labels and predictions that differ in their number of samples. */
export function requireSameBatch(label: Tensor, output: Output): void {
  if (label.shape[0] === output.value.shape[0]) return;
  throw new ShapeError(
    `labels of shape ${formatShape(label.shape)} do not match predictions of shape ` +
      `${formatShape(output.value.shape)}: the number of samples differs.`,
  );
}
