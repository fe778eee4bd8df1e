/**
 * Configurations as they stand in files, without the classes that they name. All of it is a stranger's
 * word, so nothing is taken for granted but that it is JSON.
 */
import { isRecord } from '@addax/core';

/** An object of a configuration. */
export interface KerasObject {
  readonly class_name: string;
  readonly config: unknown;
  readonly module?: unknown;
  readonly name?: unknown;
  readonly registered_name?: unknown;
  readonly build_config?: unknown;
  readonly inbound_nodes?: unknown;
}

/** A shape; null for axes of any size. */
export type Shape = readonly (number | null)[];

/** Whether a value describes an object. */
export function isKerasObject(value: unknown): value is KerasObject {
  return isRecord(value) && typeof value['class_name'] === 'string' && 'config' in value;
}

/** The settings of an object; none if there are none. */
export function configOf({ config }: KerasObject): Readonly<Record<string, unknown>> {
  return isRecord(config) ? config : {};
}

/** The name of a layer, which older files keep only in its settings. */
export function nameOf(object: KerasObject): string {
  const own = configOf(object)['name'];
  if (typeof object.name === 'string') return object.name;
  return typeof own === 'string' ? own : object.class_name;
}

/** The layers of a model; undefined for what is no model made of layers. */
export function layersOf(object: KerasObject): readonly KerasObject[] | undefined {
  const { config } = object;
  // The first Sequential models were lists.
  const layers = Array.isArray(config) ? config : isRecord(config) ? config['layers'] : undefined;
  if (!Array.isArray(layers)) return undefined;
  return (layers as unknown[]).filter(isKerasObject);
}

/** Whether an entry of a graph is an operation, which has no weights and no place in weight files. */
export function isOperation({ module }: KerasObject): boolean {
  return typeof module === 'string' && module.startsWith('keras.src.ops');
}

/** A shape, if the value is one. */
export function shapeOf(value: unknown): Shape | undefined {
  const sizes = Array.isArray(value) ? (value as unknown[]) : undefined;
  const valid = sizes?.every((size) => size === null || typeof size === 'number');
  return valid === true ? (sizes as Shape) : undefined;
}

/** The shape that a layer was built for, if the file says so. */
export function builtShape({ build_config: build }: KerasObject): Shape | undefined {
  return isRecord(build) ? shapeOf(build['input_shape']) : undefined;
}

/** Names of what is not Keras' own: classes, functions and Python code. */
export function customNames(value: unknown): string[] {
  const names = new Set<string>();
  const visit = (item: unknown): void => {
    if (Array.isArray(item)) for (const inner of item) visit(inner);
    if (!isRecord(item)) return;
    if (isKerasObject(item)) {
      const name = customName(item);
      if (name !== undefined) names.add(name);
    }
    for (const inner of Object.values(item)) visit(inner);
  };
  visit(value);
  return [...names];
}

function customName(object: KerasObject): string | undefined {
  const { class_name: className, module, registered_name: registered, config } = object;
  if (className === '__lambda__') return 'Python lambda';
  const isKeras = typeof module === 'string' && /^(keras|builtins)(\.|$)/.test(module);
  if (className === 'function') {
    const name = String(config);
    return isKeras && !name.includes('>') ? undefined : name;
  }
  const name = typeof registered === 'string' ? registered : className;
  // Files of Keras 2 do not say where a class is from.
  return name.includes('>') || (typeof module === 'string' && !isKeras) ? name : undefined;
}

/** An optimizer or a loss in a word or two. */
export function inShort(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (isKerasObject(value)) {
    return value.class_name === 'function' ? String(value.config) : value.class_name;
  }
  if (Array.isArray(value)) return value.map((item) => inShort(item) ?? 'none').join(', ');
  if (!isRecord(value)) return null;
  const parts = Object.entries(value).map(([name, item]) => `${name}: ${inShort(item) ?? 'none'}`);
  return parts.length === 0 ? null : parts.join(', ');
}
