/** One step of an LSTM whose products are convolutions. */
import { ArgumentError, type ImageDataFormat, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { formatShape } from '../input-spec.ts';
import { knownSize } from '../input-checks.ts';
import {
  channelAxis,
  type DataFormatOption,
  dataFormatOf,
  paddingOf,
  type PerAxis,
  perAxis,
  spatialAxes,
  type WindowPadding,
} from '../standardize.ts';
import type { Shape } from '../types.ts';
import { LSTMCell, type LSTMCellOptions } from './lstm-cell.ts';

/** Options of {@link ConvLSTMCell}. */
export interface ConvLSTMCellOptions extends Omit<LSTMCellOptions, 'units'> {
  /** Number of output channels. */
  readonly filters: number;
  /** Size of the windows. */
  readonly kernelSize: PerAxis;
  /** Steps of the window over the inputs. Default 1. */
  readonly strides?: PerAxis | undefined;
  /** Of the inputs: `'valid'` (none) or `'same'`. The state is always padded. Default `'valid'`. */
  readonly padding?: WindowPadding | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
  /** Distance of the elements of the window over the inputs. Default 1. */
  readonly dilationRate?: PerAxis | undefined;
}

/** Names of the options that are not those of an LSTM cell. */
export const CONVOLUTION_OPTIONS: readonly string[] = [
  'filters',
  'kernelSize',
  'strides',
  'padding',
  'dataFormat',
  'dilationRate',
];

/** An {@link LSTMCell} over images (Shi et al., arXiv 1506.04214); states are images too. */
export class ConvLSTMCell extends LSTMCell {
  static override readonly className: string = 'ConvLSTMCell';
  readonly rank: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dataFormat: ImageDataFormat;
  readonly dilationRate: readonly number[];
  /** Shape of a state, without the batch. */
  #stateShape: readonly number[] = [];

  constructor(rank: number, options: ConvLSTMCellOptions) {
    const { filters, kernelSize, strides = 1, padding = 'valid', ...rest } = options;
    const { dataFormat, dilationRate = 1, ...lstm } = rest;
    super({ ...lstm, units: filters });
    this.rank = rank;
    this.kernelSize = perAxis(kernelSize, rank, 'kernelSize');
    this.strides = perAxis(strides, rank, 'strides');
    this.padding = paddingOf(padding, ['valid', 'same']);
    this.dataFormat = dataFormatOf(dataFormat);
    this.dilationRate = perAxis(dilationRate, rank, 'dilationRate');
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new ArgumentError('strides and dilationRate cannot both be above 1.');
    }
  }

  /** Number of output channels. */
  get filters(): number {
    return this.units;
  }

  protected override kernelShapes(inputShape: Shape): [readonly number[], readonly number[]] {
    const channels = knownSize(this, inputShape, channelAxis(this.dataFormat, inputShape.length));
    this.#stateShape = this.#stateShapeFor(inputShape);
    const width = 4 * this.filters;
    return [
      [...this.kernelSize, channels, width],
      [...this.kernelSize, this.filters, width],
    ];
  }

  #stateShapeFor(inputShape: Shape): readonly number[] {
    const { kernelSize, strides, dilationRate, padding, dataFormat, filters } = this;
    const sizes = spatialAxes(dataFormat, inputShape.length).map((axis, i) => {
      const size = knownSize(this, inputShape, axis);
      const room = padding === 'same' ? size : size - (kernelSize[i]! - 1) * dilationRate[i]!;
      if (room > 0) return Math.ceil(room / strides[i]!);
      throw new ArgumentError(
        `${this.label}: the window [${kernelSize.join(', ')}] is larger than the input ` +
          `(input shape ${formatShape(inputShape)})`,
      );
    });
    return dataFormat === 'channelsLast' ? [...sizes, filters] : [filters, ...sizes];
  }

  getInitialState(batchSize: number): Tensor[] {
    const zeros = ops.zeros([batchSize, ...this.#stateShape], { dtype: this.computeDtype });
    return [zeros, zeros];
  }

  protected override get gateAxis(): number {
    return this.dataFormat === 'channelsLast' ? -1 : -1 - this.rank;
  }

  protected override inputBias(): Tensor | undefined {
    const bias = super.inputBias();
    if (bias === undefined || this.dataFormat === 'channelsLast') return bias;
    return ops.reshape(bias, [-1, ...this.kernelSize.map(() => 1)]);
  }

  /** A convolution of one step, or of all steps of a sequence. */
  protected override inputProduct(inputs: Tensor, kernel: Tensor): Tensor {
    const { strides, padding, dilationRate, dataFormat, rank } = this;
    const options = { strides, padding, dilationRate, dataFormat };
    if (inputs.rank === rank + 2) return ops.conv(inputs, kernel, options);
    const [batch, steps, ...image] = inputs.shape as [number, number, ...number[]];
    const images = ops.conv(ops.reshape(inputs, [batch * steps, ...image]), kernel, options);
    return ops.reshape(images, [batch, steps, ...images.shape.slice(1)]);
  }

  protected override stateProduct(state: Tensor, kernel: Tensor): Tensor {
    const { dataFormat } = this;
    return ops.conv(state, kernel, { padding: 'same', dataFormat });
  }

  override cellConfig(): Record<string, unknown> {
    const { units, ...config } = super.cellConfig();
    return {
      ...config,
      filters: units,
      kernelSize: this.kernelSize,
      strides: this.strides,
      padding: this.padding,
      dataFormat: this.dataFormat,
      dilationRate: this.dilationRate,
    };
  }
}
