/** The simplest recurrent layer: a dense layer that sees its own output. */
import { SimpleRNNCell, type SimpleRNNCellOptions } from './simple-rnn-cell.ts';
import { splitCellOptions } from './cell-options.ts';
import { RNN, type RecurrentOptions } from './rnn.ts';

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNOptions extends SimpleRNNCellOptions, RecurrentOptions {}

/**
 * A dense layer of the input and its own output before: `[batch, steps, features]` → `[batch, units]`, or
 * `[batch, steps, units]` with `returnSequences`; with `returnState` also the last state. Call
 * arguments: `mask` (bool `[batch, steps]`) and `initialState`.
 *
 * @example
 * const y = layers.simpleRNN({ units: 64 })(x);
 */
export class SimpleRNN extends RNN {
  static override readonly className: string = 'SimpleRNN';
  declare readonly cell: SimpleRNNCell;

  constructor(options: SimpleRNNOptions) {
    const { cell, layer } = splitCellOptions(options);
    super({ ...layer, cell: new SimpleRNNCell({ ...cell, name: 'simple_rnn_cell' }) });
    this.inputSpec = { ndim: 3 };
  }

  /** Number of output features. */
  get units(): number {
    return this.cell.units;
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.recurrentConfig(), ...this.cell.cellConfig() };
  }
}

/** {@link SimpleRNN}: a dense layer that sees its own output. */
export function simpleRNN(options: SimpleRNNOptions): SimpleRNN {
  return new SimpleRNN(options);
}
