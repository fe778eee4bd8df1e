/** A stack of layers, each fed with the output of the one before. */
import {
  ArgumentError,
  type DType,
  StateError,
  type Struct,
  SymbolicTensor,
  Tensor,
} from '@addax/core';
import { inContext } from '../layers/call-context.ts';
import { InputLayer } from '../layers/input.ts';
import type { Layer } from '../layers/layer.ts';
import { isShape } from '../layers/layer-options.ts';
import { setMask } from '../layers/masking.ts';
import { isLayer } from '../layers/tracking.ts';
import type { LayerOptions, ResolvedCallOptions, Shape, ShapeStruct } from '../layers/types.ts';
import { Model } from './model.ts';
import { adjustInput, flattenInputs } from './standardize.ts';

/** Options of {@link Sequential}. */
export interface SequentialOptions extends LayerOptions {
  /** The layers, first to last. */
  readonly layers?: readonly (Layer | SymbolicTensor)[] | undefined;
}

/**
 * A stack of layers. Weights are made at once if the first layer knows its `inputShape` (or is an input),
 * else at the first call.
 *
 * @example
 * const model = new Sequential([
 *   layers.dense({ units: 32, activation: 'relu', inputShape: [784] }),
 *   layers.dense({ units: 10 }),
 * ]);
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';
  readonly #layers: Layer[] = [];
  /** Symbolic values from the input through all layers; empty while the input is unknown. */
  #chain: SymbolicTensor[] = [];
  #inputLayer: InputLayer | undefined;
  /** Whether the input was declared, rather than seen at the first call. */
  #declared = false;

  constructor(
    given: readonly (Layer | SymbolicTensor)[] | SequentialOptions = {},
    more: LayerOptions = {},
  ) {
    const { layers = [], ...options } = Array.isArray(given)
      ? { ...more, layers: given as readonly Layer[] }
      : (given as SequentialOptions);
    super(options);
    for (const layer of layers) this.add(layer);
  }

  /** Puts a layer on top. */
  add(layer: Layer | SymbolicTensor): void {
    const item = layer instanceof SymbolicTensor ? layer.history?.node.operation : layer;
    if (!isLayer(item)) {
      throw new ArgumentError(
        `${this.label}: only layers (or what input() gives) can be added, got ${String(layer)}.`,
      );
    }
    if (item instanceof InputLayer) {
      if (this.#layers.length > 0 || this.#inputLayer !== undefined) {
        throw new ArgumentError(`${this.label}: an input can only be the first of its layers.`);
      }
      this.#begin(item, true);
      return;
    }
    if (this.#layers.some(({ name }) => name === item.name)) {
      throw new ArgumentError(
        `${this.label} has a layer named "${item.name}" already; layer names must be unique.`,
      );
    }
    const first = this.#layers.length === 0 && this.#inputLayer === undefined;
    this.#layers.push(item);
    try {
      if (first) this.#beginWith(item);
      if (this.#inputLayer !== undefined) this.#extend(item);
    } catch (error) {
      this.#layers.pop();
      throw error;
    }
  }

  /** Takes the last layer off. */
  pop(): Layer {
    const layer = this.#layers.pop();
    if (layer === undefined) throw new StateError(`${this.label} has no layers to take off.`);
    if (this.#chain.length > this.#layers.length + 1) this.#chain.pop();
    return layer;
  }

  /** The first layer may know what its input is. */
  #beginWith(layer: Layer): void {
    const inner = layer instanceof Model ? layer.inputs : [];
    const batchShape = layer.batchInputShape ?? (inner.length === 1 ? inner[0]!.shape : undefined);
    if (batchShape === undefined) return;
    const dtype = layer.inputDtype ?? inner[0]?.dtype;
    this.#begin(new InputLayer(dtype === undefined ? { batchShape } : { batchShape, dtype }), true);
  }

  #begin(inputLayer: InputLayer, declared: boolean): void {
    this.#inputLayer = inputLayer;
    this.#declared = declared;
    this.#chain = [inputLayer.symbol];
  }

  #extend(layer: Layer): void {
    const output = inContext(this, {}, () => layer.invoke(this.#chain.at(-1)!));
    if (!(output instanceof SymbolicTensor)) {
      throw new ArgumentError(
        `${layer.label} gives several outputs: a Sequential takes layers with one input and one ` +
          'output. Use the functional Model for other shapes of models.',
      );
    }
    this.#chain.push(output);
    this.built = true;
  }

  override build(inputShape: ShapeStruct): void {
    if (this.#layers.length === 0) {
      throw new StateError(
        `${this.label} has no layers yet: add some before it is built or called.`,
      );
    }
    if (this.#inputLayer !== undefined) return;
    if (!isShape(inputShape)) {
      throw new ArgumentError(`${this.label} takes one input, so build takes one shape.`);
    }
    this.#buildFor([null, ...inputShape.slice(1)]);
  }

  #buildFor(batchShape: Shape): void {
    const dtype: DType = this.#layers[0]!.inputDtype ?? this.#layers[0]!.computeDtype;
    try {
      this.#begin(new InputLayer({ batchShape, dtype }), false);
      for (const layer of this.#layers) this.#extend(layer);
    } catch (error) {
      this.#inputLayer = undefined;
      this.#chain = [];
      throw error;
    }
  }

  override call(inputs: Struct<Tensor>, options: ResolvedCallOptions): unknown {
    let value: unknown = inputs;
    if (this.#declared) {
      const { symbol } = this.#inputLayer!;
      const [only] = flattenInputs(this.label, symbol, [symbol], inputs);
      value = adjustInput(this.label, symbol, only);
    }
    if (options.mask instanceof Tensor && value instanceof Tensor) setMask(value, options.mask);
    for (const layer of this.#layers) value = layer.invoke(value);
    return value;
  }

  protected override get ownedLayers(): readonly Layer[] {
    return this.#layers;
  }

  /** The layers, without the input. */
  override get layers(): Layer[] {
    return [...this.#layers];
  }

  /** The input layer, once the shape of the input is known. */
  get inputLayer(): InputLayer | undefined {
    return this.#inputLayer;
  }

  override get inputs(): readonly SymbolicTensor[] {
    return this.#chain.slice(0, 1);
  }

  override get outputs(): readonly SymbolicTensor[] {
    return this.#chain.slice(-1);
  }

  override get input(): Struct<SymbolicTensor> {
    return this.#known('input')[0]!;
  }

  override get output(): Struct<SymbolicTensor> {
    return this.#known('output').at(-1)!;
  }

  #known(what: string): readonly SymbolicTensor[] {
    if (this.#chain.length > 0) return this.#chain;
    throw new StateError(
      `${this.label} has no symbolic ${what} yet: give its first layer an inputShape, or call it.`,
    );
  }

  override get outputNames(): readonly string[] | undefined {
    const last = this.#layers.at(-1);
    return last === undefined ? undefined : [last.name];
  }

  /** Constructor options. */
  override getConfig(): Record<string, unknown> {
    const { inputLayer } = this;
    const layers = this.#declared && inputLayer ? [inputLayer, ...this.#layers] : this.layers;
    return { name: this.name, trainable: this.trainable, dtype: this.dtypePolicy.name, layers };
  }
}
