/** The types around layers: shapes, options of constructors and calls, requests for weights. */
import type { DType, HostTensor, Tensor, Variable } from '@addax/core';
import type { DTypePolicy } from '../dtype-policies/dtype-policy.ts';

/** A shape; unknown axes (the batch, steps) are null. */
export type Shape = readonly (number | null)[];

/** One shape, or an array or record of them for several inputs. */
export type ShapeStruct = Shape | readonly ShapeStruct[] | { readonly [key: string]: ShapeStruct };

/** Options of every layer's constructor. */
export interface LayerOptions {
  /** Name, unique within a model; made from the class (`dense`, `dense_1`) by default. */
  readonly name?: string | undefined;
  /** Whether its weights are trained. Default true. */
  readonly trainable?: boolean | undefined;
  /** dtype or dtype policy of computation and weights; the global policy by default. */
  readonly dtype?: string | DTypePolicy | undefined;
  /** Whether float inputs and weights are cast to the compute dtype. Default true. */
  readonly autocast?: boolean | undefined;
  /** Added to the loss as a function of the layer's output. */
  readonly activityRegularizer?: unknown;
  /** Shape of one sample (without the batch), for the first layer of a Sequential. */
  readonly inputShape?: Shape | undefined;
  /** Shape with the batch; an alternative to `inputShape`. */
  readonly batchInputShape?: Shape | undefined;
  /** {@link LayerOptions.batchInputShape} under Keras' name. */
  readonly batchShape?: Shape | undefined;
  /** Number of samples of a batch, with `inputShape`; unknown by default. */
  readonly batchSize?: number | null | undefined;
  /** dtype of the input that `inputShape` describes. */
  readonly inputDtype?: DType | undefined;
}

/** Options of a call; further tensor arguments of a layer go by name (`value`, `initialState`). */
export interface CallOptions {
  /** Whether the layer behaves as in training; that of the enclosing call by default, else false. */
  readonly training?: boolean | undefined;
  /** Which elements count; taken from the inputs by default. */
  readonly mask?: unknown;
  readonly [argument: string]: unknown;
}

/** What {@link Layer.call} gets as options: `training` is settled. */
export interface ResolvedCallOptions extends CallOptions {
  readonly training: boolean;
}

/** Values drawn on the host; see the initializers. */
export interface InitializerLike {
  draw(shape: readonly number[], dtype: DType): HostTensor;
}

/** A function of a weight: regularizers and constraints. */
export type WeightFunction = (value: Tensor) => Tensor;

/** What {@link Layer.addWeight} takes. */
export interface WeightOptions {
  /** Last part of the path; "variable" by default. */
  readonly name?: string | undefined;
  /** Shape; known sizes only. */
  readonly shape: Shape;
  /** Initializer or its name; `glorotUniform` for floats and `zeros` else by default. */
  readonly initializer?: unknown;
  /** Penalty added to the loss, or its name. */
  readonly regularizer?: unknown;
  /** Keeps the weight where the optimizer would move it, or its name. */
  readonly constraint?: unknown;
  /** Whether the optimizer trains it. Default true. */
  readonly trainable?: boolean | undefined;
  /** dtype; the policy's variable dtype by default. */
  readonly dtype?: DType | undefined;
  /** Whether mixed precision casts its reads. Default true. */
  readonly autocast?: boolean | undefined;
}

/** What tracking needs of a metric. */
export interface MetricLike {
  readonly name: string;
  readonly variables: readonly Variable[];
  updateState(...args: never[]): void;
  result(): Tensor | Readonly<Record<string, Tensor>>;
  resetState(): void;
}
