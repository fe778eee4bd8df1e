/**
 * Classes and functions that can stand in a file, and under which names. No name comes from
 * `constructor.name`: minifiers change it. Built-in classes are listed in `classes/`; users add
 * theirs with {@link registerSerializable}.
 */
import { ArgumentError } from '@addax/core';
import { nameClass } from '../utils/class-name.ts';

/** A class whose instances `getConfig()` describes by constructor options. */
export type SerializableClass = new (options: never) => object;

/** How a class stands in files. */
export interface SerializableEntry {
  /** Python module in files ("keras.layers"). */
  readonly module: string;
  /** Class name in files ("Dense"). */
  readonly className: string;
  /** The class. */
  readonly make: SerializableClass;
  /** Constructor option → key in the file. */
  readonly names: Readonly<Record<string, string>>;
  /** Options whose text is an identifier: camelCase here, snake_case in files. */
  readonly identifiers?: readonly string[] | undefined;
  /** Keys of the file that mean nothing here. */
  readonly ignored?: readonly string[] | undefined;
}

/** Options of {@link registerSerializable}. */
export interface RegisterOptions {
  /** Your package: files name the class `package>name`. Default "Custom". */
  readonly package?: string | undefined;
  /** Name in files; layer names derive from it too. */
  readonly name: string;
  /** Constructor option → key in the file; by default keys are the option names unchanged. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** Something a user registered. */
export interface Registration {
  /** `package>name`. */
  readonly registeredName: string;
  readonly name: string;
  /** The class or function. */
  readonly value: SerializableClass | AnyFunction;
  readonly config: Readonly<Record<string, string>> | undefined;
}

/** A function, as it stands in a configuration. */
export type AnyFunction = (...args: never[]) => unknown;

const byName = new Map<string, Registration>();
const byValue = new Map<object, Registration>();

/**
 * Makes a class or a function known by name, so that models that use it can be saved and loaded.
 *
 * @param value A class with `getConfig()`, or a named function (an activation, a Lambda's function).
 * @returns `value`.
 * @throws ArgumentError if the name is taken by something else.
 *
 * @example
 * registerSerializable(MyLayer, { package: 'my', name: 'MyLayer' });
 */
export function registerSerializable<T extends SerializableClass | AnyFunction>(
  value: T,
  options: RegisterOptions,
): T {
  if (typeof options?.name !== 'string' || options.name === '') {
    throw new ArgumentError(
      'registerSerializable needs { name }: class names are lost in minified code.',
    );
  }
  const registeredName = `${options.package ?? 'Custom'}>${options.name}`;
  const taken = byName.get(registeredName);
  if (taken !== undefined && taken.value !== value) {
    throw new ArgumentError(
      `"${registeredName}" is registered already, for something else; choose another name or package.`,
    );
  }
  const registration: Registration = {
    registeredName,
    name: options.name,
    value,
    config: options.config,
  };
  byName.set(registeredName, registration);
  byValue.set(value, registration);
  nameClass(value, options.name);
  return value;
}

/** What was registered as `package>name`, or as `name` in any package. */
export function registeredAs(name: string): Registration | undefined {
  const exact = byName.get(name);
  if (exact !== undefined || name.includes('>')) return exact;
  return [...byName.values()].find((registration) => registration.name === name);
}

/** The registration of a class or function, if there is one. */
export function registrationOf(value: object): Registration | undefined {
  return byValue.get(value);
}
