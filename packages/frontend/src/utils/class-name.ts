/**
 * Names of classes. Minifiers rename constructors, so no name comes from `constructor.name`: built-in
 * classes say theirs in a static `className`, people's classes get one by `registerSerializable`.
 */

const registered = new WeakMap<object, string>();

/** A class that says its name. */
export interface NamedClass {
  readonly className: string;
  /** Name of subclasses that say none. */
  readonly unnamed?: string;
}

/** Gives a class the name it was registered with. */
export function nameClass(constructor: object, name: string): void {
  registered.set(constructor, name);
}

/** The registered name, else the class's own `className`, else what unnamed subclasses are called. */
export function classNameOf(constructor: NamedClass): string {
  const name = registered.get(constructor);
  if (name !== undefined) return name;
  if (Object.hasOwn(constructor, 'className')) return constructor.className;
  return constructor.unnamed ?? constructor.className;
}
