/** All samples, in the order of the op table. */
import { SAMPLES as composites } from './composites/composites.samples.ts';
import { SAMPLES as contraction } from './primitives/contraction.samples.ts';
import { SAMPLES as control } from './primitives/control.samples.ts';
import { SAMPLES as convolution } from './primitives/convolution.samples.ts';
import { SAMPLES as creation } from './primitives/creation.samples.ts';
import { SAMPLES as indexing } from './primitives/indexing.samples.ts';
import { SAMPLES as pointwise } from './primitives/pointwise.samples.ts';
import { SAMPLES as pooling } from './primitives/pooling.samples.ts';
import { SAMPLES as reduction } from './primitives/reduction.samples.ts';
import { SAMPLES as shape } from './primitives/shape.samples.ts';
import { SAMPLES as sorting } from './primitives/sorting.samples.ts';
import type { OpSample } from './sample.ts';

/** Samples of every op. */
export const SAMPLES: readonly OpSample[] = [
  ...creation,
  ...pointwise,
  ...shape,
  ...indexing,
  ...reduction,
  ...sorting,
  ...contraction,
  ...convolution,
  ...pooling,
  ...control,
  ...composites,
];
