/** Sequential and functional models from their configurations. */
import { FormatError, isRecord, ops, SymbolicTensor, UnsupportedError } from '@addax/core';
import { toCamelIdentifier } from '../identifiers.ts';
import { InputLayer } from '../layers/input.ts';
import type { Layer } from '../layers/layer.ts';
import { isLayer } from '../layers/tracking.ts';
import type { Shape } from '../layers/types.ts';
import { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import {
  builtInOptions,
  isKerasObject,
  type KerasObject,
  type ReadContext,
} from './read-context.ts';
import { opOfClass, operandsOf, positionalKeys } from './graph-ops.ts';
import { optionNames } from './names.ts';
import type { SerializableEntry } from './registry.ts';

/** How `InputLayer` stands in files. */
export const INPUT_LAYER: SerializableEntry = {
  module: 'keras.layers',
  className: 'InputLayer',
  make: InputLayer,
  names: optionNames('batchShape dtype name'),
  ignored: ['sparse', 'ragged', 'optional', 'trainable'],
};

type Make = (config: Readonly<Record<string, unknown>>, context: ReadContext) => unknown;

/** Classes that need more than a constructor. */
export const MODEL_CLASSES: Readonly<Record<string, Make>> = {
  InputLayer: (config, context) => new InputLayer(builtInOptions(INPUT_LAYER, config, context)),
  Sequential: makeSequential,
  Functional: makeFunctional,
  Model: makeFunctional,
};

/** A model (or an input layer). */
export function makeModel(object: KerasObject, context: ReadContext): unknown {
  if (!isRecord(object.config)) {
    throw new FormatError(`the configuration of "${object.class_name}" is not a record.`);
  }
  return MODEL_CLASSES[object.class_name]!(object.config, context);
}

function common(
  config: Readonly<Record<string, unknown>>,
  context: ReadContext,
): Record<string, unknown> {
  const { name, trainable = true, dtype } = config;
  const policy = dtype === undefined || dtype === null ? undefined : context.read(dtype);
  return { name, trainable, ...(policy === undefined ? {} : { dtype: policy }) };
}

function makeSequential(
  config: Readonly<Record<string, unknown>>,
  context: ReadContext,
): Sequential {
  const layers = (config['layers'] as unknown[]).map((item) => context.read(item) as Layer);
  const inputs = layers.map((layer) => (layer instanceof InputLayer ? layer.symbol : layer));
  const model = new Sequential({ ...common(config, context), layers: inputs });
  const shape = config['build_input_shape'];
  if (Array.isArray(shape) && !model.built) model.build(shape as Shape);
  return model;
}

/** One entry of `layers`. */
interface LayerEntry extends KerasObject {
  readonly name?: string;
  readonly inbound_nodes?: readonly unknown[];
}

/** What stands under a name: a layer, or an op. */
type Callee = (inputs: unknown, options: Readonly<Record<string, unknown>>) => unknown;

interface Pending {
  readonly name: string;
  readonly node: unknown;
  readonly index: number;
}

/** The graph while it is made: what each call gave, by name and number of the call. */
class GraphReader {
  readonly #context: ReadContext;
  readonly #layers = new Map<string, Layer>();
  readonly #ops = new Map<string, LayerEntry>();
  readonly #results = new Map<string, readonly SymbolicTensor[]>();

  constructor(entries: readonly LayerEntry[], context: ReadContext) {
    this.#context = context;
    const pending = entries.flatMap((entry) => this.#add(entry));
    this.#run(pending);
  }

  #add(entry: LayerEntry): Pending[] {
    const own = isRecord(entry.config) ? (entry.config['name'] as string) : undefined;
    const name = entry.name ?? own ?? entry.class_name;
    if ((entry.module ?? '').startsWith('keras.src.ops')) this.#ops.set(name, entry);
    else {
      const layer = this.#context.read(entry);
      if (!isLayer(layer)) throw new FormatError(`"${name}" in the model's layers is no layer.`);
      this.#layers.set(name, layer);
      if (layer instanceof InputLayer) this.#results.set(`${name}/0`, [layer.symbol]);
    }
    return (entry.inbound_nodes ?? []).map((node, index) => ({ name, node, index }));
  }

  /** Runs calls as soon as what they need is there. */
  #run(pending: readonly Pending[]): void {
    let left = pending;
    while (left.length > 0) {
      const blocked = new Set<string>();
      const next = left.filter((call) => {
        const ready = !blocked.has(call.name) && this.#isReady(call.node);
        if (ready) this.#call(call);
        else blocked.add(call.name);
        return !ready;
      });
      if (next.length === left.length) {
        throw new FormatError(
          `the model's graph does not hang together: nothing gives the inputs of ` +
            `${[...new Set(next.map(({ name }) => `"${name}"`))].join(', ')}.`,
        );
      }
      left = next;
    }
  }

  #isReady(node: unknown): boolean {
    const missing = (value: unknown): boolean => {
      const history = historyOf(value);
      if (history !== undefined) return !this.#results.has(`${history[0]}/${history[1]}`);
      if (Array.isArray(value)) return value.some(missing);
      return isRecord(value) && Object.values(value).some(missing);
    };
    return !missing(modernNode(node));
  }

  #call({ name, node, index }: Pending): void {
    const { args, kwargs } = modernNode(node);
    const values = args.map((value) => this.#resolve(value));
    const layer = this.#layers.get(name);
    let result: unknown;
    if (layer === undefined) {
      const named = this.#resolve(kwargs) as Readonly<Record<string, unknown>>;
      result = callOp(this.#ops.get(name)!, values, named, this.#context);
    } else {
      const options: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(kwargs)) {
        const resolved = this.#resolve(value);
        if (resolved !== null) options[toCamelIdentifier(key)] = resolved;
      }
      values.slice(1).forEach((value, i) => {
        const further = FURTHER_ARGUMENTS[layer.className]?.[i] ?? (i === 0 ? 'mask' : undefined);
        if (further === undefined) {
          throw new UnsupportedError(
            `the file calls ${layer.label} with ${values.length} positional arguments.`,
          );
        }
        if (value !== null) options[further] = value;
      });
      result = (layer as unknown as Callee)(values[0], options);
    }
    this.#results.set(`${name}/${index}`, symbolsIn(result));
  }

  #resolve(value: unknown): unknown {
    const history = historyOf(value);
    if (history !== undefined) return this.tensorAt(history[0], history[1], history[2]);
    if (Array.isArray(value)) return value.map((item) => this.#resolve(item));
    if (isKerasObject(value)) return this.#context.read(value);
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.#resolve(item)]),
    );
  }

  tensorAt(name: string, node: number, index: number): SymbolicTensor {
    const tensor = this.#results.get(`${name}/${node}`)?.[index];
    if (tensor !== undefined) return tensor;
    throw new FormatError(`the model's graph has no output ${index} of call ${node} of "${name}".`);
  }

  /** `["dense", 0, 0]`, alone or in a structure. Calls of nested functional models count from 1 here. */
  structure(value: unknown): unknown {
    if (isReference(value)) {
      const [name, node, index] = value;
      const layer = this.#layers.get(name);
      const nested = layer instanceof Model && layer.graph !== undefined;
      return this.tensorAt(name, nested && node > 0 ? node - 1 : node, index);
    }
    if (Array.isArray(value)) return value.map((item) => this.structure(item));
    if (isRecord(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.structure(item)]),
      );
    }
    throw new FormatError(`the model's inputs or outputs hold ${JSON.stringify(value)}.`);
  }
}

