/** Recurrent layers take the options of their cell too; this tells the two apart. */
import type { LayerOptions } from '../types.ts';

const CELL_OPTIONS: readonly string[] = [
  'units',
  'activation',
  'useBias',
  'kernelInitializer',
  'kernelRegularizer',
  'kernelConstraint',
  'recurrentInitializer',
  'recurrentRegularizer',
  'recurrentConstraint',
  'biasInitializer',
  'biasRegularizer',
  'biasConstraint',
  'dropout',
  'recurrentDropout',
  'seed',
];

/** Options that the cell gets as the layer does. */
const SHARED: readonly string[] = ['dtype', 'trainable'];

/** The options of the cell, and those of the layer around it. */
export function splitCellOptions<T extends LayerOptions>(
  options: T,
  further: readonly string[] = [],
): { cell: T; layer: T } {
  const cell: Record<string, unknown> = {};
  const layer: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (CELL_OPTIONS.includes(key) || further.includes(key)) cell[key] = value;
    else layer[key] = value;
    if (SHARED.includes(key)) cell[key] = value;
  }
  return { cell: cell as unknown as T, layer: layer as unknown as T };
}
