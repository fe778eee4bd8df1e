/** One step of long short-term memory. */
import { decode, type DType, encode, type HostTensor, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as activations from '../../activations/get.ts';
import type { Activation, ActivationLike } from '../../activations/get.ts';
import { Initializer } from '../../initializers/index.ts';
import { type DropoutMasks, GatedCell, type GatedCellOptions } from './cell.ts';
import type { StepResult } from './loop.ts';

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions extends GatedCellOptions {
  /** Of the gates. Default `'sigmoid'`. */
  readonly recurrentActivation?: ActivationLike | null | undefined;
  /** Whether the bias of the forget gate starts at 1. Default true. */
  readonly unitForgetBias?: boolean | undefined;
}

/** Ones for the forget gate, the second of four; the rest as another initializer says. */
class ForgetBias extends Initializer {
  static override readonly className: string = 'ForgetBias';
  readonly others: Initializer;

  constructor(others: Initializer) {
    super();
    this.others = others;
  }

  override draw(shape: readonly number[], dtype?: DType): HostTensor {
    const drawn = this.others.draw(shape, dtype);
    const values = Array.from(decode(drawn.data, drawn.dtype), Number);
    const units = values.length / 4;
    values.fill(1, units, 2 * units);
    return { ...drawn, data: encode(values, drawn.dtype) };
  }
}

/**
 * One step of an LSTM (Hochreiter and Schmidhuber, 1997): `cell(input, { states: [h, c] })` gives
 * `[output, [h, c]]`. The parts of the kernels are input, forget, cell and output.
 */
export class LSTMCell extends GatedCell {
  static override readonly className: string = 'LSTMCell';
  readonly recurrentActivation: Activation;
  readonly unitForgetBias: boolean;

  constructor(options: LSTMCellOptions) {
    const { recurrentActivation = 'sigmoid', unitForgetBias = true, ...rest } = options;
    super(4, rest);
    this.recurrentActivation = activations.get(recurrentActivation);
    this.unitForgetBias = unitForgetBias;
  }

  override get stateSize(): readonly number[] {
    return [this.units, this.units];
  }

  protected override biasInitializer(): Initializer {
    const { initializer } = this.biasRule;
    return this.unitForgetBias ? new ForgetBias(initializer) : initializer;
  }

  override advance(projected: Tensor, states: readonly Tensor[], masks: DropoutMasks): StepResult {
    const [hidden, cell] = states as readonly [Tensor, Tensor];
    const sums = ops.add(projected, this.recurrent(hidden, masks));
    const [input, forget, candidate, output] = ops.split(sums, 4, { axis: this.gateAxis }) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const gate = this.recurrentActivation;
    const added = ops.multiply(gate(input), this.activation(candidate));
    const nextCell = ops.add(ops.multiply(gate(forget), cell), added);
    const nextHidden = ops.multiply(gate(output), this.activation(nextCell));
    return { output: nextHidden, states: [nextHidden, nextCell] };
  }

  override cellConfig(): Record<string, unknown> {
    return {
      ...super.cellConfig(),
      recurrentActivation: this.recurrentActivation,
      unitForgetBias: this.unitForgetBias,
    };
  }
}

/** {@link LSTMCell}: one step of an LSTM. */
export function lstmCell(options: LSTMCellOptions): LSTMCell {
  return new LSTMCell(options);
}
