/** One step of a gated recurrent unit. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as activations from '../../activations/get.ts';
import type { Activation, ActivationLike } from '../../activations/get.ts';
import { type DropoutMasks, GatedCell, type GatedCellOptions } from './cell.ts';
import type { StepResult } from './loop.ts';

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends GatedCellOptions {
  /** Of the gates. Default `'sigmoid'`. */
  readonly recurrentActivation?: ActivationLike | null | undefined;
  /** Whether the reset gate acts after the product with the state, as in cuDNN. Default true. */
  readonly resetAfter?: boolean | undefined;
}

/**
 * One step of a GRU (Cho et al., arXiv 1406.1078): `cell(input, { states: [h] })` gives
 * `[output, [h]]`. The parts of the kernels are update, reset and candidate; with `resetAfter` the bias
 * is `[2, 3 · units]`, for the input and for the state.
 */
export class GRUCell extends GatedCell {
  static override readonly className: string = 'GRUCell';
  readonly recurrentActivation: Activation;
  readonly resetAfter: boolean;

  constructor(options: GRUCellOptions) {
    const { recurrentActivation = 'sigmoid', resetAfter = true, ...rest } = options;
    super(3, rest);
    this.recurrentActivation = activations.get(recurrentActivation);
    this.resetAfter = resetAfter;
  }

  override get stateSize(): number {
    return this.units;
  }

  protected override biasShape(width: number): readonly number[] {
    return this.resetAfter ? [2, width] : [width];
  }

  protected override inputBias(): Tensor | undefined {
    const bias = this.bias?.value;
    return bias === undefined || !this.resetAfter ? bias : ops.take(bias, 0, { axis: 0 });
  }

  override advance(projected: Tensor, states: readonly Tensor[], masks: DropoutMasks): StepResult {
    const state = states[0]!;
    const { update, candidate } = this.resetAfter
      ? this.#resetAfter(projected, state, masks)
      : this.#resetBefore(projected, state, masks);
    const added = ops.multiply(ops.subtract(1, update), candidate);
    const output = ops.add(ops.multiply(update, state), added);
    return { output, states: [output] };
  }

  #resetAfter(projected: Tensor, state: Tensor, masks: DropoutMasks): Gates {
    let recurrent = this.recurrent(state, masks);
    if (this.bias !== undefined)
      recurrent = ops.add(recurrent, ops.take(this.bias, 1, { axis: 0 }));
    const [updateIn, resetIn, candidateIn] = thirds(projected);
    const [updateState, resetState, candidateState] = thirds(recurrent);
    const reset = this.recurrentActivation(ops.add(resetIn, resetState));
    return {
      update: this.recurrentActivation(ops.add(updateIn, updateState)),
      candidate: this.activation(ops.add(candidateIn, ops.multiply(reset, candidateState))),
    };
  }

  #resetBefore(projected: Tensor, state: Tensor, masks: DropoutMasks): Gates {
    const [updateIn, resetIn, candidateIn] = thirds(projected);
    const kernels = thirds(this.recurrentKernel.value);
    const dropped = (gate: number): Tensor =>
      masks === undefined ? state : ops.multiply(state, masks[gate]!);
    const gate = (input: Tensor, index: number): Tensor =>
      this.recurrentActivation(ops.add(input, ops.matmul(dropped(index), kernels[index]!)));
    const reset = ops.multiply(gate(resetIn, 1), dropped(2));
    return {
      update: gate(updateIn, 0),
      candidate: this.activation(ops.add(candidateIn, ops.matmul(reset, kernels[2]))),
    };
  }

  override cellConfig(): Record<string, unknown> {
    return {
      ...super.cellConfig(),
      recurrentActivation: this.recurrentActivation,
      resetAfter: this.resetAfter,
    };
  }
}

interface Gates {
  readonly update: Tensor;
  readonly candidate: Tensor;
}

/** The three parts of the last axis. */
function thirds(x: Tensor): [Tensor, Tensor, Tensor] {
  return ops.split(x, 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
}

/** {@link GRUCell}: one step of a GRU. */
export function gruCell(options: GRUCellOptions): GRUCell {
  return new GRUCell(options);
}
