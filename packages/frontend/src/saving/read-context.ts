/** What the readers of configurations share: the form of objects in files, and options from keys. */
import { ArgumentError, FormatError, isRecord } from '@addax/core';
import { toCamelIdentifier } from '../identifiers.ts';
import { IDENTIFIER_OPTIONS } from './identifier-options.ts';
import type { AnyFunction, SerializableClass, SerializableEntry } from './registry.ts';

/** An object as Keras writes it. */
export interface KerasObject {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: unknown;
  readonly registered_name?: string | null;
  readonly shared_object_id?: number;
  readonly build_config?: unknown;
}

/** What one reading shares: custom objects, and objects that occur twice. */
export interface ReadContext {
  readonly customObjects: Readonly<Record<string, SerializableClass | AnyFunction>>;
  readonly shared: Map<number, unknown>;
  readonly read: (value: unknown) => unknown;
  /** Whether a class of the user's was met. */
  hasCustom: boolean;
}

/** Whether a value is an object as Keras writes it. */
export function isKerasObject(value: unknown): value is KerasObject {
  if (!isRecord(value) || typeof value['class_name'] !== 'string' || !('config' in value)) {
    return false;
  }
  const { class_name: className, module, registered_name: registeredName } = value;
  for (const name of [module, registeredName]) {
    if (typeof name === 'string' || name === undefined || name === null) continue;
    throw new FormatError(
      `the configuration of "${className}" has ${JSON.stringify(name)} where a name should be.`,
    );
  }
  return true;
}

const NUMBERS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** Options of a built-in class from the keys of a file. */
export function builtInOptions(
  entry: SerializableEntry,
  config: unknown,
  context: ReadContext,
): Record<string, unknown> {
  if (!isRecord(config)) {
    throw new FormatError(`the configuration of "${entry.className}" is not a record.`);
  }
  const byKey = new Map(Object.entries(entry.names).map(([option, key]) => [key, option]));
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const option = byKey.get(key);
    if (option !== undefined) {
      options[option] = readOption(option, value, entry, context);
    } else if (value !== null && !(entry.ignored ?? []).includes(key)) {
      throw new FormatError(
        `the configuration of "${entry.className}" has a key "${key}" (${JSON.stringify(value)}) ` +
          `that is not known here; known: ${[...byKey.keys()].join(', ')}.`,
      );
    }
  }
  return options;
}

function readOption(
  option: string,
  value: unknown,
  entry: SerializableEntry,
  context: ReadContext,
): unknown {
  if (typeof value !== 'string') return context.read(value);
  if (option === 'name') return value;
  if (Object.hasOwn(NUMBERS, value)) return NUMBERS[value];
  if (context.customObjects[value] !== undefined) return context.customObjects[value];
  const identifier = IDENTIFIER_OPTIONS.has(option) || (entry.identifiers ?? []).includes(option);
  return identifier && !value.includes('>') ? toCamelIdentifier(value) : value;
}

/** A new object; what its constructor complains of is told with the class. */
export function construct(
  make: SerializableClass,
  options: Readonly<Record<string, unknown>>,
  className: string,
): unknown {
  try {
    return new make(options as never);
  } catch (error) {
    if (error instanceof ArgumentError) {
      throw new FormatError(`the configuration of "${className}": ${error.message}`);
    }
    throw error;
  }
}
