/**
 * What belongs to a layer: weights, sublayers, metrics, seed generators and losses, found among its
 * own properties, and what can be done with all of them at once.
 */
import {
  ArgumentError,
  keep,
  type Nested,
  StateError,
  Tensor,
  type TypedArray,
  type Variable,
} from '@addax/core';
import { Callable } from '../callable.ts';
import { callContext } from './call-context.ts';
import type { Layer } from './layer.ts';
import { scan, type Tracked, unique } from './tracking.ts';
import type { MetricLike } from './types.ts';
import { assignWeights, isFrozen, setTrainable } from './weights.ts';

/** Losses that one layer added. */
type AddedLoss = Tensor | (() => Tensor);

const added = new WeakMap<Trackable, AddedLoss[]>();

/** The part of a layer that keeps track of what is its own. */
export abstract class Trackable extends Callable {
  /** Unique within a model. */
  name: string;
  readonly #weights: Variable[] = [];
  readonly #extra: unknown[] = [];
  #trainable: boolean;

  constructor(name: string, trainable: boolean) {
    super();
    this.name = name;
    this.#trainable = trainable;
  }

  /** How messages call it: `Dense "dense_1"`. */
  abstract get label(): string;

  /** Whether the weights are made. */
  abstract get built(): boolean;

  /** Makes a new variable one of the layer's own weights. */
  protected adopt(variable: Variable): Variable {
    this.#weights.push(variable);
    if (!this.#trainable) setTrainable([variable], false);
    return variable;
  }

  /** A function that forgets the weights made from now on (when building fails half-way). */
  protected rememberWeights(): () => void {
    const count = this.#weights.length;
    return () => {
      this.#weights.length = count;
    };
  }

  /** Tells the layer of sublayers or variables it cannot see (those in `#private` fields). */
  track<T>(value: T): T {
    this.#extra.push(value);
    return value;
  }

  /** What belongs to this layer alone. */
  protected tracked(): Tracked {
    return scan(this, this.#extra);
  }

  /** Direct sublayers, in definition order. */
  get sublayers(): Layer[] {
    return this.tracked().layers;
  }

  /** Weights of this layer alone: those made trainable first, then the others. */
  get ownWeights(): Variable[] {
    const all = unique([...this.#weights, ...this.tracked().variables]);
    const made = (variable: Variable): boolean => variable.trainable || isFrozen(variable);
    return [...all.filter(made), ...all.filter((variable) => !made(variable))];
  }

  /** Weights of this layer and its sublayers. */
  get weights(): Variable[] {
    return unique([...this.ownWeights, ...this.sublayers.flatMap((layer) => layer.weights)]);
  }

  /** Weights and the state of seed generators. */
  get variables(): Variable[] {
    const inner = this.sublayers.flatMap((layer) => layer.variables);
    return unique([...this.ownWeights, ...this.tracked().seeds, ...inner]);
  }

  /** Weights that training changes. */
  get trainableWeights(): Variable[] {
    if (!this.#trainable) return [];
    const inner = this.sublayers.flatMap((layer) => layer.trainableWeights);
    return unique([...this.ownWeights.filter(({ trainable }) => trainable), ...inner]);
  }

  /** Weights that training leaves alone. */
  get nonTrainableWeights(): Variable[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((variable) => !trained.has(variable));
  }

  /** {@link Layer.trainableWeights}. */
  get trainableVariables(): Variable[] {
    return this.trainableWeights;
  }

  /** {@link Layer.variables} that training leaves alone. */
  get nonTrainableVariables(): Variable[] {
    const trained = new Set(this.trainableWeights);
    return this.variables.filter((variable) => !trained.has(variable));
  }

  /** Whether training changes it; setting it sets all sublayers. */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(trainable: boolean) {
    this.#trainable = trainable;
    setTrainable(this.ownWeights, trainable);
    for (const layer of this.sublayers) layer.trainable = trainable;
  }

  /** Metrics of this layer and its sublayers. */
  get metrics(): MetricLike[] {
    return unique([...this.tracked().metrics, ...this.sublayers.flatMap(({ metrics }) => metrics)]);
  }

  /**
   * Adds a scalar (or a function that gives one) to the training loss. Called in `call`, it counts for
   * that call; the trainer adds it to the loss.
   */
  addLoss(loss: Tensor | (() => Tensor)): void {
    const context = callContext();
    if (context?.probing === true) return;
    if (!(loss instanceof Tensor) && typeof loss !== 'function') {
      throw new ArgumentError(
        `${this.label}: addLoss takes a tensor or a function that gives one.`,
      );
    }
    const list = added.get(this);
    const item = loss instanceof Tensor ? keep(loss) : loss;
    if (list === undefined) added.set(this, [item]);
    else list.push(item);
  }

  /** Losses added since the last outermost call, and the penalties of regularized weights. */
  get losses(): Tensor[] {
    const penalties = this.trainableWeights.flatMap((variable) => {
      const penalty = variable.regularizer?.(variable.value);
      return penalty === undefined ? [] : [penalty];
    });
    return [...addedLosses(this), ...penalties];
  }

  /** @internal Forgets the losses of the last call; functions stay. */
  clearLosses(): void {
    const list = added.get(this);
    if (list !== undefined) {
      added.set(
        this,
        list.filter((loss) => typeof loss === 'function'),
      );
    }
    for (const layer of this.sublayers) layer.clearLosses();
  }

  /** The weights as tensors: snapshots that later training does not change. */
  getWeights(): Tensor[] {
    return this.weights.map((variable) => variable.value);
  }

  /** Sets all weights, in the order of {@link Layer.weights}; nothing is set if one does not fit. */
  setWeights(values: readonly (Tensor | Nested | TypedArray)[]): void {
    assignWeights(this.label, this.built, this.weights, values);
  }

  /** Number of weights' elements. */
  countParams(): number {
    if (!this.built && this.weights.length === 0) {
      throw new StateError(
        `${this.label} is not built, so its weights cannot be counted: call it or build(inputShape).`,
      );
    }
    return this.weights.reduce((sum, variable) => sum + variable.size, 0);
  }
}

function addedLosses(layer: Trackable): Tensor[] {
  const own = (added.get(layer) ?? []).map((loss) => (loss instanceof Tensor ? loss : loss()));
  return [...own, ...(layer as Layer).sublayers.flatMap(addedLosses)];
}
