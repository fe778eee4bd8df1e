/** All regularizers by name. */
import type { Constructor } from '../identifiers.ts';
import type { RegularizerName } from './get.ts';
import type { Regularizer } from './regularizer.ts';
import { L1, L1L2, L2, OrthogonalRegularizer } from './regularizers.ts';

/** Built-in regularizers by name. */
export const REGULARIZERS: Readonly<Record<RegularizerName, Constructor<Regularizer>>> = {
  l1: L1,
  l2: L2,
  l1L2: L1L2,
  l1l2: L1L2,
  orthogonalRegularizer: OrthogonalRegularizer,
};
