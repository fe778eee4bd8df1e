/** A layer of the user's own, known on both sides under one name: check.py has its twin. */
import {
  Layer,
  type LayerOptions,
  ops,
  registerSerializable,
  type Shape,
  type Tensor,
  type Variable,
} from '@addax/frontend';

interface AttentionOptions extends LayerOptions {
  readonly units: number;
}

/** Additive attention over the steps of a sequence. */
export class Attention extends Layer {
  readonly units: number;
  declare w: Variable;
  declare v: Variable;

  constructor({ units, ...options }: AttentionOptions) {
    super(options);
    this.units = units;
  }

  override build(inputShape: Shape): void {
    this.w = this.addWeight({ shape: [inputShape.at(-1)!, this.units], name: 'w' });
    this.v = this.addWeight({ shape: [this.units, 1], name: 'v' });
  }

  override call(inputs: Tensor): Tensor {
    const score = ops.tanh(ops.matmul(inputs, this.w));
    return ops.multiply(inputs, ops.softmax(ops.matmul(score, this.v), { axis: 1 }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), units: this.units };
  }
}

registerSerializable(Attention, { package: 'interop', name: 'Attention' });
