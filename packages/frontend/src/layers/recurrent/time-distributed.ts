/** A layer applied to every step of a sequence. */
import { ShapeError, Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { formatShape } from '../input-spec.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions, Shape } from '../types.ts';
import { copyLayer } from './copy-layer.ts';

/** Options of {@link TimeDistributed}. */
export interface TimeDistributedOptions extends LayerOptions {
  /** The layer; it sees steps as samples. */
  readonly layer: Layer;
}

/**
 * Applies one layer, with one set of weights, to every step: `[batch, steps, …]` → the same with what
 * the layer makes of `[batch, …]`.
 *
 * @example
 * layers.timeDistributed({ layer: layers.conv2d({ filters: 8, kernelSize: 3 }) })(video);
 */
export class TimeDistributed extends Layer {
  static override readonly className: string = 'TimeDistributed';
  readonly layer: Layer;

  constructor({ layer, ...options }: TimeDistributedOptions) {
    super(options);
    this.layer = layer;
    this.supportsMasking = true;
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: Shape): void {
    const [batch = null, , ...sample] = inputShape;
    this.layer.build([batch, ...sample]);
  }

  override call(inputs: Tensor, { training, mask }: ResolvedCallOptions): Tensor {
    const given = mask instanceof Tensor ? mask : undefined;
    const [batch, steps] = inputs.shape as [number, number];
    if (given !== undefined && (given.shape[0] !== batch || given.shape[1] !== steps)) {
      throw new ShapeError(
        `${this.label}: a mask of shape ${formatShape(given.shape)} does not fit ` +
          `(input shape ${formatShape(inputs.shape)})`,
      );
    }
    const run = (samples: Tensor, own: Tensor | undefined): Tensor =>
      this.layer.invoke(samples, { training, mask: own ?? null }) as Tensor;
    // What a step changes (moving statistics) the next one sees; else all steps are one batch.
    if (training && this.layer.weights.some(({ trainable }) => !trainable)) {
      const step = (x: Tensor, i: number): Tensor => ops.take(x, i, { axis: 1 });
      const outputs = Array.from({ length: steps }, (_, i) =>
        run(step(inputs, i), given && step(given, i)),
      );
      return ops.stack(outputs, { axis: 1 });
    }
    const merge = (x: Tensor): Tensor => ops.reshape(x, [batch * steps, ...x.shape.slice(2)]);
    const outputs = run(merge(inputs), given && merge(given));
    return ops.reshape(outputs, [batch, steps, ...outputs.shape.slice(1)]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), layer: copyLayer(this.layer) };
  }
}

/** {@link TimeDistributed}: a layer applied to every step. */
export function timeDistributed(options: TimeDistributedOptions): TimeDistributed {
  return new TimeDistributed(options);
}
