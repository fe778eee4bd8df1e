/**
 * Objects from Keras' configurations: `{ module, class_name, config, registered_name }`. Files are
 * data: only classes of the tables, registered ones and `customObjects` are made, and Python code is
 * refused by name.
 */
import { FormatError, isRecord, type Nested, tensor, UnsupportedError } from '@addax/core';
import { learnAllNames } from '../all-names.ts';
import { DTypePolicy } from '../dtype-policies/dtype-policy.ts';
import { entryNamed } from './catalog.ts';
import { makeModel, MODEL_CLASSES } from './models.ts';
import { asFormatErrors } from './reading-errors.ts';
import {
  builtInOptions,
  construct,
  isKerasObject,
  type KerasObject,
  type ReadContext,
} from './read-context.ts';
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
  // Configurations may name anything that is built in.
  learnAllNames();
  const context: ReadContext = {
    // Without a prototype: "constructor" is no custom object.
    customObjects: Object.assign(
      Object.create(null) as Record<string, SerializableClass | AnyFunction>,
      options.customObjects,
    ),
    shared: new Map(),
    read: (value) => readValue(value, context),
    hasCustom: false,
  };
  return asFormatErrors(
    'the configuration',
    () => context.hasCustom,
    () => context.read(config),
  );
}

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
  if (Object.hasOwn(SPECIAL, className)) return SPECIAL[className]!(config, object);
  if (className === 'function') return readFunction(object, context);
  if (className === 'DTypePolicy' || className === 'FloatDTypePolicy') {
    return new DTypePolicy((config as { name: 'float32' }).name);
  }
  const custom = customClass(object, context);
  if (custom !== undefined) return custom;
  if (Object.hasOwn(MODEL_CLASSES, className)) return makeModel(object, context);
  return makeBuiltIn(
    entryNamed(object.module ?? null, className, object.registered_name),
    config,
    context,
  );
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
  context.hasCustom = true;
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

function makeBuiltIn(entry: SerializableEntry, config: unknown, context: ReadContext): unknown {
  return construct(entry.make, builtInOptions(entry, config, context), entry.className);
}
