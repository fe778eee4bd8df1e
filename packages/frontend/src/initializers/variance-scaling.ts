/** Initializers that keep the variance of signals: Glorot, He, Lecun. */
import {
  ArgumentError,
  type DType,
  floatx,
  hostNormal,
  type HostTensor,
  hostTruncatedNormal,
  hostUniform,
} from '@addax/core';
import { checkOption } from '../identifiers.ts';
import { RandomInitializer, type SeedOptions } from './random.ts';

/** Options of the named variance-scaling initializers. */
export interface FanOptions extends SeedOptions {
  /** Axes whose product is the number of inputs, for unusual kernels. */
  readonly inputAxes?: readonly number[] | null | undefined;
  /** Axes whose product is the number of outputs. */
  readonly outputAxes?: readonly number[] | null | undefined;
}

/** What the variance is divided by. */
export type FanMode = 'fanIn' | 'fanOut' | 'fanAvg';

/** What is drawn from. */
export type Distribution = 'truncatedNormal' | 'untruncatedNormal' | 'uniform';

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingOptions extends FanOptions {
  /** Variance times the number of inputs, outputs or their mean. Default 1. */
  readonly scale?: number | undefined;
  /** Which number. Default 'fanIn'. */
  readonly mode?: FanMode | undefined;
  /** Default 'truncatedNormal'. */
  readonly distribution?: Distribution | 'normal' | undefined;
}

/** Standard deviation of a unit normal without what is more than two of them off. */
const TRUNCATED_STDDEV = 0.879_625_661_034_239_78;

/** Numbers of inputs and outputs of a weight: kernels are `[…window, inputs, outputs]`. */
export function computeFans(
  shape: readonly number[],
  { inputAxes, outputAxes }: FanOptions = {},
): [fanIn: number, fanOut: number] {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  if (inputAxes && outputAxes) {
    const along = (axes: readonly number[]): number =>
      product(axes.map((axis) => shape.at(axis) ?? 1));
    return [along(inputAxes), along(outputAxes)];
  }
  if (shape.length === 0) return [1, 1];
  if (shape.length === 1) return [shape[0]!, shape[0]!];
  const window = product(shape.slice(0, -2));
  return [shape.at(-2)! * window, shape.at(-1)! * window];
}

/** Draws with a variance that depends on the numbers of inputs and outputs. */
export class VarianceScaling extends RandomInitializer {
  static override readonly className: string = 'VarianceScaling';
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: Distribution;
  readonly inputAxes: readonly number[] | null;
  readonly outputAxes: readonly number[] | null;

  constructor(options: VarianceScalingOptions = {}) {
    super(options);
    this.scale = options.scale ?? 1;
    if (!(this.scale > 0)) {
      throw new ArgumentError(`scale must be above 0, got ${this.scale}`);
    }
    this.mode = checkOption('mode', options.mode ?? 'fanIn', ['fanIn', 'fanOut', 'fanAvg']);
    const distribution = options.distribution ?? 'truncatedNormal';
    this.distribution = checkOption<Distribution>(
      'distribution',
      distribution === 'normal' ? 'truncatedNormal' : distribution,
      ['truncatedNormal', 'untruncatedNormal', 'uniform'],
    );
    this.inputAxes = options.inputAxes ?? null;
    this.outputAxes = options.outputAxes ?? null;
  }

  override draw(shape: readonly number[], dtype: DType = floatx()): HostTensor {
    const [fanIn, fanOut] = computeFans(shape, this);
    const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[this.mode];
    const variance = this.scale / Math.max(1, fan);
    if (this.distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return hostUniform(this.key, shape, { minval: -limit, maxval: limit, dtype });
    }
    const stddev = Math.sqrt(variance);
    if (this.distribution === 'untruncatedNormal') {
      return hostNormal(this.key, shape, { stddev, dtype });
    }
    return hostTruncatedNormal(this.key, shape, {
      stddev: stddev / TRUNCATED_STDDEV,
      dtype,
    });
  }

  override getConfig(): object {
    const { scale, mode, distribution, seed, inputAxes, outputAxes } = this;
    return { scale, mode, distribution, seed, inputAxes, outputAxes };
  }
}

/** A variance scaling with a name of its own; its configuration is the seed and the axes. */
abstract class NamedScaling extends VarianceScaling {
  constructor(options: FanOptions, scale: number, mode: FanMode, distribution: Distribution) {
    const { seed, inputAxes, outputAxes } = options;
    super({ seed, inputAxes, outputAxes, scale, mode, distribution });
  }

  override getConfig(): object {
    const { seed, inputAxes, outputAxes } = this;
    return { seed, inputAxes, outputAxes };
  }
}

/** Uniform within √(6 / (inputs + outputs)) (Glorot and Bengio, 2010): Keras' default for kernels. */
export class GlorotUniform extends NamedScaling {
  static override readonly className: string = 'GlorotUniform';

  constructor(options: FanOptions = {}) {
    super(options, 1, 'fanAvg', 'uniform');
  }
}

/** Truncated normal with variance 2 / (inputs + outputs). */
export class GlorotNormal extends NamedScaling {
  static override readonly className: string = 'GlorotNormal';

  constructor(options: FanOptions = {}) {
    super(options, 1, 'fanAvg', 'truncatedNormal');
  }
}

/** Uniform within √(6 / inputs) (He et al., arXiv 1502.01852). */
export class HeUniform extends NamedScaling {
  static override readonly className: string = 'HeUniform';

  constructor(options: FanOptions = {}) {
    super(options, 2, 'fanIn', 'uniform');
  }
}

/** Truncated normal with variance 2 / inputs. */
export class HeNormal extends NamedScaling {
  static override readonly className: string = 'HeNormal';

  constructor(options: FanOptions = {}) {
    super(options, 2, 'fanIn', 'truncatedNormal');
  }
}

/** Uniform within √(3 / inputs). */
export class LecunUniform extends NamedScaling {
  static override readonly className: string = 'LecunUniform';

  constructor(options: FanOptions = {}) {
    super(options, 1, 'fanIn', 'uniform');
  }
}

/** Truncated normal with variance 1 / inputs. */
export class LecunNormal extends NamedScaling {
  static override readonly className: string = 'LecunNormal';

  constructor(options: FanOptions = {}) {
    super(options, 1, 'fanIn', 'truncatedNormal');
  }
}
