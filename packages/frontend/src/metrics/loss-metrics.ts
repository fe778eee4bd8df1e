/** Losses as metrics: their mean over what was seen. */
import * as entropies from '../losses/crossentropy.ts';
import type { CrossentropyOptions, SparseCrossentropyOptions } from '../losses/crossentropy.ts';
import * as regression from '../losses/regression.ts';
import type { MetricOptions } from './metric.ts';
import { NamedMean } from './mean-metric-wrapper.ts';

/** Mean of squared differences. */
export class MeanSquaredError extends NamedMean {
  static override readonly className: string = 'MeanSquaredError';

  constructor(options: MetricOptions = {}) {
    super(options, 'mean_squared_error', 'down', regression.meanSquaredError);
  }
}

/** Mean of absolute differences. */
export class MeanAbsoluteError extends NamedMean {
  static override readonly className: string = 'MeanAbsoluteError';

  constructor(options: MetricOptions = {}) {
    super(options, 'mean_absolute_error', 'down', regression.meanAbsoluteError);
  }
}

/** Mean of absolute differences in percent of the targets. */
export class MeanAbsolutePercentageError extends NamedMean {
  static override readonly className: string = 'MeanAbsolutePercentageError';

  constructor(options: MetricOptions = {}) {
    super(
      options,
      'mean_absolute_percentage_error',
      'down',
      regression.meanAbsolutePercentageError,
    );
  }
}

/** Mean of squared differences of logarithms. */
export class MeanSquaredLogarithmicError extends NamedMean {
  static override readonly className: string = 'MeanSquaredLogarithmicError';

  constructor(options: MetricOptions = {}) {
    super(
      options,
      'mean_squared_logarithmic_error',
      'down',
      regression.meanSquaredLogarithmicError,
    );
  }
}

/** Mean of log(cosh(difference)). */
export class LogCoshError extends NamedMean {
  static override readonly className: string = 'LogCoshError';

  constructor(options: MetricOptions = {}) {
    super(options, 'logcosh', 'down', regression.logCosh);
  }
}

/** Negative log likelihood of counts. */
export class Poisson extends NamedMean {
  static override readonly className: string = 'Poisson';

  constructor(options: MetricOptions = {}) {
    super(options, 'poisson', undefined, regression.poisson);
  }
}

/** Kullback–Leibler divergence of distributions. */
export class KLDivergence extends NamedMean {
  static override readonly className: string = 'KLDivergence';

  constructor(options: MetricOptions = {}) {
    super(options, 'kl_divergence', undefined, regression.klDivergence);
  }
}

/** Hinge loss of labels −1 and 1 (or 0 and 1). */
export class Hinge extends NamedMean {
  static override readonly className: string = 'Hinge';

  constructor(options: MetricOptions = {}) {
    super(options, 'hinge', 'down', regression.hinge);
  }
}

/** Squared hinge loss. */
export class SquaredHinge extends NamedMean {
  static override readonly className: string = 'SquaredHinge';

  constructor(options: MetricOptions = {}) {
    super(options, 'squared_hinge', 'down', regression.squaredHinge);
  }
}

/** Hinge loss of one-hot targets. */
export class CategoricalHinge extends NamedMean {
  static override readonly className: string = 'CategoricalHinge';

  constructor(options: MetricOptions = {}) {
    super(options, 'categorical_hinge', 'down', regression.categoricalHinge);
  }
}

/** Cosine of the angle between targets and predictions. */
export class CosineSimilarity extends NamedMean {
  static override readonly className: string = 'CosineSimilarity';
  readonly axis: number;

  constructor(options: MetricOptions & { readonly axis?: number | undefined } = {}) {
    const axis = options.axis ?? -1;
    super(options, 'cosine_similarity', 'up', (yTrue, yPred) =>
      regression.cosineSimilarity(yTrue, yPred, { axis }).neg(),
    );
    this.axis = axis;
  }

  override getConfig(): object {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** Crossentropy of labels 0 and 1. */
export class BinaryCrossentropy extends NamedMean {
  static override readonly className: string = 'BinaryCrossentropy';
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;

  constructor(options: MetricOptions & Omit<CrossentropyOptions, 'axis'> = {}) {
    super(options, 'binary_crossentropy', 'down', (yTrue, yPred) =>
      entropies.binaryCrossentropy(yTrue, yPred, options),
    );
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
  }

  override getConfig(): object {
    const { fromLogits, labelSmoothing } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing };
  }
}

/** Crossentropy of one-hot targets. */
export class CategoricalCrossentropy extends NamedMean {
  static override readonly className: string = 'CategoricalCrossentropy';
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: MetricOptions & CrossentropyOptions = {}) {
    super(options, 'categorical_crossentropy', 'down', (yTrue, yPred) =>
      entropies.categoricalCrossentropy(yTrue, yPred, options),
    );
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override getConfig(): object {
    const { fromLogits, labelSmoothing, axis } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing, axis };
  }
}

/** Crossentropy of integer targets. */
export class SparseCategoricalCrossentropy extends NamedMean {
  static override readonly className: string = 'SparseCategoricalCrossentropy';
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: MetricOptions & SparseCrossentropyOptions = {}) {
    super(options, 'sparse_categorical_crossentropy', 'down', (yTrue, yPred) =>
      entropies.sparseCategoricalCrossentropy(yTrue, yPred, options),
    );
    this.fromLogits = options.fromLogits ?? false;
    this.ignoreClass = options.ignoreClass ?? null;
    this.axis = options.axis ?? -1;
  }

  override getConfig(): object {
    const { fromLogits, ignoreClass, axis } = this;
    return { ...super.getConfig(), fromLogits, ignoreClass, axis };
  }
}
