/** Long short-term memory over sequences. */
import { type Tensor } from '@addax/core';
import * as composites from '@addax/core/graph-ops';
import * as activations from '../../activations/get.ts';
import type { Activation } from '../../activations/get.ts';
import type { RecurrenceResult } from './loop.ts';
import { LSTMCell, type LSTMCellOptions } from './lstm-cell.ts';
import { RNN, type RecurrentOptions } from './rnn.ts';
import { splitCellOptions } from './cell-options.ts';

/** Options of {@link LSTM}. */
export interface LSTMOptions extends LSTMCellOptions, RecurrentOptions {}

/**
 * An LSTM (Hochreiter and Schmidhuber, 1997): `[batch, steps, features]` → `[batch, units]`, or
 * `[batch, steps, units]` with `returnSequences`; with `returnState` also the last hidden and cell
 * state. Call arguments: `mask` (bool `[batch, steps]`) and `initialState` (`[h, c]`).
 *
 * @example
 * const y = layers.lstm({ units: 64, returnSequences: true })(x);
 */
export class LSTM extends RNN {
  static override readonly className: string = 'LSTM';
  declare readonly cell: LSTMCell;

  constructor(options: LSTMOptions) {
    const { cell, layer } = splitCellOptions(options, ['recurrentActivation', 'unitForgetBias']);
    super({ ...layer, cell: new LSTMCell({ ...cell, name: 'lstm_cell' }) });
    this.inputSpec = { ndim: 3 };
  }

  /** Number of output features. */
  get units(): number {
    return this.cell.units;
  }

  /** The composite, which backends may have a kernel for; dropout of the state needs the loop. */
  protected override loop(
    sequences: Tensor,
    states: readonly Tensor[],
    mask: Tensor | undefined,
    training: boolean,
  ): RecurrenceResult {
    const { cell, goBackwards, returnSequences, zeroOutputForMask } = this;
    const activation = gateOf(cell.activation);
    const recurrentActivation = gateOf(cell.recurrentActivation);
    const drops = training && (cell.dropout > 0 || cell.recurrentDropout > 0);
    if (activation === undefined || recurrentActivation === undefined || drops) {
      return super.loop(sequences, states, mask, training);
    }
    const {
      output,
      hidden,
      cell: last,
    } = composites.lstm(sequences, {
      kernel: cell.kernel.value,
      recurrentKernel: cell.recurrentKernel.value,
      bias: cell.bias?.value,
      initialHidden: states[0],
      initialCell: states[1],
      mask: mask?.cast('bool'),
      activation,
      recurrentActivation,
      goBackwards,
      returnSequences,
      zeroOutputForMask,
    });
    return { output, states: [hidden, last] };
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.recurrentConfig(), ...this.cell.cellConfig() };
  }
}

type GateActivation = 'tanh' | 'sigmoid' | 'hardSigmoid' | 'relu' | 'linear';

/** The name the composite has for an activation, if it has one. */
function gateOf(activation: Activation): GateActivation | undefined {
  const known: readonly GateActivation[] = ['tanh', 'sigmoid', 'hardSigmoid', 'relu', 'linear'];
  return known.find((name) => activations.get(name) === activation);
}

/** {@link LSTM}: long short-term memory over sequences. */
export function lstm(options: LSTMOptions): LSTM {
  return new LSTM(options);
}
