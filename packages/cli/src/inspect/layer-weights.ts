/**
 * Which arrays of a file belong to which layer, told from the configuration alone. Files of Keras 3
 * number the layers of a class (`layers/dense_1/vars/0`); older ones use the names of layers.
 */
import { isRecord, toSnakeCase } from '@addax/core';
import {
  configOf,
  isKerasObject,
  isOperation,
  type KerasObject,
  layersOf,
  nameOf,
} from './keras-objects.ts';
import type { WeightDescription } from './types.ts';

/** Elements of some arrays. */
export interface Count {
  readonly total: number;
  readonly trainable: number;
}

/** The arrays of a layer or model. */
export interface LayerWeights {
  /** The arrays of each of its layers, in the order of the configuration. */
  ofLayers(layers: readonly KerasObject[]): readonly LayerWeights[];
  /** How many elements there are; `trainable` is whether what the layer stands in is trained. */
  count(layer: KerasObject, trainable: boolean): Count;
}

/** Whether training changes a layer that stands in something trained. */
export function isTrained(layer: KerasObject, outside: boolean): boolean {
  return outside && configOf(layer)['trainable'] !== false;
}

/** Elements of one array. */
export function elementsOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((a, b) => a * b, 1);
}

function sum(counts: readonly Count[]): Count {
  return counts.reduce(
    (a, b) => ({ total: a.total + b.total, trainable: a.trainable + b.trainable }),
    { total: 0, trainable: 0 },
  );
}

/** Classes with weights that training does not change; they stand last. */
const FIXED_AT_END: ReadonlyMap<string, number> = new Map([
  ['BatchNormalization', 2],
  ['Normalization', 3],
  ['SpectralNormalization', 1],
]);

/** Classes that keep a second copy of a weight of the layer inside. */
const COPIES_AT_START: ReadonlyMap<string, number> = new Map([['SpectralNormalization', 1]]);

/** Groups that have another name than their class. */
const GROUP_NAMES: ReadonlyMap<string, string> = new Map([
  ['GroupQueryAttention', 'grouped_query_attention'],
  ['Model', 'functional'],
]);

/** Arrays of a file in Keras 3's layout. */
export class WeightTree implements LayerWeights {
  readonly #arrays: WeightDescription[] = [];
  readonly #children = new Map<string, WeightTree>();

  constructor(weights: readonly WeightDescription[]) {
    for (const weight of weights) this.#add(weight.path.split('/'), weight);
  }

  #add([step, ...rest]: readonly string[], weight: WeightDescription): void {
    if (step === undefined || step === 'vars') {
      this.#arrays.push(weight);
      return;
    }
    const child = this.#children.get(step) ?? new WeightTree([]);
    this.#children.set(step, child);
    child.#add(rest, weight);
  }

  /** Groups by name. */
  get children(): ReadonlyMap<string, WeightTree> {
    return this.#children;
  }

  get #layers(): WeightTree | undefined {
    // Keras 2.12 to 2.15 kept layers under another name.
    return this.#children.get('layers') ?? this.#children.get('_layer_checkpoint_dependencies');
  }

  ofLayers(layers: readonly KerasObject[]): readonly LayerWeights[] {
    const counters = new Map<string, number>();
    return layers.map((layer) => {
      if (isOperation(layer)) return new WeightTree([]);
      const group = GROUP_NAMES.get(layer.class_name) ?? toSnakeCase(layer.class_name);
      const number = counters.get(group) ?? 0;
      counters.set(group, number + 1);
      const name = number === 0 ? group : `${group}_${number}`;
      return this.#layers?.children.get(name) ?? new WeightTree([]);
    });
  }

  count(layer: KerasObject, outside: boolean): Count {
    return sum(this.#counts(layer, isTrained(layer, outside)));
  }

  #counts(layer: KerasObject | undefined, trained: boolean): Count[] {
    const className = layer?.class_name ?? '';
    const own = this.#arrays.slice(COPIES_AT_START.get(className) ?? 0);
    const fixed = own.length - (FIXED_AT_END.get(className) ?? 0);
    const counts = own.map((weight, i) => {
      const total = elementsOf(weight);
      return { total, trainable: trained && i < fixed ? total : 0 };
    });
    const inner = layer === undefined ? undefined : layersOf(layer);
    if (layer !== undefined && inner !== undefined) {
      const groups = this.ofLayers(inner);
      groups.forEach((weights, i) => counts.push(weights.count(inner[i]!, trained)));
      // What belongs to no layer of the configuration still takes its place in the file.
      const placed = new Set<LayerWeights>(groups);
      for (const child of this.#layers?.children.values() ?? []) {
        if (!placed.has(child)) counts.push(...child.#counts(undefined, trained));
      }
    }
    for (const [name, child] of this.#children) {
      if (inner !== undefined && child === this.#layers) continue;
      const object = layer === undefined ? undefined : insideOf(layer, name);
      const trainedToo = object === undefined ? trained : isTrained(object, trained);
      counts.push(...child.#counts(object, trainedToo));
    }
    return counts;
  }
}

/** The layer that a wrapper keeps in the attribute `name`. */
function insideOf(layer: KerasObject, name: string): KerasObject | undefined {
  const config = configOf(layer);
  const value = config[name] ?? (/^(for|back)ward_layer$/.test(name) ? config['layer'] : undefined);
  return isKerasObject(value) ? value : undefined;
}

/** Ends of names of weights that training does not change. */
const FIXED_NAME = /(^|\/)(moving_mean|moving_variance|vector_u|sn_u)(:\d+)?$/;

/** Arrays of a file whose paths hold the names of layers: the first name of a layer counts. */
export class NamedWeights implements LayerWeights {
  readonly #weights: readonly WeightDescription[];

  constructor(weights: readonly WeightDescription[]) {
    this.#weights = weights;
  }

  ofLayers(layers: readonly KerasObject[]): readonly LayerWeights[] {
    const owners = new Map<string, number>();
    layers.forEach((layer, i) => leafNames(layer).forEach((name) => owners.set(name, i)));
    const groups = layers.map((): WeightDescription[] => []);
    for (const weight of this.#weights) {
      const owner = weight.path.split('/').find((part) => owners.has(part));
      if (owner !== undefined) groups[owners.get(owner)!]!.push(weight);
    }
    return groups.map((weights) => new NamedWeights(weights));
  }

  count(layer: KerasObject, outside: boolean): Count {
    const trained = isTrained(layer, outside);
    const inner = layersOf(layer);
    if (inner !== undefined) {
      const found = sum(this.ofLayers(inner).map((own, i) => own.count(inner[i]!, trained)));
      const total = this.#weights.reduce((count, weight) => count + elementsOf(weight), 0);
      // What belongs to no layer of the configuration still takes its place in the file.
      const others = trained ? total - found.total : 0;
      return { total, trainable: found.trainable + others };
    }
    const { layer: wrapped } = configOf(layer);
    const fixed =
      !trained ||
      layer.class_name === 'Normalization' ||
      (isRecord(wrapped) && isKerasObject(wrapped) && !isTrained(wrapped, true));
    return sum(
      this.#weights.map((weight) => {
        const total = elementsOf(weight);
        return { total, trainable: fixed || FIXED_NAME.test(weight.path) ? 0 : total };
      }),
    );
  }
}

function leafNames(layer: KerasObject): string[] {
  return layersOf(layer)?.flatMap(leafNames) ?? [nameOf(layer)];
}
