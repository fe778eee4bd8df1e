/**
 * Weights in the legacy layout: a group per layer, whose attribute `weight_names` says in which order
 * its arrays stand. Layers are matched by order (those with weights only), or by name.
 */
import { FormatError, type Variable } from '@addax/core';
import type { Hdf5Dataset, Hdf5Group } from '@addax/formats';
import type { Layer } from '../layers/layer.ts';
import type { Model } from '../models/model.ts';
import { textsAt } from './hdf5-texts.ts';
import { type ApplyOptions, WeightPlan } from './weight-plan.ts';

/** How layers are found. */
interface LegacyOptions extends ApplyOptions {
  readonly byName?: boolean | undefined;
}

/** Whether a group holds weights in the legacy layout. */
export function isLegacyWeights(group: Hdf5Group): boolean {
  return group.attributes.has('layer_names') || group.attributes.has('layer_names0');
}

/** Sets a model's weights. */
export async function readLegacyWeights(
  model: Model,
  group: Hdf5Group,
  { byName = false, ...options }: LegacyOptions,
): Promise<void> {
  const stored = textsAt(group, 'layer_names').map((name): [string, StoredLayer] => [
    name,
    storedLayer(group, name),
  ]);
  const plan = new WeightPlan();
  if (byName) planByName(plan, model, new Map(stored));
  else planByOrder(plan, model, stored);
  const top = group.get('top_level_model_weights');
  if (top?.kind === 'group' && model.ownWeights.length > 0) {
    plan.addAll(top.path, model.ownWeights, arraysOf(top));
  }
  await plan.apply(options);
}

type StoredLayer = readonly { readonly path: string; readonly array: Hdf5Dataset }[];

function storedLayer(group: Hdf5Group, name: string): StoredLayer {
  const layer = group.get(name);
  if (layer?.kind !== 'group') {
    throw new FormatError(`the file lists layer "${name}", but has no group of that name.`);
  }
  return arraysOf(layer);
}

function arraysOf(layer: Hdf5Group): StoredLayer {
  return textsAt(layer, 'weight_names').map((name) => {
    const array = layer.dataset(name);
    return { path: array.path, array };
  });
}

/** Keras' order within a layer: what training changes first. */
function legacyWeights(layer: Layer): Variable[] {
  return [...layer.trainableWeights, ...layer.nonTrainableWeights];
}

function planByOrder(
  plan: WeightPlan,
  model: Model,
  stored: readonly (readonly [string, StoredLayer])[],
): void {
  const layers = model.layers.filter((layer) => layer.weights.length > 0);
  const filled = stored.filter(([, arrays]) => arrays.length > 0);
  for (let i = 0; i < Math.max(layers.length, filled.length); i++) {
    const layer = layers[i];
    const [name, arrays] = filled[i] ?? [`layer ${i + 1} with weights`, []];
    if (layer === undefined) plan.reject(name, 'no further layer', `${arrays.length} weights`);
    else plan.addAll(name, legacyWeights(layer), arrays);
  }
}

function planByName(
  plan: WeightPlan,
  model: Model,
  stored: ReadonlyMap<string, StoredLayer>,
): void {
  for (const layer of model.layers) {
    const arrays = stored.get(layer.name);
    // Layers of another name are other layers: that is what loading by name is for.
    if (arrays !== undefined) plan.addAll(layer.name, legacyWeights(layer), arrays);
  }
}
