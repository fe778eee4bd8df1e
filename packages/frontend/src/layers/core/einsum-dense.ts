/** Dense layers over any axes, by an einsum equation; the projections of attention are made of it. */
import { ArgumentError, ShapeError, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as activations from '../../activations/get.ts';
import type { Activation, ActivationLike } from '../../activations/get.ts';
import { formatShape } from '../input-spec.ts';
import { Layer } from '../layer.ts';
import type { LayerOptions, Shape } from '../types.ts';
import {
  type BiasOptions,
  biasRule,
  type KernelOptions,
  kernelRule,
  ruleConfig,
  type WeightRule,
  withoutRules,
} from '../weight-rule.ts';

/** Options of {@link EinsumDense}; there is a bias if `biasAxes` is given. */
export interface EinsumDenseOptions
  extends LayerOptions, KernelOptions, Omit<BiasOptions, 'useBias'> {
  /** Equation with input, kernel and output: `'abc,cd->abd'`, or with `...` for leading axes. */
  readonly equation: string;
  /** Shape of the output without the batch (and without elided axes); null for unknown sizes. */
  readonly outputShape: number | readonly (number | null)[];
  /** Output axes that have a bias, as letters of the equation. Default none. */
  readonly biasAxes?: string | null | undefined;
  /** Applied to the output. Default none. */
  readonly activation?: ActivationLike | null | undefined;
}

/** What the equation says about the weights. */
interface Analysis {
  readonly kernel: readonly number[];
  readonly bias: readonly number[] | undefined;
  readonly output: Shape;
}

/**
 * `activation(einsum(equation, inputs, kernel) + bias)`.
 *
 * @example
 * // [batch, steps, 64] → [batch, steps, 8 heads, 16]
 * layers.einsumDense({ equation: 'abc,cde->abde', outputShape: [null, 8, 16], biasAxes: 'de' });
 */
export class EinsumDense extends Layer {
  static override readonly className: string = 'EinsumDense';
  readonly equation: string;
  readonly partialOutputShape: readonly (number | null)[];
  readonly biasAxes: string | undefined;
  readonly activation: Activation;
  readonly kernelRule: WeightRule;
  readonly biasRule: WeightRule;
  kernel!: Variable;
  bias: Variable | undefined;

  constructor(options: EinsumDenseOptions) {
    const { equation, outputShape, biasAxes, activation, ...rest } = options;
    super(withoutRules(rest, 'kernel', 'bias'));
    this.equation = equation;
    this.partialOutputShape = typeof outputShape === 'number' ? [outputShape] : [...outputShape];
    this.biasAxes = biasAxes ?? undefined;
    this.activation = activations.get(activation);
    this.kernelRule = kernelRule(options);
    this.biasRule = biasRule(options);
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const { kernel, bias } = this.#analyze(inputShape);
    this.kernel = this.addWeight({ name: 'kernel', shape: kernel, ...this.kernelRule });
    if (bias !== undefined) {
      this.bias = this.addWeight({ name: 'bias', shape: bias, ...this.biasRule });
    }
  }

  override call(inputs: Tensor): Tensor {
    let outputs = ops.einsum(this.equation, inputs, this.kernel);
    if (this.bias !== undefined) outputs = ops.add(outputs, this.bias);
    return this.activation(outputs);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return this.#analyze(inputShape).output;
  }

  #analyze(inputShape: Shape): Analysis {
    const { equation, biasAxes, partialOutputShape } = this;
    try {
      return analyze(equation, biasAxes, inputShape, partialOutputShape);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      const shapes = `input shape ${formatShape(inputShape)}, outputShape ${formatShape(partialOutputShape)}`;
      throw new ShapeError(`${this.label}: "${equation}": ${error.message} (${shapes})`);
    }
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      equation: this.equation,
      outputShape: this.partialOutputShape,
      activation: this.activation,
      biasAxes: this.biasAxes ?? null,
      ...ruleConfig('kernel', this.kernelRule),
      ...ruleConfig('bias', this.biasRule),
    };
  }
}

