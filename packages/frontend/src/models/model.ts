/**
 * Models: a trainable layer that holds layers. Either functional (made from inputs and outputs) or a
 * subclass with a `call` of its own.
 */
import {
  ArgumentError,
  autoName,
  type Backend,
  type Struct,
  type SymbolicTensor,
  type Tensor,
} from '@addax/core';
import { callContext } from '../layers/call-context.ts';
import type { Layer } from '../layers/layer.ts';
import { setMasks } from '../layers/masking.ts';
import { type Tracked, unique } from '../layers/tracking.ts';
import type { LayerOptions, ResolvedCallOptions, ShapeStruct } from '../layers/types.ts';
import type { LoadSource, LoadWeightsOptions } from '../saving/load-options.ts';
import type {
  ExportModelOptions,
  SaveOptions,
  SaveTarget,
  SaveWeightsOptions,
} from '../saving/save-options.ts';
import { Trainer } from '../trainer/trainer.ts';
import { fileCode } from './files.ts';
import { buildGraph, type ModelGraph, runGraph } from './graph.ts';
import { adjustInput, flattenInputs } from './standardize.ts';
import { printSummary, type SummaryOptions } from './summary.ts';

/** Symbolic tensors, alone or in arrays and records. */
export type SymbolicStruct = Struct<SymbolicTensor> | { readonly [key: string]: SymbolicStruct };

/** Options of {@link Model}. */
export interface ModelOptions extends LayerOptions {
  /** Where a functional model begins: symbolic tensors from `input()`. */
  readonly inputs?: SymbolicStruct | undefined;
  /** What came of them. */
  readonly outputs?: SymbolicStruct | undefined;
}

/**
 * A model.
 *
 * @example
 * // functional
 * const x = input({ shape: [4] });
 * const model = new Model({ inputs: x, outputs: layers.dense({ units: 2 })(x) });
 *
 * @example
 * // subclassed
 * class Classifier extends Model {
 *   hidden = layers.dense({ units: 32, activation: 'relu' });
 *   scores = layers.dense({ units: 10 });
 *   override call(x: Tensor) {
 *     return this.scores(this.hidden(x));
 *   }
 * }
 */
export class Model extends Trainer {
  static override readonly className: string = 'Model';
  static override readonly unnamed: string = 'Model';
  readonly #graph: ModelGraph | undefined;

  constructor({ inputs, outputs, ...options }: ModelOptions = {}) {
    if ((inputs === undefined) !== (outputs === undefined)) {
      throw new ArgumentError(
        'a functional model needs both inputs and outputs: new Model({ inputs, outputs }).',
      );
    }
    // Checked before anything is made, so that a failed call takes no name.
    const graph = inputs === undefined ? undefined : buildGraph(inputs, outputs);
    super(
      graph === undefined
        ? options
        : { ...options, name: options.name ?? functionalName(new.target) },
    );
    this.#graph = graph;
    if (graph !== undefined) {
      this.built = true;
      if (options.trainable === false) this.trainable = false;
    }
  }

  override get className(): string {
    const name = super.className;
    return this.#graph !== undefined && name === 'Model' ? 'Functional' : name;
  }

  /** The graph of a functional model. */
  get graph(): ModelGraph | undefined {
    return this.#graph;
  }

