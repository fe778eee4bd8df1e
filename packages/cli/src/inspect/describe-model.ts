/** The layer table of a model: its configuration beside the weights of its file. */
import { isRecord } from '@addax/core';
import {
  configOf,
  customNames,
  inShort,
  type KerasObject,
  layersOf,
  nameOf,
  type Shape,
} from './keras-objects.ts';
import { elementsOf, isTrained, type LayerWeights, WeightTree } from './layer-weights.ts';
import { outputShapes } from './output-shapes.ts';
import type {
  LayerDescription,
  ModelDescription,
  ParameterCounts,
  WeightDescription,
} from './types.ts';

/** What a file holds besides the configuration. */
export interface ModelParts {
  /** Arrays by layer. */
  readonly weights: LayerWeights;
  /** What the model was compiled with. */
  readonly compiled: unknown;
  /** Names of layers by the path of their group, for models that do not list their layers. */
  readonly names?: ReadonlyMap<string, string>;
}

/** A model in the words of its file. */
export function describeModel(
  object: KerasObject,
  { weights, compiled, names }: ModelParts,
): ModelDescription {
  const { optimizer, optimizer_config: older, loss } = isRecord(compiled) ? compiled : {};
  const listed = layersOf(object) !== undefined;
  return {
    name: nameOf(object),
    // Graphs were called so by Keras 2.
    className: object.class_name === 'Model' ? 'Functional' : object.class_name,
    optimizer: inShort(optimizer ?? older),
    loss: inShort(loss),
    customObjects: customNames([object, compiled]),
    layers: listed
      ? layerRows(object, weights, true, undefined)
      : groupRows(weights, names ?? new Map<string, string>()),
  };
}

function layerRows(
  model: KerasObject,
  weights: LayerWeights,
  outside: boolean,
  input: Shape | undefined,
): LayerDescription[] {
  const layers = layersOf(model) ?? [];
  const trained = isTrained(model, outside);
  const shapes = outputShapes(model, input);
  return weights.ofLayers(layers).map((own, i) => {
    const layer = layers[i]!;
    const { total, trainable } = own.count(layer, trained);
    return {
      name: nameOf(layer),
      className: layer.class_name,
      outputShape: shapes[i] ?? null,
      parameters: total,
      trainable,
      nonTrainable: total - trainable,
      layers: layersOf(layer) === undefined ? [] : layerRows(layer, own, trained, shapes[i - 1]),
    };
  });
}

/** Subclassed models: what the groups of the weights tell. */
function groupRows(weights: LayerWeights, names: ReadonlyMap<string, string>): LayerDescription[] {
  if (!(weights instanceof WeightTree)) return [];
  const row = (path: string, group: WeightTree): LayerDescription => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const { total, trainable } = group.count({ class_name: '', config: {} }, true);
    const given = names.get(path) ?? '';
    return {
      name: given === '' ? name : given,
      className: null,
      outputShape: null,
      parameters: total,
      trainable,
      nonTrainable: total - trainable,
      layers: [],
    };
  };
  return [...weights.children].flatMap(([name, group]) =>
    name === 'layers'
      ? [...group.children].map(([inner, child]) => row(`layers/${inner}`, child))
      : [row(name, group)],
  );
}

/** Numbers of elements in a file; with a model also what of them is trained. */
export function countParameters(
  weights: readonly WeightDescription[],
  model?: { readonly object: KerasObject; readonly weights: LayerWeights },
): ParameterCounts {
  const count = (role: WeightDescription['role']): number =>
    weights.filter((weight) => weight.role === role).reduce((sum, w) => sum + elementsOf(w), 0);
  const optimizer = count('optimizer');
  if (model === undefined) {
    return { total: count('model'), trainable: null, nonTrainable: null, optimizer };
  }
  const { total, trainable } = model.weights.count(model.object, true);
  return { total, trainable, nonTrainable: total - trainable, optimizer };
}

/** The settings that a model was compiled with, as `.keras` files keep them. */
export function compiledIn(object: KerasObject): unknown {
  const { compile_config: compiled } = object as { readonly compile_config?: unknown };
  return compiled ?? configOf(object)['compile_config'];
}
