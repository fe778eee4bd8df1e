/** All classes that can stand in files: the built-in tables, found by name and by class. */
import { UnsupportedError } from '@addax/core';
import { suggestion } from '../identifiers.ts';
import { LAYERS } from './classes/layers.ts';
import { LOSSES } from './classes/losses.ts';
import { METRIC_CLASSES } from './classes/metrics.ts';
import { OPTIMIZERS, SCHEDULES } from './classes/optimizers.ts';
import { CONSTRAINTS, INITIALIZERS, REGULARIZERS } from './classes/weights.ts';
import { registrationOf, type SerializableEntry } from './registry.ts';

const TABLES: readonly (readonly SerializableEntry[])[] = [
  LAYERS,
  LOSSES,
  METRIC_CLASSES,
  OPTIMIZERS,
  SCHEDULES,
  INITIALIZERS,
  REGULARIZERS,
  CONSTRAINTS,
];

let byName: Map<string, SerializableEntry[]> | undefined;
let byClass: Map<object, SerializableEntry> | undefined;

function names(): Map<string, SerializableEntry[]> {
  if (byName !== undefined) return byName;
  byName = new Map();
  for (const entry of TABLES.flat()) {
    byName.set(entry.className, [...(byName.get(entry.className) ?? []), entry]);
  }
  return byName;
}

/**
 * The entry of a class in a file. Losses and metrics share names, so the module decides; internal
 * modules of Keras (`keras.src.layers.core.dense`) are understood too.
 */
export function entryNamed(
  module: string | null,
  className: string,
  registeredName?: string | null,
): SerializableEntry {
  const found = names().get(className) ?? [];
  const parts = (module ?? '').split('.');
  const entry =
    found.find((item) => item.module === module) ??
    found.find((item) => parts.includes(item.module.split('.').at(-1)!)) ??
    (found.length === 1 ? found[0] : undefined);
  if (entry !== undefined) return entry;
  const near = suggestion(className, [...names().keys()]);
  // Python registers as `package>name`.
  const [owner] = registeredName?.includes('>') === true ? registeredName.split('>') : [];
  const from = owner === undefined ? (module ?? 'an unknown module') : `package "${owner}"`;
  throw new UnsupportedError(
    `the file uses class "${className}" of ${from}, which is not known here. ` +
      `${near.startsWith('did') ? `${near} ` : ''}A class of your own is made known with ` +
      `registerSerializable(${className}, { package${owner === undefined ? '' : `: '${owner}'`}, ` +
      `name: '${className}' }), or handed over in customObjects.`,
  );
}

/** The built-in entry of an object's class. */
export function entryOf(value: object): SerializableEntry | undefined {
  byClass ??= new Map(TABLES.flat().map((entry) => [entry.make, entry]));
  return byClass.get(value.constructor);
}

/** How an object's class stands in files: built in, or registered. */
export function describeClass(value: object):
  | { readonly entry: SerializableEntry }
  | {
      readonly registeredName: string;
      readonly name: string;
      readonly names: Readonly<Record<string, string>> | undefined;
    }
  | undefined {
  const registration = registrationOf(value.constructor);
  if (registration !== undefined) {
    const { registeredName, name, config } = registration;
    return { registeredName, name, names: config };
  }
  const entry = entryOf(value);
  return entry === undefined ? undefined : { entry };
}
