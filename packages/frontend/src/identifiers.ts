/**
 * String identifiers: 'heNormal', 'he_normal' and 'HeNormal' name the same thing, and an unknown name
 * is answered with the names it may have meant.
 */
import { ArgumentError } from '@addax/core';

/** A class of objects that can be described by their options. */
export type Constructor<T> = new (options: never) => T;

/** An object described by its class and options, as `getConfig()` gives them. */
export interface ObjectConfig {
  readonly className: string;
  readonly config?: object;
}

/** Whether a value is `{ className, config }`. */
export function isObjectConfig(value: unknown): value is ObjectConfig {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<ObjectConfig>).className === 'string'
  );
}

/** Tables that hold the common names only, and the hint that errors about them give. */
const partial = new Set<object>();
const HINT =
  "This program knows the common names only: give the object itself, or import '@addax/frontend'.";

/** A table of common names, to which {@link learn} adds the others. */
export function commonNames<T>(table: Record<string, T>): Readonly<Record<string, T>> {
  partial.add(table);
  return table;
}

/** Adds the other names to a table of common ones. Small bundles leave them, and their code, out. */
export function learn<T>(
  common: Readonly<Record<string, T>>,
  all: Readonly<Record<string, T>>,
): void {
  if (partial.delete(common)) Object.assign(common, all);
}

/**
 * The entry of a table that a name stands for.
 *
 * @param kind What the table holds, for the error ("loss").
 * @param table Entries by camelCase name.
 * @param name Name in camelCase, snake_case or as a class name.
 * @throws ArgumentError listing the nearest names.
 */
export function lookUp<T>(kind: string, table: Readonly<Record<string, T>>, name: string): T {
  if (Object.hasOwn(table, name)) return table[name]!;
  const wanted = fold(name);
  const found = Object.keys(table).find((key) => fold(key) === wanted);
  if (found !== undefined) return table[found]!;
  const message = `unknown ${kind} "${name}"; ${suggestion(name, Object.keys(table))}`;
  throw new ArgumentError(partial.has(table) ? `${message} ${HINT}` : message);
}

/**
 * An object from a name, `{ className, config }` or the object itself.
 *
 * @param accept Whether a value is such an object already.
 */
export function resolve<T extends object>(
  kind: string,
  table: Readonly<Record<string, Constructor<T>>>,
  identifier: unknown,
  accept: (value: unknown) => value is T,
): T {
  if (accept(identifier)) return identifier;
  if (typeof identifier === 'string') return new (lookUp(kind, table, identifier))({} as never);
  if (isObjectConfig(identifier)) {
    const type = lookUp(kind, table, identifier.className);
    return new type((identifier.config ?? {}) as never);
  }
  throw new ArgumentError(
    `expected a ${kind}, its name or { className, config }, got ${JSON.stringify(identifier)}. ` +
      "Configurations from a Keras file go through deserialize() of '@addax/frontend/saving'.",
  );
}

/** "did you mean …", or all names if none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const wanted = fold(name);
  const near = known
    .map((key) => ({ key, distance: distance(wanted, fold(key)) }))
    .filter((item) => item.distance <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 4)
    .map((item) => item.key);
  return near.length > 0 ? `did you mean ${near.join(', ')}?` : `known: ${known.join(', ')}`;
}

/** Options in camelCase as the snake_case words that Keras' identifiers use. */
export function toSnakeIdentifier(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Keras' snake_case words as camelCase. */
export function toCamelIdentifier(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** One of a few words, in camelCase or snake_case. */
export function checkOption<T extends string>(
  what: string,
  value: string,
  allowed: readonly T[],
): T {
  const camel = toCamelIdentifier(value) as T;
  if (allowed.includes(camel)) return camel;
  throw new ArgumentError(`${what} must be one of ${allowed.join(', ')}; got "${value}"`);
}

function fold(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
