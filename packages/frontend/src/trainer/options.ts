/** Checks of what `fit`, `evaluate` and `predict` are given, before anything happens. */
import { ArgumentError } from '@addax/core';
import type { FitOptions } from './types.ts';

/** Refuses unknown options and numbers out of range. */
export function checkRunOptions(what: string, options: FitOptions, keys: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new ArgumentError(`${what}: unknown option "${unknown}"; it takes ${keys.join(', ')}.`);
  }
  const { epochs, initialEpoch, validationSplit, validationFreq } = options;
  wholeNumber('epochs', epochs, 1);
  wholeNumber('initialEpoch', initialEpoch, 0);
  wholeNumber('batchSize', options.batchSize, 1);
  wholeNumber('validationBatchSize', options.validationBatchSize, 1);
  wholeNumber('stepsPerEpoch', options.stepsPerEpoch, 1);
  wholeNumber('validationSteps', options.validationSteps, 1);
  if (typeof validationFreq === 'number') wholeNumber('validationFreq', validationFreq, 1);
  if (validationSplit !== undefined && !(validationSplit >= 0 && validationSplit < 1)) {
    throw new ArgumentError(`validationSplit must be between 0 and 1, got ${validationSplit}.`);
  }
}

function wholeNumber(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new ArgumentError(`${name} must be a whole number of at least ${least}, got ${value}.`);
}

const OPTION_KEYS: ReadonlySet<string> = new Set([
  'epochs',
  'verbose',
  'batchSize',
  'callbacks',
  'signal',
  'steps',
  'stepsPerEpoch',
  'validationData',
  'validationSteps',
  'initialEpoch',
]);

/** `fit(iterable, options)` and `fit(x, undefined, options)` mean the same. */
export function withoutLabels<O extends object>(
  y: unknown,
  options: O | undefined,
): { y: unknown; options: O } {
  const short =
    options === undefined &&
    typeof y === 'object' &&
    y !== null &&
    Object.getPrototypeOf(y) === Object.prototype &&
    Object.keys(y).some((key) => OPTION_KEYS.has(key));
  return short
    ? { y: undefined, options: y as O }
    : { y: y ?? undefined, options: options ?? ({} as O) };
}
