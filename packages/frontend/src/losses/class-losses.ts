/** Loss classes for classes, regions and embeddings: the functions, with a name and a reduction. */
import type { Tensor } from '@addax/core';
import * as entropies from './crossentropy.ts';
import type {
  BinaryFocalOptions,
  CategoricalFocalOptions,
  CrossentropyOptions,
  SparseCrossentropyOptions,
} from './crossentropy.ts';
import { ctc } from './ctc.ts';
import { Loss, type LossOptions } from './loss.ts';
import * as overlaps from './overlap.ts';
import type { CircleOptions, OverlapOptions, TverskyOptions } from './overlap.ts';

/** Crossentropy of labels 0 and 1. */
export class BinaryCrossentropy extends Loss {
  static override readonly className: string = 'BinaryCrossentropy';
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: LossOptions & CrossentropyOptions = {}) {
    super({ ...options, name: options.name ?? 'binary_crossentropy' });
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return entropies.binaryCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { fromLogits, labelSmoothing, axis } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing, axis };
  }
}

/** Binary crossentropy that damps what is right already. */
export class BinaryFocalCrossentropy extends Loss {
  static override readonly className: string = 'BinaryFocalCrossentropy';
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
  readonly applyClassBalancing: boolean;
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: LossOptions & BinaryFocalOptions = {}) {
    super({ ...options, name: options.name ?? 'binary_focal_crossentropy' });
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
    this.applyClassBalancing = options.applyClassBalancing ?? false;
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return entropies.binaryFocalCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { fromLogits, labelSmoothing, axis, applyClassBalancing, alpha, gamma } = this;
    return {
      ...super.getConfig(),
      fromLogits,
      labelSmoothing,
      axis,
      applyClassBalancing,
      alpha,
      gamma,
    };
  }
}

/** Crossentropy of one-hot targets. */
export class CategoricalCrossentropy extends Loss {
  static override readonly className: string = 'CategoricalCrossentropy';
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: LossOptions & CrossentropyOptions = {}) {
    super({ ...options, name: options.name ?? 'categorical_crossentropy' });
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return entropies.categoricalCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { fromLogits, labelSmoothing, axis } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing, axis };
  }
}

/** Categorical crossentropy that damps what is right already. */
export class CategoricalFocalCrossentropy extends Loss {
  static override readonly className: string = 'CategoricalFocalCrossentropy';
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
  readonly alpha: number | readonly number[];
  readonly gamma: number;

  constructor(options: LossOptions & CategoricalFocalOptions = {}) {
    super({ ...options, name: options.name ?? 'categorical_focal_crossentropy' });
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return entropies.categoricalFocalCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { fromLogits, labelSmoothing, axis, alpha, gamma } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing, axis, alpha, gamma };
  }
}

/** Crossentropy of integer targets. */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly className: string = 'SparseCategoricalCrossentropy';
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: LossOptions & SparseCrossentropyOptions = {}) {
    super({ ...options, name: options.name ?? 'sparse_categorical_crossentropy' });
    this.fromLogits = options.fromLogits ?? false;
    this.ignoreClass = options.ignoreClass ?? null;
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return entropies.sparseCategoricalCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { fromLogits, ignoreClass, axis } = this;
    return { ...super.getConfig(), fromLogits, ignoreClass, axis };
  }
}

/** Robust crossentropy of integer targets. */
export class CategoricalGeneralizedCrossEntropy extends Loss {
  static override readonly className: string = 'CategoricalGeneralizedCrossEntropy';
  readonly q: number;

  constructor(options: LossOptions & { readonly q?: number | undefined } = {}) {
    super({ ...options, name: options.name ?? 'categorical_generalized_cross_entropy' });
    this.q = options.q ?? 0.5;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return entropies.categoricalGeneralizedCrossEntropy(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { q } = this;
    return { ...super.getConfig(), q };
  }
}

/** One minus the Dice coefficient of two regions. */
export class Dice extends Loss {
  static override readonly className: string = 'Dice';
  readonly axis: number | readonly number[] | null;

  constructor(options: LossOptions & OverlapOptions = {}) {
    super({ ...options, name: options.name ?? 'dice' });
    this.axis = options.axis ?? null;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return overlaps.dice(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { axis } = this;
    return { ...super.getConfig(), axis };
  }
}

/** One minus the Tversky index of two regions. */
export class Tversky extends Loss {
  static override readonly className: string = 'Tversky';
  readonly alpha: number;
  readonly beta: number;
  readonly axis: number | readonly number[] | null;

  constructor(options: LossOptions & TverskyOptions = {}) {
    super({ ...options, name: options.name ?? 'tversky' });
    this.alpha = options.alpha ?? 0.5;
    this.beta = options.beta ?? 0.5;
    this.axis = options.axis ?? null;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return overlaps.tversky(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { alpha, beta, axis } = this;
    return { ...super.getConfig(), alpha, beta, axis };
  }
}

/** Circle loss of unit embeddings with integer labels. */
export class Circle extends Loss {
  static override readonly className: string = 'Circle';
  readonly gamma: number;
  readonly margin: number;
  readonly removeDiagonal: boolean;

  constructor(options: LossOptions & Omit<CircleOptions, 'refLabels' | 'refEmbeddings'> = {}) {
    super({ ...options, name: options.name ?? 'circle' });
    this.gamma = options.gamma ?? 80;
    this.margin = options.margin ?? 0.4;
    this.removeDiagonal = options.removeDiagonal ?? true;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return overlaps.circle(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { gamma, margin, removeDiagonal } = this;
    return { ...super.getConfig(), gamma, margin, removeDiagonal };
  }
}

/** Connectionist temporal classification. */
export class CTC extends Loss {
  static override readonly className: string = 'CTC';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'ctc' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return ctc(yTrue, yPred);
  }
}
