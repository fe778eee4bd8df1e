/** One step of the simplest recurrent layer. */
import { type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { type DropoutMasks, GatedCell, type GatedCellOptions } from './cell.ts';
import type { StepResult } from './loop.ts';

/** Options of {@link SimpleRNNCell}. */
export type SimpleRNNCellOptions = GatedCellOptions;

/**
 * `activation(input · kernel + state · recurrentKernel + bias)`: `cell(input, { states: [h] })` gives
 * `[output, [h]]`.
 */
export class SimpleRNNCell extends GatedCell {
  static override readonly className: string = 'SimpleRNNCell';

  constructor(options: SimpleRNNCellOptions) {
    super(1, options);
  }

  override get stateSize(): number {
    return this.units;
  }

  override advance(projected: Tensor, states: readonly Tensor[], masks: DropoutMasks): StepResult {
    const output = this.activation(ops.add(projected, this.recurrent(states[0]!, masks)));
    return { output, states: [output] };
  }
}

/** {@link SimpleRNNCell}: one step of the simplest recurrent layer. */
export function simpleRNNCell(options: SimpleRNNCellOptions): SimpleRNNCell {
  return new SimpleRNNCell(options);
}
