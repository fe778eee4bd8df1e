/** Where functional models begin: `input()` and the layer that stands behind it in files. */
import {
  type DType,
  floatx,
  FunctionalNode,
  isDType,
  DTypeError,
  SymbolicTensor,
} from '@addax/core';
import { refuseStrings } from '../models/string-inputs.ts';
import { Layer } from './layer.ts';
import type { LayerOptions, Shape } from './types.ts';

/** Options of {@link input} and {@link InputLayer}. */
export interface InputOptions {
  /** Shape of one sample, without the batch; null for unknown sizes. */
  readonly shape?: Shape | undefined;
  /** Number of samples of a batch; unknown by default. */
  readonly batchSize?: number | null | undefined;
  /** Shape with the batch, instead of `shape`. */
  readonly batchShape?: Shape | undefined;
  /** dtype; floatx by default. */
  readonly dtype?: DType | undefined;
  /** Name; `input_layer`, `input_layer_1`, … by default. */
  readonly name?: string | undefined;
}

/**
 * A placeholder in a model.
 *
 * Output: `[batch, ...shape]`.
 */
export class InputLayer extends Layer {
  static override readonly className: string = 'InputLayer';
  readonly #symbol: SymbolicTensor;

  constructor({ shape, batchSize, batchShape, dtype = floatx(), name }: InputOptions = {}) {
    refuseStrings(name ?? 'input', dtype);
    if (!isDType(dtype)) {
      throw new DTypeError(
        `input${name === undefined ? '' : ` "${name}"`}: unknown dtype "${String(dtype)}"`,
      );
    }
    const options: LayerOptions = { name, batchShape, batchSize };
    super(batchShape === undefined ? { ...options, inputShape: shape ?? [] } : options);
    this.#symbol = new SymbolicTensor(this.batchInputShape!, dtype, this.name);
    void new FunctionalNode(this, { inputs: [], options: {} }, this.#symbol);
    this.built = true;
  }

  /** The placeholder. */
  get symbol(): SymbolicTensor {
    return this.#symbol;
  }

  override invoke(inputs: unknown): unknown {
    return inputs;
  }

  override getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      batchShape: this.#symbol.shape,
      dtype: this.#symbol.dtype,
    };
  }
}

/** {@link InputLayer}. */
export function inputLayer(options: InputOptions = {}): InputLayer {
  return new InputLayer(options);
}

/**
 * A symbolic tensor to call layers and ops on; models are made from such inputs and what came of them.
 *
 * @example
 * const x = input({ shape: [28, 28, 1] });
 * const model = new Model({ inputs: x, outputs: layers.flatten()(x) });
 */
export function input(options: InputOptions = {}): SymbolicTensor {
  return new InputLayer(options).symbol;
}
