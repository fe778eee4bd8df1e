/** A layer whose kernel is kept at spectral norm 1. */
import { ArgumentError, epsilon, type Tensor, Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { TruncatedNormal } from '../../initializers/index.ts';
import { Layer } from '../layer.ts';
import { copyLayer } from '../recurrent/copy-layer.ts';
import { positiveInteger } from '../standardize.ts';
import type { LayerOptions, ResolvedCallOptions, Shape } from '../types.ts';

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationOptions extends LayerOptions {
  /** A layer with a kernel or embeddings. */
  readonly layer: Layer;
  /** Steps of the power method per call. Default 1. */
  readonly powerIterations?: number | undefined;
}

/**
 * Divides the kernel of a layer by its largest singular value in each training call (Miyato et al.,
 * arXiv 1802.05957), which steadies the discriminators of adversarial networks.
 *
 * @example
 * layers.spectralNormalization({ layer: layers.conv2d({ filters: 32, kernelSize: 3 }) })(x);
 */
export class SpectralNormalization extends Layer {
  static override readonly className: string = 'SpectralNormalization';
  readonly layer: Layer;
  readonly powerIterations: number;
  kernel!: Variable;
  vectorU!: Variable;

  constructor({ layer, powerIterations = 1, ...options }: SpectralNormalizationOptions) {
    super(options);
    this.powerIterations = positiveInteger('powerIterations', powerIterations);
    this.layer = layer;
  }

  override build(inputShape: Shape): void {
    this.layer.build(inputShape);
    const { kernel, embeddings } = this.layer as { kernel?: unknown; embeddings?: unknown };
    const weight = kernel ?? embeddings;
    if (!(weight instanceof Variable)) {
      throw new ArgumentError(
        `${this.label}: ${this.layer.label} has neither a kernel nor embeddings to normalise.`,
      );
    }
    this.kernel = weight;
    this.vectorU = this.addWeight({
      name: 'vector_u',
      shape: [1, weight.shape.at(-1)!],
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
      dtype: weight.dtype,
    });
  }

  override call(inputs: Tensor, { training }: ResolvedCallOptions): Tensor {
    if (training) this.#normalize();
    return (this.layer.invoke(inputs, { training }) as Tensor).cast(inputs.dtype);
  }

  #normalize(): void {
    const kernel = this.kernel.value;
    const weights = ops.reshape(kernel, [-1, kernel.shape.at(-1)!]);
    let u = this.vectorU.value;
    let v = u;
    for (let i = 0; i < this.powerIterations; i++) {
      v = unit(ops.matmul(u, ops.transpose(weights)));
      u = unit(ops.matmul(v, weights));
    }
    [u, v] = [ops.stopGradient(u), ops.stopGradient(v)];
    const sigma = ops.matmul(ops.matmul(v, weights), ops.transpose(u));
    // A kernel of zeros has no direction, and stays as it is.
    const none = ops.all(ops.equal(kernel, 0));
    const scaled = ops.divide(kernel, ops.reshape(sigma, []));
    this.vectorU.assign(ops.where(none, this.vectorU.value, u));
    // The kernel that is trained is the normalised one.
    this.kernel.assign(ops.stopGradient(ops.where(none, kernel, scaled)));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      layer: copyLayer(this.layer),
      powerIterations: this.powerIterations,
    };
  }
}

/** A vector of length 1. */
function unit(x: Tensor): Tensor {
  const square = ops.sum(ops.square(x));
  return ops.multiply(x, ops.rsqrt(ops.maximum(square, epsilon() ** 2)));
}

/** {@link SpectralNormalization}: a layer whose kernel is kept at spectral norm 1. */
export function spectralNormalization(
  options: SpectralNormalizationOptions,
): SpectralNormalization {
  return new SpectralNormalization(options);
}
