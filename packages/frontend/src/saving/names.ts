/** Building the name tables of built-in classes: options in camelCase, keys of files in snake_case. */
import { toSnakeIdentifier } from '../identifiers.ts';
import type { SerializableClass, SerializableEntry } from './registry.ts';

/**
 * Option → key, for options whose key is the same words in snake_case; others are given apart.
 *
 * @example
 * optionNames('fromLogits axis', { beta1: 'beta_1' });
 * // { fromLogits: 'from_logits', axis: 'axis', beta1: 'beta_1' }
 */
export function optionNames(
  options: string,
  others: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const words = options.split(' ').filter((word) => word !== '');
  return { ...Object.fromEntries(words.map((word) => [word, toSnakeIdentifier(word)])), ...others };
}

/** Entries of one module that share some options. */
export function entriesOf(
  module: string,
  shared: string,
  identifiers: readonly string[] = [],
): (
  className: string,
  make: SerializableClass,
  options?: string,
  others?: Readonly<Record<string, string>>,
) => SerializableEntry {
  return (className, make, options = '', others = {}) => ({
    module,
    className,
    make,
    names: optionNames(`${shared} ${options}`, others),
    identifiers,
  });
}
