/** Configurations of Sequential and functional models, with Keras' numbering of calls. */
import {
  type FunctionalNode,
  isRecord,
  mapTree,
  OpOperation,
  type Operation,
  SymbolicTensor,
  UnsupportedError,
} from '@addax/core';
import { toSnakeIdentifier } from '../identifiers.ts';
import { InputLayer } from '../layers/input.ts';
import { isLayer } from '../layers/tracking.ts';
import type { ModelGraph } from '../models/graph.ts';
import { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import { argumentsOf, furtherKeys, opClass, opKey } from './graph-ops.ts';
import { registrationOf } from './registry.ts';

/** Writes a value; handed in because models hold layers that hold models. */
export type Write = (value: unknown) => unknown;

/** The configuration of a model made of layers; undefined for anything else. */
export function modelObject(value: object, write: Write): Record<string, unknown> | undefined {
  if (value instanceof InputLayer) return inputObject(value);
  if (registrationOf(value.constructor) !== undefined) return undefined;
  if (value instanceof Sequential) return sequentialObject(value, write);
  if (!(value instanceof Model) || value.constructor !== Model) return undefined;
  if (value.graph !== undefined) return functionalObject(value, value.graph, write);
  throw new UnsupportedError(
    `${value.label} is neither functional nor of a registered class: only such models can stand in ` +
      'a file.',
  );
}

function object(module: string, className: string, config: unknown): Record<string, unknown> {
  return { module, class_name: className, config, registered_name: null };
}

function inputObject(layer: InputLayer): Record<string, unknown> {
  const { shape, dtype } = layer.symbol;
  return object('keras.layers', 'InputLayer', {
    batch_shape: [...shape],
    dtype,
    sparse: false,
    ragged: false,
    name: layer.name,
  });
}

function sequentialObject(model: Sequential, write: Write): Record<string, unknown> {
  const { name, trainable, dtypePolicy, inputLayer } = model;
  const layers = model.layers.map(write);
  const config = {
    name,
    trainable,
    dtype: write(dtypePolicy),
    layers: inputLayer === undefined ? layers : [inputObject(inputLayer), ...layers],
  };
  if (inputLayer === undefined) return object('keras', 'Sequential', config);
  const shape = [...inputLayer.symbol.shape];
  const built = { ...config, build_input_shape: shape };
  return { ...object('keras', 'Sequential', built), build_config: { input_shape: shape } };
}

function functionalObject(model: Model, graph: ModelGraph, write: Write): Record<string, unknown> {
  const writer = new GraphWriter(graph, write);
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: model.name,
      trainable: model.trainable,
      layers: graph.operations.map((operation) => writer.entry(operation)),
      input_layers: mapTree(graph.inputs, (leaf) => writer.reference(leaf as SymbolicTensor)),
      output_layers: mapTree(graph.outputs, (leaf) => writer.reference(leaf as SymbolicTensor)),
    },
    registered_name: 'Functional',
    build_config: { input_shape: null },
  };
}

/** Numbers the calls of each layer within one graph. */
class GraphWriter {
  readonly #nodes: ReadonlySet<FunctionalNode>;
  readonly #write: Write;

  constructor(graph: ModelGraph, write: Write) {
    this.#nodes = new Set([
      ...graph.nodes,
      ...graph.flatInputs.map((tensor) => tensor.history!.node),
    ]);
    this.#write = write;
  }

  #calls(operation: Operation): FunctionalNode[] {
    return operation.inboundNodes.filter((node) => this.#nodes.has(node));
  }

  entry(operation: Operation): Record<string, unknown> {
    const { name } = operation;
    if (operation instanceof InputLayer) {
      return { ...inputObject(operation), name, inbound_nodes: [] };
    }
    const calls = this.#calls(operation);
    if (operation instanceof OpOperation) {
      const { module, className } = opClass(operation.op);
      const settings = Object.entries(calls[0]?.args.options ?? {});
      const keys = furtherKeys(operation.op);
      const named = settings.map(([option, value]): [string, unknown] => [opKey(option), value]);
      const further = Object.fromEntries(named.filter(([key]) => keys.includes(key)));
      const config = Object.fromEntries(
        named
          .filter(([key]) => !keys.includes(key))
          .map(([key, value]) => [key, this.#write(value)]),
      );
      const written = { module, class_name: className, registered_name: className };
      const nodes = calls.map((node) => {
        const operands = node.args.inputs as readonly unknown[];
        const { args, kwargs } = argumentsOf(operation.op, operands, further);
        return this.#call(args, kwargs);
      });
      return { ...written, config: { name, ...config }, name, inbound_nodes: nodes };
    }
    if (!isLayer(operation)) {
      throw new UnsupportedError(`"${name}" in the model's graph is neither a layer nor an op.`);
    }
    const nodes = calls.map((node) => this.#call([node.args.inputs], node.args.options));
    return { ...(this.#write(operation) as object), name, inbound_nodes: nodes };
  }

  #call(
    args: readonly unknown[],
    options: Readonly<Record<string, unknown>>,
  ): { args: unknown; kwargs: unknown } {
    const kwargs = Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([option, value]) => [toSnakeIdentifier(option), this.#argument(value)]);
    return { args: args.map((arg) => this.#argument(arg)), kwargs: Object.fromEntries(kwargs) };
  }

  #argument(value: unknown): unknown {
    if (value instanceof SymbolicTensor) {
      const { node, tensorIndex } = value.history!;
      const { operation } = node;
      return {
        class_name: '__keras_tensor__',
        config: {
          shape: [...value.shape],
          dtype: value.dtype,
          keras_history: [operation.name, this.#calls(operation).indexOf(node), tensorIndex],
        },
      };
    }
    if (Array.isArray(value)) return value.map((item) => this.#argument(item));
    if (isRecord(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.#argument(item)]),
      );
    }
    return this.#write(value);
  }

  /** `[layer, call, output]`; here, and only here, calls of nested functional models count from 1. */
  reference(tensor: SymbolicTensor): [string, number, number] {
    const { node, tensorIndex } = tensor.history!;
    const { operation } = node;
    const nested = operation instanceof Model && operation.graph !== undefined;
    const index = this.#calls(operation).indexOf(node) + (nested ? 1 : 0);
    return [operation.name, index, tensorIndex];
  }
}