  /**
   * Makes the weights of a subclassed model for inputs of this shape, by evaluating `call` without
   * numbers; a call on data does it too.
   */
  override build(inputShape: ShapeStruct): void {
    if (this.#graph !== undefined || callContext()?.calling === true) return;
    this.computeShape(inputShape);
  }

  override call(inputs: Struct<Tensor>, options: ResolvedCallOptions): unknown {
    const graph = this.#graph;
    if (graph === undefined) return super.call(inputs, options);
    const flat = flattenInputs(this.label, graph.inputs, graph.flatInputs, inputs);
    if (options.mask !== undefined && options.mask !== null) setMasks(flat, options.mask);
    const values = graph.flatInputs.map((symbol, i) => adjustInput(this.label, symbol, flat[i]));
    return runGraph(graph, values);
  }

  /** Masks come out of the layers inside. */
  override computeMask(): null {
    return null;
  }

  protected override tracked(): Tracked {
    const found = super.tracked();
    const inner = this.ownedLayers;
    return inner.length === 0 ? found : { ...found, layers: unique([...inner, ...found.layers]) };
  }

  /** Layers of the graph (or the stack), which come before those in fields. */
  protected get ownedLayers(): readonly Layer[] {
    return this.#graph?.layers ?? [];
  }

  /** The layers, in Keras' order; of a functional model with its input layers. */
  get layers(): Layer[] {
    return this.sublayers;
  }

  /** Symbolic inputs of a functional model. */
  get inputs(): readonly SymbolicTensor[] {
    return this.#graph?.flatInputs ?? [];
  }

  /** Symbolic outputs of a functional model. */
  get outputs(): readonly SymbolicTensor[] {
    return this.#graph?.flatOutputs ?? [];
  }

  override get input(): Struct<SymbolicTensor> {
    return this.#graph === undefined ? super.input : (this.#graph.inputs as Struct<SymbolicTensor>);
  }

  override get output(): Struct<SymbolicTensor> {
    return this.#graph === undefined
      ? super.output
      : (this.#graph.outputs as Struct<SymbolicTensor>);
  }

  override get outputNames(): readonly string[] | undefined {
    return this.#graph?.flatOutputs.map(({ history }) => history!.node.operation.name);
  }

  /** A layer by name or position. */
  getLayer(nameOrIndex: string | number): Layer {
    const all = this.layers;
    const found =
      typeof nameOrIndex === 'number'
        ? all.at(nameOrIndex)
        : all.find(({ name }) => name === nameOrIndex);
    if (found !== undefined) return found;
    throw new ArgumentError(
      `${this.label} has no layer ${JSON.stringify(nameOrIndex)}. Its layers are ` +
        `${all.map(({ name }) => `"${name}"`).join(', ')}.`,
    );
  }

  /**
   * A table of the layers, their output shapes and numbers of weights, as Keras prints it.
   *
   * @returns The text; it is printed too, unless `print` is false.
   */
  summary(options: SummaryOptions = {}): string {
    return printSummary(this, options);
  }

  /**
   * Saves the model with its weights, its optimizer's state and what `compile` was given, as Keras 3
   * does: Python's `keras.saving.load_model` opens the file. The state of random numbers and metrics
   * goes along, which Keras passes over. A file at a path appears whole or not at all.
   *
   * @param target Path or URL ending in `.keras`, or a stream; without one the bytes are returned.
   * @throws UnsupportedError for classes and functions without a name in files, before writing.
   *
   * @example
   * await model.save('model.keras');
   */
  async save(target?: undefined, options?: SaveOptions): Promise<Uint8Array>;
  async save(target: SaveTarget, options?: SaveOptions): Promise<void>;
  async save(target?: SaveTarget, options: SaveOptions = {}): Promise<unknown> {
    const { saveModel } = await fileCode();
    return saveModel(this, target, options);
  }

  /**
   * Writes the model as an ONNX file, for any runtime of ONNX: what it answers in inference, with its
   * weights as constants and the names of its inputs and outputs. Weights of more than 256 MiB go into
   * a second file beside it, `NAME.onnx.data`. Needs `npm install @addax/onnx`.
   *
   * @param target Path or URL ending in `.onnx`, or a stream; without one the bytes are returned.
   * @throws UnsupportedError naming what cannot be written down.
   *
   * @example
   * await model.export('model.onnx', { batch: 'dynamic' });
   */
  async export(target?: undefined, options?: ExportModelOptions): Promise<Uint8Array>;
  async export(target: SaveTarget, options?: ExportModelOptions): Promise<void>;
  async export(target?: SaveTarget, options: ExportModelOptions = {}): Promise<unknown> {
    const { exportModel } = await fileCode();
    return exportModel(this, target, options);
  }

  /**
   * Saves the weights (and, except in `.safetensors`, the optimizer's state).
   *
   * @param target Path or URL ending in `.weights.h5`, `.weights.json` (an index, with shards beside it)
   *   or `.safetensors`, or a stream; without one the bytes are returned.
   *
   * @example
   * await model.saveWeights('model.weights.h5');
   * await model.saveWeights('large.weights.json', { maxShardSize: 2 });
   */
  async saveWeights(target?: undefined, options?: SaveWeightsOptions): Promise<Uint8Array>;
  async saveWeights(target: SaveTarget, options?: SaveWeightsOptions): Promise<void>;
  async saveWeights(target?: SaveTarget, options: SaveWeightsOptions = {}): Promise<unknown> {
    const { saveWeights } = await fileCode();
    return saveWeights(this, target, options);
  }

  /**
   * Sets the weights from a file: `.weights.h5` (or `.weights.json` with shards), `.keras`, legacy
   * `.h5`, `.safetensors`, or `model.json` of TensorFlow.js. The kind is told from the bytes. A compiled
   * model takes over the state of the optimizer too, where the file holds it.
   *
   * @param source Path, address, URL, Blob, bytes or stream.
   * @throws FormatError listing all weights that do not fit; the model keeps its weights then.
   *
   * @example
   * await model.loadWeights('model.weights.h5');
   */
  async loadWeights(source: LoadSource, options: LoadWeightsOptions = {}): Promise<void> {
    const { loadWeights } = await fileCode();
    return loadWeights(this, source, options);
  }

  /** Moves all variables (weights, random state, optimizer, metrics) to a backend. */
  async to(backend: Backend): Promise<this> {
    const optimizer = this.compiled ? this.optimizer.variables : [];
    const metrics = this.metrics.flatMap(({ variables }) => variables);
    for (const variable of new Set([...this.variables, ...optimizer, ...metrics])) {
      await variable.to(backend);
    }
    return this;
  }

  /** Constructor options; those of a functional model hold its graph. */
  override getConfig(): Record<string, unknown> {
    const config = super.getConfig();
    if (this.#graph === undefined) return config;
    return { ...config, inputs: this.#graph.inputs, outputs: this.#graph.outputs };
  }

  override toJSON(): unknown {
    const layers = this.layers.map((layer) => layer.toJSON());
    return {
      className: this.className,
      config: { name: this.name, trainable: this.trainable, layers },
    };
  }

  override toString(): string {
    return `<${this.className} name=${this.name}, built=${this.built}>`;
  }
}

/** Functional models made by `new Model` have a series of names of their own. */
function functionalName(type: typeof Model): string | undefined {
  return type === Model ? autoName('functional') : undefined;
}