function makeFunctional(config: Readonly<Record<string, unknown>>, context: ReadContext): Model {
  if (!Array.isArray(config['layers']) || config['input_layers'] === undefined) {
    throw new UnsupportedError(
      'the file holds a subclassed model: its class must be registered with ' +
        'registerSerializable, or handed over in customObjects.',
    );
  }
  const graph = new GraphReader(config['layers'] as LayerEntry[], context);
  return new Model({
    ...common(config, context),
    inputs: graph.structure(config['input_layers']) as SymbolicTensor,
    outputs: graph.structure(config['output_layers']) as SymbolicTensor,
  });
}

/** Names of further positional arguments of `call`; one more argument is the mask elsewhere. */
const FURTHER_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  MultiHeadAttention: ['value', 'key'],
  GroupedQueryAttention: ['value', 'key'],
  Bidirectional: ['initialState'],
  LSTM: ['sequence', 'mask'],
};

function callOp(
  entry: LayerEntry,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  context: ReadContext,
): unknown {
  const name = opOfClass(entry.class_name);
  const op = (ops as unknown as Readonly<Record<string, unknown>>)[name];
  if (typeof op !== 'function') {
    throw new UnsupportedError(`the file uses the op "${entry.class_name}", which is not known.`);
  }
  const { operands, others } = operandsOf(name, args);
  const config = { ...(entry.config as object), ...kwargs, ...others };
  const settings = new Map(Object.entries(config));
  settings.delete('name');
  // An option that no function has: Keras writes it for layerNormalization.
  if (settings.get('rms_scaling') === false) settings.delete('rms_scaling');
  const positional = positionalKeys(name).map((key) => {
    const value = settings.get(key);
    settings.delete(key);
    return value;
  });
  const options = [...settings]
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [toCamelIdentifier(key), context.read(value)] as const);
  const last = options.length === 0 ? [] : [Object.fromEntries(options)];
  checkOutputs(entry.class_name, args[0], config, positional[0]);
  const given = name === 'einsum' ? [...positional, ...operands] : [...operands, ...positional];
  return (op as (...values: unknown[]) => unknown)(...given, ...last);
}

