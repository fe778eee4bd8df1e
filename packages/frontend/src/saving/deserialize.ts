/**
 * Objects from Keras' configurations: `{ module, class_name, config, registered_name }`. Files are
 * data: only classes of the tables, registered ones and `customObjects` are made, and Python code is
 * refused by name.
 */
import { ArgumentError, FormatError, isRecord, tensor, UnsupportedError } from '@addax/core';
import type { Nested } from '@addax/core';
import { DTypePolicy } from '../dtype-policies/dtype-policy.ts';
import { toCamelIdentifier } from '../identifiers.ts';
import { entryNamed } from './catalog.ts';
import { IDENTIFIER_OPTIONS } from './identifier-options.ts';
import { makeModel, MODEL_CLASSES } from './models.ts';
import {
  type AnyFunction,
  registeredAs,
  type SerializableClass,
  type SerializableEntry,
} from './registry.ts';

/** Options of {@link deserialize}. */
export interface DeserializeOptions {
  /** Classes and functions by the name they have in the file, for what is not registered. */
  readonly customObjects?: Readonly<Record<string, SerializableClass | AnyFunction>> | undefined;
}

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
}

/**
 * An object (layer, model, loss, optimizer …) from its configuration in a file. Text, numbers and null
 * stay as they are; arrays and plain records are gone through.
 *
 * @throws UnsupportedError for an unknown class, naming it and how to make it known.
 * @throws FormatError for a configuration that its class does not take.
 *
 * @example
 * deserialize({ module: 'keras.losses', class_name: 'Huber', config: { delta: 2 } });
 */
export function deserialize(config: unknown, options: DeserializeOptions = {}): unknown {
  const context: ReadContext = {
    customObjects: options.customObjects ?? {},
    shared: new Map(),
    read: (value) => readValue(value, context),
  };
  return context.read(config);
}

/** Whether a value is an object as Keras writes it. */
export function isKerasObject(value: unknown): value is KerasObject {
  return isRecord(value) && typeof value['class_name'] === 'string' && 'config' in value;
}

const NUMBERS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

function readValue(value: unknown, context: ReadContext): unknown {
  if (Array.isArray(value)) return value.map((item) => readValue(item, context));
  if (!isRecord(value)) return value;
  if (isKerasObject(value)) return readShared(value, context);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, readValue(item, context)]),
  );
}

function readShared(value: KerasObject, context: ReadContext): unknown {
  const id = value.shared_object_id;
  if (id === undefined) return readObject(value, context);
  if (!context.shared.has(id)) context.shared.set(id, readObject(value, context));
  return context.shared.get(id);
}

function readObject(object: KerasObject, context: ReadContext): unknown {
  const { class_name: className, config } = object;
  const special = SPECIAL[className];
  if (special !== undefined) return special(config, object);
  if (className === 'function') return readFunction(object, context);
  if (className === 'DTypePolicy' || className === 'FloatDTypePolicy') {
    return new DTypePolicy((config as { name: 'float32' }).name);
  }
  const custom = customClass(object, context);
  if (custom !== undefined) return custom;
  if (Object.hasOwn(MODEL_CLASSES, className)) return makeModel(object, context);
  return makeBuiltIn(entryNamed(object.module ?? null, className), config, context);
}

/** Values that JSON has no words for, and what is refused. */
const SPECIAL: Readonly<Record<string, (config: unknown, object: KerasObject) => unknown>> = {
  __tensor__: (config) => readTensor(config),
  __numpy__: (config) => readTensor(config),
  __bytes__: (config) => (config as { value: string }).value,
  __ellipsis__: () => '...',
  __slice__: (config) => config,
  __lambda__: () => {
    throw new UnsupportedError(
      'the file holds a Python lambda (__lambda__): code in files is never run. Replace it in ' +
        'Python by a function registered with keras.saving.register_keras_serializable, and ' +
        'register a function of the same name here with registerSerializable.',
    );
  },
  __typespec__: () => {
    throw new UnsupportedError('the file holds a TensorFlow TypeSpec (__typespec__).');
  },
};

function readTensor(config: unknown): unknown {
  const { value, dtype } = config as { value: Nested; dtype: string };
  return tensor(value, undefined, (dtype === 'int64' ? 'int32' : dtype) as 'float32');
}

/** A built-in function is its name; a registered one is the function. */
function readFunction(object: KerasObject, context: ReadContext): unknown {
  const name = String(object.config);
  const found = context.customObjects[name] ?? registeredAs(name)?.value;
  if (found !== undefined) return found;
  const module = object.module ?? '';
  if (module === 'builtins' || module.startsWith('keras')) {
    if (!name.includes('>')) return name;
  }
  throw new UnsupportedError(
    `the file uses the function "${name}", which is not known here: make it known with ` +
      `registerSerializable(${bareName(name)}, { package, name: '${bareName(name)}' }), or hand ` +
      'it over in customObjects.',
  );
}

function bareName(name: string): string {
  return name.slice(name.indexOf('>') + 1);
}

function customClass(object: KerasObject, context: ReadContext): unknown {
  const { class_name: className, registered_name: registeredName } = object;
  const own =
    context.customObjects[registeredName ?? className] ?? context.customObjects[className];
  const builtIn = (object.module ?? '').startsWith('keras');
  const registration = registeredAs(registeredName ?? className);
  const make = own ?? (builtIn ? undefined : registration?.value);
  if (make === undefined) return undefined;
  const names = registration?.value === make ? registration.config : undefined;
  const given = readRecord(object, context);
  const options = names === undefined ? given : renamed(given, names);
  return construct(make as SerializableClass, options, className);
}

function readRecord(object: KerasObject, context: ReadContext): Record<string, unknown> {
  if (!isRecord(object.config)) {
    throw new FormatError(`the configuration of "${object.class_name}" is not a record.`);
  }
  return Object.fromEntries(
    Object.entries(object.config).map(([key, value]) => [key, readValue(value, context)]),
  );
}

function renamed(
  given: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const options = new Map(Object.entries(names).map(([option, key]) => [key, option]));
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [options.get(key) ?? key, value]),
  );
}

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
  if (typeof value !== 'string') return readValue(value, context);
  if (option === 'name') return value;
  if (Object.hasOwn(NUMBERS, value)) return NUMBERS[value];
  if (context.customObjects[value] !== undefined) return context.customObjects[value];
  const identifier = IDENTIFIER_OPTIONS.has(option) || (entry.identifiers ?? []).includes(option);
  return identifier && !value.includes('>') ? toCamelIdentifier(value) : value;
}

function makeBuiltIn(entry: SerializableEntry, config: unknown, context: ReadContext): unknown {
  return construct(entry.make, builtInOptions(entry, config, context), entry.className);
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
