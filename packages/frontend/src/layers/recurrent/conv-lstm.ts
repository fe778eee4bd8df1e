/** LSTMs whose products are convolutions: sequences of sequences, images and volumes. */
import { splitCellOptions } from './cell-options.ts';
import { ConvLSTMCell, type ConvLSTMCellOptions, CONVOLUTION_OPTIONS } from './conv-lstm-cell.ts';
import { type RecurrentOptions, RNN } from './rnn.ts';

/** Options of {@link ConvLSTM1D}, {@link ConvLSTM2D} and {@link ConvLSTM3D}. */
export interface ConvLSTMOptions extends ConvLSTMCellOptions, RecurrentOptions {}

const OWN = [...CONVOLUTION_OPTIONS, 'recurrentActivation', 'unitForgetBias'];

abstract class ConvLSTM extends RNN {
  declare readonly cell: ConvLSTMCell;

  constructor(rank: number, options: ConvLSTMOptions) {
    const { cell, layer } = splitCellOptions(options, OWN);
    super({ ...layer, cell: new ConvLSTMCell(rank, { ...cell, name: 'conv_lstm_cell' }) });
    this.inputSpec = { ndim: rank + 3 };
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.recurrentConfig(), ...this.cell.cellConfig() };
  }
}

/**
 * A convolutional LSTM over sequences (Shi et al., arXiv 1506.04214): `[batch, time, steps, channels]` →
 * the last state, or all of them with `returnSequences`.
 */
export class ConvLSTM1D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM1D';

  constructor(options: ConvLSTMOptions) {
    super(1, options);
  }
}

/**
 * A convolutional LSTM over images (Shi et al., arXiv 1506.04214): `[batch, time, rows, columns, channels]` →
 * the last state, or all of them with `returnSequences`.
 */
export class ConvLSTM2D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM2D';

  constructor(options: ConvLSTMOptions) {
    super(2, options);
  }
}

/**
 * A convolutional LSTM over volumes (Shi et al., arXiv 1506.04214): `[batch, time, depth, rows, columns, channels]` →
 * the last state, or all of them with `returnSequences`.
 */
export class ConvLSTM3D extends ConvLSTM {
  static override readonly className: string = 'ConvLSTM3D';

  constructor(options: ConvLSTMOptions) {
    super(3, options);
  }
}

/** {@link ConvLSTM1D}: a convolutional LSTM over sequences. */
export function convLstm1d(options: ConvLSTMOptions): ConvLSTM1D {
  return new ConvLSTM1D(options);
}

/** {@link ConvLSTM2D}: a convolutional LSTM over images. */
export function convLstm2d(options: ConvLSTMOptions): ConvLSTM2D {
  return new ConvLSTM2D(options);
}

/** {@link ConvLSTM3D}: a convolutional LSTM over volumes. */
export function convLstm3d(options: ConvLSTMOptions): ConvLSTM3D {
  return new ConvLSTM3D(options);
}