/** {@link EinsumDense}: a dense layer over any axes. */
export function einsumDense(options: EinsumDenseOptions): EinsumDense {
  return new EinsumDense(options);
}

const FORMS: readonly RegExp[] = [
  /^([a-z]+),([a-z]+)->([a-z]+)$/i,
  /^\.\.\.([a-z]+),([a-z]+)->\.\.\.([a-z]+)$/i,
  /^([a-z]{2,})\.\.\.,([a-z]+)->([a-z]+)\.\.\.$/i,
];

/** Sizes of all letters, and from them the shapes of kernel, bias and output. */
function analyze(
  equation: string,
  biasAxes: string | undefined,
  inputShape: Shape,
  partial: readonly (number | null)[],
): Analysis {
  const form = FORMS.findIndex((pattern) => pattern.test(equation));
  if (form < 0) {
    throw new ArgumentError(
      `invalid einsum equation "${equation}": it must be like 'ab,bc->ac', '...b,bc->...c' or ` +
        "'ab...,bc->ac...'.",
    );
  }
  const [, inputs = '', weights = '', outputs = ''] = FORMS[form]!.exec(equation)!;
  const leftElided = form === 1;
  const elided = inputShape.length - inputs.length;
  const output = fullOutputShape(inputShape, partial, elided, leftElided);
  const offset = leftElided ? elided : 0;
  const sizeIn = (letters: string, shape: Shape, letter: string): number | null | undefined => {
    const at = letters.indexOf(letter);
    return at < 0 ? undefined : shape[at + offset];
  };
  for (const letter of inputs) {
    const given = sizeIn(inputs, inputShape, letter);
    const wanted = sizeIn(outputs, output, letter);
    if (wanted !== undefined && wanted !== null && given !== wanted) {
      throw new ShapeError(`axis "${letter}" is ${given} in the input and ${wanted} in the output`);
    }
  }
  const weightSize = (letter: string): number => {
    const fromOutput = sizeIn(outputs, output, letter);
    const size = fromOutput === undefined ? sizeIn(inputs, inputShape, letter) : fromOutput;
    if (typeof size === 'number') return size;
    throw new ShapeError(
      size === undefined
        ? `axis "${letter}" of the kernel is in neither input nor output`
        : `the size of axis "${letter}" must be known`,
    );
  };
  for (const letter of outputs) {
    if (!inputs.includes(letter) && !weights.includes(letter)) {
      throw new ShapeError(`axis "${letter}" of the output is in neither input nor kernel`);
    }
  }
  return {
    kernel: [...weights].map(weightSize),
    bias: biasAxes === undefined ? undefined : biasShape(biasAxes, outputs, output, offset),
    output,
  };
}

/** The batch in front, elided axes where the equation has its dots. */
function fullOutputShape(
  inputShape: Shape,
  partial: readonly (number | null)[],
  elided: number,
  leftElided: boolean,
): Shape {
  const batch = inputShape[0] ?? null;
  if (elided <= 0) return [batch, ...partial];
  if (leftElided) return [batch, ...inputShape.slice(1, elided), ...partial];
  return [batch, ...partial, ...inputShape.slice(inputShape.length - elided)];
}

/** Ones up to the first axis with a bias are left away: broadcasting adds them. */
function biasShape(axes: string, outputs: string, output: Shape, offset: number): number[] {
  const positions = [...axes].map((letter) => {
    const at = outputs.indexOf(letter);
    if (at >= 0) return at;
    throw new ShapeError(`bias axis "${letter}" is not in the output "${outputs}"`);
  });
  const first = Math.min(...positions);
  const shape: number[] = [];
  for (let i = first; i < outputs.length; i++) {
    const size = positions.includes(i) ? output[i + offset] : 1;
    if (typeof size !== 'number') {
      throw new ShapeError(`the size of bias axis "${outputs[i]}" must be known`);
    }
    shape.push(size);
  }
  const elidedRight = output.length - offset - outputs.length;
  return [...shape, ...Array.from({ length: elidedRight }, () => 1)];
}
