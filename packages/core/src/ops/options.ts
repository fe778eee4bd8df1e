/**
 * Refuses options that an op does not know. Without this check a name of another library (`keepDims`,
 * `dim`) would be ignored, and the result be that of the defaults.
 */
import { ArgumentError } from '../errors.ts';
import { isRecord } from '../tree.ts';

/** The words of a string, as a union. */
type Words<S extends string> = S extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : S;

/** Strings of names taken apart, each when first needed. */
const lists: Record<string, readonly string[]> = {};

/**
 * Throws unless `options` is a plain record with known names only.
 *
 * @param op The function that the user called.
 * @param known Its options, separated by spaces; that they are those of the type is checked when
 *   compiled.
 * @throws ArgumentError naming the op, the option and all that the op takes.
 */
export function checkOptions<T extends object, S extends string>(
  op: string,
  options: T,
  known: S & ([keyof T, Words<S>] extends [Words<S>, keyof T] ? unknown : never),
): void {
  let wrong = isRecord(options)
    ? undefined
    : `options must be a record such as { name: value }, not ${String(options)}`;
  for (const key in options) {
    // What a page adds to the prototype of all objects was not given.
    if (!(lists[known] ??= known.split(' ')).includes(key) && Object.hasOwn(options, key)) {
      wrong ??= `unknown option "${key}"`;
    }
  }
  if (wrong !== undefined) {
    throw new ArgumentError(`${op}: ${wrong}; it takes ${known.replaceAll(' ', ', ')}.`);
  }
}
