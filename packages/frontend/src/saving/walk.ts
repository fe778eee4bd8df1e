/**
 * The order and the paths in which Keras' weight files hold what has weights: `layers/dense_1/vars`,
 * `optimizer/vars`. The rule is that of Python's attributes (sorted by name, private ones last, each
 * object once), so it is spelled out here, with the names that attributes have in Python.
 */
import { isRecord, toSnakeCase, type Variable } from '@addax/core';
import { toSnakeIdentifier } from '../identifiers.ts';
import type { Layer } from '../layers/layer.ts';
import { isLayer } from '../layers/tracking.ts';
import { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { classNameOf, type NamedClass } from '../utils/class-name.ts';

/** A layer, model or optimizer. */
type Saveable = Layer | Optimizer;

/** One group of a weight file. */
export interface SaveableEntry {
  /** Path of the group, without `/vars`; empty for the model itself. */
  readonly path: string;
  /** Name of the object, which files mention and readers ignore. */
  readonly name: string;
  /** What the group `vars` holds as `0`, `1`, …; may be empty. */
  readonly variables: readonly Variable[];
  readonly saveable: Saveable;
}

/** Properties whose name in Python is not the same words in snake_case. */
const PYTHON_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MultiHeadAttention: { dropoutLayer: '_dropout_layer', gateDense: '_gate_dense' },
  GroupedQueryAttention: {
    dropoutLayer: '_dropout_layer',
    gateDense: '_gate_dense',
    keyDense: '_key_dense',
    outputDense: '_output_dense',
    queryDense: '_query_dense',
    valueDense: '_value_dense',
  },
};

/** Everything with weights of its own in a model (or layer, or optimizer), parents before children. */
export function walkSaveables(root: Saveable): SaveableEntry[] {
  const walk = new Walk();
  walk.visit(root, '');
  return walk.entries;
}

class Walk {
  readonly entries: SaveableEntry[] = [];
  readonly #visited = new Set<object>();

  visit(saveable: Saveable, path: string): void {
    if (this.#visited.has(saveable)) return;
    this.#visited.add(saveable);
    const variables = isLayer(saveable) ? saveable.ownWeights : saveable.variables;
    this.entries.push({ path, name: saveable.name, variables, saveable });
    for (const [attribute, value] of attributesOf(saveable)) {
      this.#visitValue(value, join(path, attribute));
    }
    if (!isLayer(saveable)) return;
    // Layers that no attribute shows (private fields): Python has no such place.
    const hidden = saveable.sublayers.filter((layer) => !this.#visited.has(layer));
    this.#visitContainer(hidden, join(path, '_layers'));
  }

  #visitValue(value: unknown, path: string): void {
    if (isSaveable(value)) this.visit(value, path);
    else if (isContainer(value)) this.#visitContainer(itemsOf(value), path);
  }

  #visitContainer(items: readonly unknown[], path: string): void {
    const counts = new Map<string, number>();
    const numbered = (kind: string): string => {
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      return join(path, count === 0 ? kind : `${kind}_${count}`);
    };
    for (const item of items) {
      if (isSaveable(item)) this.visit(item, numbered(groupName(item)));
      else if (isContainer(item) && !this.#visited.has(item)) {
        // Records may hold themselves.
        this.#visited.add(item);
        this.#visitContainer(itemsOf(item), numbered('container'));
      }
    }
  }
}

type Container =
  | readonly unknown[]
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  // Long arrays of numbers hold nothing of interest.
  if (Array.isArray(value)) return typeof value[0] !== 'number';
  return value instanceof Map || value instanceof Set || isRecord(value);
}

function itemsOf(container: Container): readonly unknown[] {
  if (Array.isArray(container)) return container;
  if (container instanceof Map || container instanceof Set) return [...container.values()];
  return Object.values(container);
}

function isSaveable(value: unknown): value is Saveable {
  return isLayer(value) || value instanceof Optimizer;
}

/** What a container calls an object of this class. */
function groupName(saveable: Saveable): string {
  const className = isLayer(saveable)
    ? saveable.className
    : classNameOf(saveable.constructor as unknown as NamedClass);
  return toSnakeCase(className);
}

/** The attributes that may lead to more, in Python's names and order. */
function attributesOf(saveable: Saveable): [string, unknown][] {
  const names = isLayer(saveable) ? PYTHON_NAMES[saveable.className] : undefined;
  const attributes = Object.entries(saveable).map(([property, value]): [string, unknown] => [
    names?.[property] ?? pythonName(property),
    value,
  ]);
  if (!(saveable instanceof Model)) return sorted(attributes);
  if (saveable.compiled) attributes.push(['optimizer', saveable.optimizer]);
  if (saveable instanceof Sequential) return [['layers', saveable.layers], ...sorted(attributes)];
  const { graph } = saveable;
  if (graph !== undefined) return [['layers', graph.layers], ...sorted(attributes)];
  // In Python `layers` is a property of models, which is met among the attributes of subclasses:
  // what sorts after it is stored below it.
  return sorted([...attributes, ['layers', saveable.layers]]);
}

function pythonName(property: string): string {
  return /^[A-Z]/.test(property) ? property : toSnakeIdentifier(property);
}

function sorted(attributes: readonly [string, unknown][]): [string, unknown][] {
  const key = (name: string): string => (name.startsWith('_') ? `~${name}` : name);
  return attributes.toSorted(([a], [b]) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
