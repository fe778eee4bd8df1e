/** Several cells as one: each gets the output of the one before. */
import { type Tensor } from '@addax/core';
import { Layer } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions, Shape } from '../types.ts';
import type { Cell, States, StateSize } from './cell.ts';
import { copyLayer } from './copy-layer.ts';

/** Options of {@link StackedRNNCells}. */
export interface StackedRNNCellsOptions extends LayerOptions {
  /** The cells, the first one gets the input. */
  readonly cells: readonly Cell[];
}

/** Cells on top of one another; states are a list with an entry per cell. */
export class StackedRNNCells extends Layer implements Cell {
  static override readonly className: string = 'StackedRNNCells';
  readonly cells: readonly Cell[];

  constructor({ cells, ...options }: StackedRNNCellsOptions) {
    super(options);
    this.cells = [...cells];
  }

  get stateSize(): readonly StateSize[] {
    return this.cells.map(({ stateSize }) =>
      typeof stateSize === 'number' ? [stateSize] : stateSize,
    );
  }

  get outputSize(): number {
    return outputSizeOf(this.cells.at(-1)!);
  }

  override build(inputShape: Shape): void {
    let shape = inputShape;
    for (const cell of this.cells) {
      cell.build(shape);
      shape = [inputShape[0] ?? null, outputSizeOf(cell)];
    }
  }

  override call(inputs: Tensor, { training, ...options }: ResolvedCallOptions): [Tensor, States] {
    const given = options['states'] as States;
    let output = inputs;
    const next = this.cells.map((cell, i) => {
      const [result, after] = cell.invoke(output, { states: given[i]!, training }) as [
        Tensor,
        States,
      ];
      output = result;
      return after;
    });
    return [output, next];
  }

  holdMasks(batchSize: number, features: number, training: boolean): void {
    let size = features;
    for (const cell of this.cells) {
      cell.holdMasks?.(batchSize, size, training);
      size = outputSizeOf(cell);
    }
  }

  releaseMasks(): void {
    for (const cell of this.cells) cell.releaseMasks?.();
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), cells: this.cells.map((cell) => copyLayer(cell)) };
  }
}

/** Number of features that a cell gives. */
export function outputSizeOf(cell: Cell): number {
  if (cell.outputSize !== undefined) return cell.outputSize;
  let size: StateSize = cell.stateSize;
  while (typeof size !== 'number') size = size[0]!;
  return size;
}

/** {@link StackedRNNCells}: several cells as one. */
export function stackedRNNCells(options: StackedRNNCellsOptions): StackedRNNCells {
  return new StackedRNNCells(options);
}
