/**
 * Output shapes as far as files tell them. Calls in a graph mention the shapes of what they take, and
 * layers in a row what they were built for; where neither does, the last layers mostly, a few rules
 * help. What no rule knows stays unknown: a wrong shape would be worse than none.
 */
import { isRecord } from '@addax/core';
import {
  builtShape,
  configOf,
  isKerasObject,
  type KerasObject,
  layersOf,
  nameOf,
  type Shape,
  shapeOf,
} from './keras-objects.ts';
import { shapeByRule } from './shape-rules.ts';

/** The output shape of each layer of a model, in the order of the configuration. */
export function outputShapes(model: KerasObject, given?: Shape): (Shape | undefined)[] {
  const layers = layersOf(model) ?? [];
  if (configOf(model)['input_layers'] === undefined) return inARow(model, layers, given);
  const graph = new GraphShapes(layers);
  return layers.map((layer) => graph.shapeOf(nameOf(layer)));
}

/** The output shape of a layer or model that is called on something of a shape. */
function outputShape(layer: KerasObject, input: Shape | undefined): Shape | undefined {
  const inner = layersOf(layer);
  if (inner === undefined) return shapeByRule(layer, input);
  const shapes = outputShapes(layer, input);
  const outputs = configOf(layer)['output_layers'];
  if (outputs === undefined) return shapes.at(-1);
  const first = firstReference(outputs);
  return shapes[inner.findIndex((each) => nameOf(each) === first)];
}

function inARow(
  model: KerasObject,
  layers: readonly KerasObject[],
  given: Shape | undefined,
): (Shape | undefined)[] {
  let shape = given ?? shapeOf(configOf(model)['build_input_shape']) ?? builtShape(model);
  return layers.map((layer, i) => {
    shape = inputShape(layer) ?? shape;
    const next = layers[i + 1];
    const known = next === undefined ? undefined : (builtShape(next) ?? inputShape(next));
    shape = known ?? (layer.class_name === 'InputLayer' ? shape : outputShape(layer, shape));
    return shape;
  });
}

/** The shape that an input layer has, or that older files give to the first layer. */
function inputShape(layer: KerasObject): Shape | undefined {
  const { batch_shape: shape, batch_input_shape: older } = configOf(layer);
  return shapeOf(shape) ?? shapeOf(older);
}

/** Shapes in a graph: from the calls that take a tensor, else from those that make it. */
class GraphShapes {
  readonly #layers: ReadonlyMap<string, KerasObject>;
  readonly #known = new Map<string, Shape | undefined>();

  constructor(layers: readonly KerasObject[]) {
    this.#layers = new Map(layers.map((layer) => [nameOf(layer), layer]));
    for (const layer of layers) {
      const shape = layer.class_name === 'InputLayer' ? inputShape(layer) : undefined;
      if (shape !== undefined) this.#known.set(nameOf(layer), shape);
      visitTensors(layer.inbound_nodes, (name, output, shape) => {
        if (output === 0 && shape !== undefined) this.#known.set(name, shape);
      });
    }
  }

  shapeOf(name: string): Shape | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    // A graph that runs in circles must not be followed for ever.
    this.#known.set(name, undefined);
    const layer = this.#layers.get(name);
    if (layer === undefined) return undefined;
    const shape = outputShape(layer, this.#input(layer));
    this.#known.set(name, shape);
    return shape;
  }

  #input(layer: KerasObject): Shape | undefined {
    const tensors: (() => Shape | undefined)[] = [];
    visitTensors(layer.inbound_nodes, (name, output, shape) => {
      tensors.push(() => shape ?? (output === 0 ? this.shapeOf(name) : undefined));
    });
    if (tensors.length > 0) return tensors[0]!();
    const reference = firstReference(layer.inbound_nodes);
    return reference === undefined ? undefined : this.shapeOf(reference);
  }
}

/** Every tensor that calls of today's form mention. */
function visitTensors(
  value: unknown,
  visit: (name: string, output: unknown, shape: Shape | undefined) => void,
): void {
  if (Array.isArray(value)) for (const item of value) visitTensors(item, visit);
  if (!isRecord(value)) return;
  if (isKerasObject(value) && value.class_name === '__keras_tensor__') {
    const { keras_history: history, shape } = configOf(value);
    if (Array.isArray(history)) visit(String(history[0]), history[2], shapeOf(shape));
    return;
  }
  for (const item of Object.values(value)) visitTensors(item, visit);
}

/** The name in the first `["dense", 0, 0]` of a structure. */
function firstReference(value: unknown): string | undefined {
  if (isRecord(value)) return firstReference(Object.values(value));
  if (!Array.isArray(value)) return undefined;
  const [name, node] = value as unknown[];
  if (typeof name === 'string' && typeof node === 'number') return name;
  for (const item of value as unknown[]) {
    const found = firstReference(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
