/** Base of metrics: state in variables, updated batch by batch, eagerly or inside a compiled step. */
import {
  autoName,
  type DType,
  floatx,
  type Tensor,
  toSnakeCase,
  toTensor,
  Variable,
} from '@addax/core';
import * as ops from '@addax/core/ops';
import { Zeros } from '../initializers/constant.ts';
import type { Initializer } from '../initializers/initializer.ts';
import type { TensorLike } from '../losses/loss.ts';
import { classNameOf, type NamedClass } from '../utils/class-name.ts';

/** Options of every metric. */
export interface MetricOptions {
  /** Name, also the key in logs; that of the class in snake_case by default. */
  readonly name?: string | undefined;
  /** dtype of the state; floatx by default. */
  readonly dtype?: DType | undefined;
}

/** Options of an update. */
export interface MetricUpdateOptions {
  /** Weight of each sample, or of each value. */
  readonly sampleWeight?: TensorLike | null | undefined;
}

/** Whether a better model has a larger ('up') or a smaller ('down') value; undefined: unknown. */
export type MetricDirection = 'up' | 'down' | undefined;

/** What {@link Metric.addVariable} takes. */
export interface MetricVariableOptions {
  /** Shape. Default: a scalar. */
  readonly shape?: readonly number[] | undefined;
  /** First value. Default zeros. */
  readonly initializer?: Initializer | undefined;
  /** dtype; that of the metric by default. */
  readonly dtype?: DType | undefined;
  readonly name?: string | undefined;
}

/**
 * Measures a model over batches. Subclasses make variables with `addVariable`, change them in
 * `updateState` and compute a tensor from them in `result`.
 *
 * @example
 * const metric = metrics.mean();
 * metric.updateState([1, 3]);
 * await metric.result().item(); // 2
 */
export abstract class Metric {
  static readonly className: string = 'Metric';
  readonly name: string;
  readonly dtype: DType;
  readonly #variables: Variable[] = [];

  constructor(options: MetricOptions = {}) {
    const className = classNameOf(this.constructor as unknown as NamedClass);
    this.name = options.name ?? autoName(toSnakeCase(className));
    this.dtype = options.dtype ?? floatx();
  }

  /** Which way is better. */
  get direction(): MetricDirection {
    return undefined;
  }

  /** The state, and that of metrics held in properties. */
  get variables(): readonly Variable[] {
    const inner = Object.values(this).filter((value) => value instanceof Metric);
    return [...this.#variables, ...inner.flatMap((metric) => metric.variables)];
  }

  /** A variable of the state. */
  addVariable(options: MetricVariableOptions = {}): Variable {
    const { shape = [], name = 'variable', dtype = this.dtype } = options;
    const initializer = options.initializer ?? new Zeros();
    const variable = new Variable(initializer.draw(shape, dtype), {
      name,
      path: `${this.name}/${name}`,
      trainable: false,
      autocast: false,
    });
    this.#variables.push(variable);
    return variable;
  }

  /** {@link Metric.addVariable} under Keras' other name. */
  addWeight(options: MetricVariableOptions = {}): Variable {
    return this.addVariable(options);
  }

  /** Takes a batch into account. */
  abstract updateState(...args: never[]): void;

  /** The value over what was seen since the last reset. */
  abstract result(): Tensor | Readonly<Record<string, Tensor>>;

  /** Forgets what was seen. */
  resetState(): void {
    for (const variable of this.variables) variable.assign(ops.zerosLike(variable.value));
  }

  /** Constructor options. */
  getConfig(): object {
    return { name: this.name, dtype: this.dtype };
  }

  toJSON(): unknown {
    const className = classNameOf(this.constructor as unknown as NamedClass);
    return { className, config: this.getConfig() };
  }

  toString(): string {
    return `${classNameOf(this.constructor as unknown as NamedClass)}(${this.name})`;
  }
}

/** A metric of targets and predictions. */
export abstract class TargetMetric extends Metric {
  /** Takes a batch into account. */
  abstract override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options?: MetricUpdateOptions,
  ): void;

  abstract override result(): Tensor;
}

/** Adds to a variable. */
export function accumulate(variable: Variable, delta: Tensor): void {
  variable.assign(variable.value.add(delta.cast(variable.dtype)));
}

/** A sample weight as a tensor. */
export function weightOf(
  options: MetricUpdateOptions | undefined,
  dtype: DType,
): Tensor | undefined {
  const weight = options?.sampleWeight;
  return weight === null || weight === undefined ? undefined : toTensor(weight).cast(dtype);
}
