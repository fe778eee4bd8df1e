/** Adafactor: second moments kept as row and column means (Shazeer and Stern, arXiv 1804.04235). */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';

/** Options of {@link Adafactor}. */
export interface AdafactorOptions extends OptimizerOptions {
  /** Power of the step in the decay of the second moment. Default −0.8. */
  readonly beta2Decay?: number | undefined;
  /** Added to squares. Default 1e-30. */
  readonly epsilon1?: number | undefined;
  /** Smallest scale of a weight. Default 0.001. */
  readonly epsilon2?: number | undefined;
  /** Steps of a larger root mean square are scaled down to it. Default 1. */
  readonly clipThreshold?: number | undefined;
  /** Whether the rate is at most 1 / √step. Default true. */
  readonly relativeStep?: boolean | undefined;
}

/** Steps in proportion to the size of the weights. Default rate 0.001. */
export class Adafactor extends Optimizer {
  static override readonly className: string = 'Adafactor';
  readonly beta2Decay: number;
  readonly epsilon1: number;
  readonly epsilon2: number;
  readonly clipThreshold: number;
  readonly relativeStep: boolean;
  readonly #rows: Map<Variable, Variable> = new Map();
  readonly #columns: Map<Variable, Variable> = new Map();
  readonly #velocities: Map<Variable, Variable> = new Map();

  constructor(options: AdafactorOptions = {}) {
    super(options, 0.001);
    this.beta2Decay = options.beta2Decay ?? -0.8;
    this.epsilon1 = options.epsilon1 ?? 1e-30;
    this.epsilon2 = options.epsilon2 ?? 0.001;
    this.clipThreshold = options.clipThreshold ?? 1;
    this.relativeStep = options.relativeStep ?? true;
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    for (const variable of variables) {
      const { name, shape, dtype } = variable;
      if (shape.length < 2) {
        // Keras keeps two unused numbers here; so do its files.
        this.addVariable(name, [], 'int32');
        this.addVariable(name, [], 'int32');
      } else {
        const columns = [...shape.slice(0, -2), shape.at(-1)!];
        this.#rows.set(variable, this.addVariable(name, shape.slice(0, -1), dtype));
        this.#columns.set(variable, this.addVariable(name, columns, dtype));
      }
      this.#velocities.set(variable, this.addSlot(variable, 'velocity'));
    }
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const step = this.localStep(variable.dtype);
    const bound = ops.rsqrt(step);
    const scale = ops.maximum(rms(variable.value), this.epsilon2).mul(ops.minimum(rate, bound));
    const decay = ops.subtract(1, ops.power(step, this.beta2Decay));
    const squares = ops.square(gradient).add(this.epsilon1);
    const velocity = this.#velocityOf(variable, squares, decay);
    this.#velocities.get(variable)!.assign(velocity);
    const step1 = gradient.div(ops.sqrt(velocity));
    const clipped = step1.div(ops.maximum(rms(step1).div(this.clipThreshold), 1));
    variable.assign(variable.value.sub(clipped.mul(scale)));
  }

  #velocityOf(variable: Variable, squares: Tensor, decay: Tensor): Tensor {
    const average = (slot: Variable, x: Tensor): Tensor => {
      const next = slot.value.mul(decay).add(x.mul(ops.subtract(1, decay)));
      slot.assign(next);
      return next;
    };
    const rowSlot = this.#rows.get(variable);
    if (rowSlot === undefined) return average(this.#velocities.get(variable)!, squares);
    const rows = average(rowSlot, squares.mean({ axis: -1 }));
    const columns = average(this.#columns.get(variable)!, squares.mean({ axis: -2 }));
    const share = rows.div(rows.mean({ axis: -1, keepdims: true }));
    return ops.expandDims(share, -1).mul(ops.expandDims(columns, -2));
  }

  override getConfig(): object {
    const { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep } = this;
    const own = { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep };
    return { ...super.getConfig(), ...own };
  }
}

function rms(x: Tensor): Tensor {
  return ops.sqrt(ops.mean(ops.square(x)));
}
