/** The losses given to `compile`, matched with the outputs and summed into one. */
import { ArgumentError, ShapeError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { get as getLoss, type LossLike } from '../losses/get.ts';
import type { Loss } from '../losses/loss.ts';
import { Mean } from '../metrics/mean.ts';
import { isObjectConfig } from '../identifiers.ts';
import { labelsPerOutput, type Output, outputsOf, perOutput, requireSameBatch } from './outputs.ts';
import type { CompileOptions } from './types.ts';

/** One output's loss. */
interface OutputLoss {
  readonly loss: Loss;
  readonly weight: number | undefined;
  /** `<output>_loss`, if several outputs have losses. */
  readonly tracker: Mean | undefined;
}

/** The loss of a compiled model. */
export class CompileLoss {
  readonly #given: NonNullable<CompileOptions['loss']>;
  readonly #weights: CompileOptions['lossWeights'];
  readonly #names: () => readonly string[] | undefined;
  #parts: readonly (OutputLoss | undefined)[] | undefined;

  constructor(
    given: NonNullable<CompileOptions['loss']>,
    weights: CompileOptions['lossWeights'],
    names: () => readonly string[] | undefined,
  ) {
    this.#given = given;
    this.#weights = weights;
    this.#names = names;
    checkNames(given);
  }

  /** Trackers of single outputs' losses. */
  get metrics(): Mean[] {
    return (this.#parts ?? []).flatMap((part) => part?.tracker ?? []);
  }

  /** The weighted sum of all outputs' losses. */
  total(y: unknown, yPred: unknown, sampleWeight: unknown): Tensor {
    const outputs = outputsOf(yPred, this.#names());
    const labels = labelsPerOutput(y, outputs);
    const weights = perOutput<Tensor>('sampleWeight', sampleWeight, outputs);
    this.#parts ??= this.#build(labels, outputs);
    let total: Tensor | undefined;
    this.#parts.forEach((part, i) => {
      if (part === undefined) return;
      const { loss, weight, tracker } = part;
      const label = requireLabel(labels[i], outputs[i]!);
      const value = requireScalar(
        loss,
        loss(label, outputs[i]!.value, { sampleWeight: weights[i] }),
      );
      tracker?.updateState(value, { sampleWeight: outputs[i]!.value.shape[0] ?? 1 });
      const weighted = weight === undefined ? value : value.mul(weight);
      total = total === undefined ? weighted : total.add(weighted);
    });
    if (total !== undefined) return total;
    throw new ArgumentError('compile got no loss for any output of the model.');
  }

  #build(
    labels: readonly (Tensor | undefined)[],
    outputs: readonly Output[],
  ): (OutputLoss | undefined)[] {
    const losses = perOutput<LossLike>('loss', this.#given, outputs, isObjectConfig);
    const weights = perOutput<number>('lossWeights', this.#weights, outputs);
    const several = losses.filter((loss) => loss !== undefined).length > 1;
    return losses.map((given, i): OutputLoss | undefined => {
      if (given === undefined) return undefined;
      const output = outputs[i]!;
      const label = requireLabel(labels[i], output);
      const loss = getLoss(given, { yTrue: label.shape, yPred: output.value.shape });
      const name = output.name ?? `output_${i}`;
      const tracker = several ? new Mean({ name: `${name}_loss` }) : undefined;
      return { loss, weight: weights[i], tracker };
    });
  }
}

/** Unknown names are an error of `compile`, not of the first step. */
function checkNames(given: unknown): void {
  if (typeof given === 'string') {
    if (given !== 'crossentropy' && given !== 'ce') getLoss(given);
  } else if (Array.isArray(given)) given.forEach(checkNames);
  else if (typeof given === 'object' && given !== null && !isObjectConfig(given)) {
    Object.values(given).forEach(checkNames);
  }
}

function requireLabel(label: Tensor | undefined, output: Output): Tensor {
  if (label === undefined) {
    throw new ArgumentError(
      `${output.name === undefined ? 'the output' : `output "${output.name}"`} has a loss but there ` +
        'are no labels for it: give y.',
    );
  }
  requireSameBatch(label, output);
  return label;
}

function requireScalar(loss: Loss, value: Tensor): Tensor {
  if (value.size === 1) return ops.reshape(value, []);
  throw new ShapeError(
    `loss "${loss.name}" gave shape [${value.shape.join(', ')}], but training needs one number: use ` +
      "a reduction such as 'sumOverBatchSize'.",
  );
}