/** More outputs than any model has. */
const OUTPUT_LIMIT = 4096;

/** Ops that take a tensor apart are asked for no more parts than models have. */
function checkOutputs(className: string, input: unknown, config: object, sections: unknown): void {
  let parts: unknown = 0;
  if (className === 'Split' || className === 'ArraySplit') parts = sections;
  if (className === 'Unstack' && input instanceof SymbolicTensor) {
    const { axis = 0 } = config as { axis?: number | undefined };
    parts = input.shape.at(axis) ?? 0;
  }
  if (typeof parts !== 'number' || parts <= OUTPUT_LIMIT) return;
  throw new FormatError(
    `the file's op "${className}" has ${parts} outputs; at most ${OUTPUT_LIMIT} are read.`,
  );
}

type Reference = readonly [name: string, node: number, index: number];

function isReference(value: unknown): value is Reference {
  return (
    Array.isArray(value) &&
    value.length >= 3 &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'number' &&
    typeof value[2] === 'number'
  );
}

function historyOf(value: unknown): Reference | undefined {
  if (!isKerasObject(value) || value.class_name !== '__keras_tensor__') return undefined;
  const { keras_history: history } = value.config as { keras_history: unknown };
  return isReference(history) ? history : undefined;
}

/** A call in today's form; Keras 2 wrote `[["dense", 0, 0, kwargs], …]`. */
function modernNode(node: unknown): { args: unknown[]; kwargs: Record<string, unknown> } {
  if (isRecord(node)) {
    const { args = [], kwargs = {} } = node;
    return { args: args as unknown[], kwargs: kwargs as Record<string, unknown> };
  }
  const references = (isReference(node) ? [node] : node) as readonly (readonly unknown[])[];
  const inputs = references.map(([name, index, tensor]) => ({
    class_name: '__keras_tensor__',
    config: { keras_history: [name, index, tensor] },
  }));
  const kwargs = (references[0]?.[3] ?? {}) as Record<string, unknown>;
  return { args: [inputs.length === 1 ? inputs[0] : inputs], kwargs };
}

function symbolsIn(tree: unknown): SymbolicTensor[] {
  if (tree instanceof SymbolicTensor) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(symbolsIn);
  return isRecord(tree) ? Object.values(tree).flatMap(symbolsIn) : [];
}
