/** Loss classes for regression and hinge losses: the functions, with a name and a reduction. */
import type { Tensor } from '@addax/core';
import { Loss, type LossOptions } from './loss.ts';
import * as regression from './regression.ts';

/** Mean of squared differences. */
export class MeanSquaredError extends Loss {
  static override readonly className: string = 'MeanSquaredError';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'mean_squared_error' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.meanSquaredError(yTrue, yPred);
  }
}

/** Mean of absolute differences. */
export class MeanAbsoluteError extends Loss {
  static override readonly className: string = 'MeanAbsoluteError';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'mean_absolute_error' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.meanAbsoluteError(yTrue, yPred);
  }
}

/** Mean of absolute differences in percent of the targets. */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly className: string = 'MeanAbsolutePercentageError';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'mean_absolute_percentage_error' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.meanAbsolutePercentageError(yTrue, yPred);
  }
}

/** Mean of squared differences of logarithms. */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly className: string = 'MeanSquaredLogarithmicError';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'mean_squared_logarithmic_error' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.meanSquaredLogarithmicError(yTrue, yPred);
  }
}

/** Mean of log(cosh(difference)). */
export class LogCosh extends Loss {
  static override readonly className: string = 'LogCosh';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'log_cosh' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.logCosh(yTrue, yPred);
  }
}

/** Negative log likelihood of counts. */
export class Poisson extends Loss {
  static override readonly className: string = 'Poisson';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'poisson' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.poisson(yTrue, yPred);
  }
}

/** Kullback–Leibler divergence of distributions. */
export class KLDivergence extends Loss {
  static override readonly className: string = 'KLDivergence';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'kl_divergence' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.klDivergence(yTrue, yPred);
  }
}

/** Hinge loss of labels −1 and 1 (or 0 and 1). */
export class Hinge extends Loss {
  static override readonly className: string = 'Hinge';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'hinge' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.hinge(yTrue, yPred);
  }
}

/** Squared hinge loss. */
export class SquaredHinge extends Loss {
  static override readonly className: string = 'SquaredHinge';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'squared_hinge' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.squaredHinge(yTrue, yPred);
  }
}

/** Hinge loss of one-hot targets. */
export class CategoricalHinge extends Loss {
  static override readonly className: string = 'CategoricalHinge';

  constructor(options: LossOptions = {}) {
    super({ ...options, name: options.name ?? 'categorical_hinge' });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.categoricalHinge(yTrue, yPred);
  }
}

/** −cosine of the angle between targets and predictions. */
export class CosineSimilarity extends Loss {
  static override readonly className: string = 'CosineSimilarity';
  readonly axis: number;

  constructor(options: LossOptions & { readonly axis?: number | undefined } = {}) {
    super({ ...options, name: options.name ?? 'cosine_similarity' });
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.cosineSimilarity(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { axis } = this;
    return { ...super.getConfig(), axis };
  }
}

/** Squared for small differences, linear beyond `delta`. */
export class Huber extends Loss {
  static override readonly className: string = 'Huber';
  readonly delta: number;

  constructor(options: LossOptions & { readonly delta?: number | undefined } = {}) {
    super({ ...options, name: options.name ?? 'huber_loss' });
    this.delta = options.delta ?? 1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return regression.huber(yTrue, yPred, this);
  }

  override getConfig(): object {
    const { delta } = this;
    return { ...super.getConfig(), delta };
  }
}
