/** Gated recurrent units over sequences. */
import { GRUCell, type GRUCellOptions } from './gru-cell.ts';
import { splitCellOptions } from './cell-options.ts';
import { RNN, type RecurrentOptions } from './rnn.ts';

/** Options of {@link GRU}. */
export interface GRUOptions extends GRUCellOptions, RecurrentOptions {}

/**
 * A GRU (Cho et al., arXiv 1406.1078): `[batch, steps, features]` → `[batch, units]`, or
 * `[batch, steps, units]` with `returnSequences`; with `returnState` also the last state. Call
 * arguments: `mask` (bool `[batch, steps]`) and `initialState`.
 *
 * @example
 * const y = layers.gru({ units: 64 })(x);
 */
export class GRU extends RNN {
  static override readonly className: string = 'GRU';
  declare readonly cell: GRUCell;

  constructor(options: GRUOptions) {
    const { cell, layer } = splitCellOptions(options, ['recurrentActivation', 'resetAfter']);
    super({ ...layer, cell: new GRUCell({ ...cell, name: 'gru_cell' }) });
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

/** {@link GRU}: gated recurrent units over sequences. */
export function gru(options: GRUOptions): GRU {
  return new GRU(options);
}
