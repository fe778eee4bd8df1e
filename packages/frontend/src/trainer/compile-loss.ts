/** The losses given to `compile`, matched with the outputs and summed into one. */
import { ArgumentError, isRecord, ShapeError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { get as getLoss, type LossLike } from '../losses/get.ts';
import type { Loss } from '../losses/loss.ts';
import { Mean } from '../metrics/mean.ts';
import { isObjectConfig, toSnakeIdentifier } from '../identifiers.ts';
import { formatShape } from '../layers/input-spec.ts';
import {
  labelOf,
  labelsPerOutput,
  type Output,
  outputsOf,
  perOutput,
  quoted,
  requireSameBatch,
  unique,
} from './outputs.ts';
import type { CompileOptions } from './types.ts';

/** A loss and its factor. */
interface WeightedLoss {
  readonly loss: Loss;
  readonly weight: number | undefined;
}

/** One output's losses. */
interface OutputLosses {
  readonly losses: readonly WeightedLoss[];
  /** `<output>_loss`, if several outputs have losses. */
  readonly tracker: Mean | undefined;
}

/** The loss of a compiled model. */
export class CompileLoss {
  readonly #given: NonNullable<CompileOptions['loss']>;
  readonly #weights: CompileOptions['lossWeights'];
  readonly #names: () => readonly string[] | undefined;
  #parts: readonly (OutputLosses | undefined)[] | undefined;

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

  /** Whether the losses are matched with the outputs. */
  get built(): boolean {
    return this.#parts !== undefined;
  }

  /** Trackers of single outputs' losses. */
  get metrics(): Mean[] {
    return (this.#parts ?? []).flatMap((part) => part?.tracker ?? []);
  }

  /** The weighted sum of all outputs' losses. */
  total(y: unknown, yPred: unknown, sampleWeight: unknown): Tensor {
    const outputs = outputsOf(yPred, this.#names());
    const labels = labelsPerOutput(y, outputs);
    const sampleWeights = perOutput<Tensor>('sampleWeight', sampleWeight, outputs);
    this.#parts ??= this.#build(labels, outputs, isRecord(yPred));
    let total: Tensor | undefined;
    this.#parts.forEach((part, i) => {
      if (part === undefined) return;
      const output = outputs[i]!;
      const label = requireLabel(labels[i], output);
      const options = { sampleWeight: sampleWeights[i] };
      const values = part.losses.map(({ loss }) =>
        requireScalar(loss, applied(loss, label, output, options)),
      );
      // Keras logs the last of several losses of one output; their sum says more.
      part.tracker?.updateState(sum(values), { sampleWeight: output.value.shape[0] ?? 1 });
      const weighted = values.map((value, k) => {
        const { weight } = part.losses[k]!;
        return weight === undefined ? value : value.mul(weight);
      });
      total = sum(total === undefined ? weighted : [total, ...weighted]);
    });
    if (total !== undefined) return total;
    throw new ArgumentError('compile got no loss for any output of the model.');
  }

  #build(
    labels: readonly (Tensor | undefined)[],
    outputs: readonly Output[],
    keyed: boolean,
  ): (OutputLosses | undefined)[] {
    checkStructure(this.#given, outputs, keyed);
    const given = perOutput<LossItem>('loss', this.#given, outputs, isObjectConfig);
    const weights = perOutput<LossWeight>('lossWeights', this.#weights, outputs);
    const several = given.filter((item) => item !== undefined).length > 1;
    const taken = new Map<string, number>();
    return given.map((item, i): OutputLosses | undefined => {
      if (item === undefined) return undefined;
      const output = outputs[i]!;
      const shapes = { yTrue: requireLabel(labels[i], output).shape, yPred: output.value.shape };
      const list = (Array.isArray(item) ? item : [item]) as readonly LossLike[];
      const factors = weightsOf(weights[i], list.length, output);
      const losses = list.map((like, k) => ({ loss: getLoss(like, shapes), weight: factors[k] }));
      const name = output.name ?? nameOf(list[0]!, losses[0]!.loss);
      const tracker = several ? new Mean({ name: unique(`${name}_loss`, taken) }) : undefined;
      return { losses, tracker };
    });
  }
}

/** What one output may have: a loss, or several, which are added. */
type LossItem = LossLike | readonly LossLike[];
type LossWeight = number | readonly number[];

/** Refuses what cannot be matched with the outputs, with a hint at what may be meant. */
function checkStructure(given: unknown, outputs: readonly Output[], keyed: boolean): void {
  if (Array.isArray(given) && given.length !== outputs.length) {
    const hint =
      outputs.length === 1
        ? 'Several losses of one output are added if they stand in a list of their own: ' +
          "loss: [['mse', 'mae']]."
        : 'Give null for an output that has no loss.';
    throw new ArgumentError(
      `loss is an array of ${given.length} but the model has ${outputs.length} output(s). ${hint}`,
    );
  }
  if (!isRecord(given) || isObjectConfig(given) || keyed) return;
  const missing = outputs.find(({ name }) => name !== undefined && !Object.hasOwn(given, name));
  if (missing === undefined) return;
  throw new ArgumentError(
    `loss must name the outputs ${quoted(outputs.map(({ name }) => name))}, but it names ` +
      `${quoted(Object.keys(given)) || 'none'}. Give null for an output that has no loss.`,
  );
}

/** The factor of each loss of an output. */
function weightsOf(
  given: LossWeight | undefined,
  count: number,
  output: Output,
): readonly (number | undefined)[] {
  if (!Array.isArray(given)) return Array.from({ length: count }, () => given as number);
  if (given.length === count) return given as readonly number[];
  throw new ArgumentError(
    `lossWeights has ${given.length} numbers for the ${count} loss(es) of ${labelOf(output)}.`,
  );
}

/** Outputs without names are logged under their losses' names, as in Keras. */
function nameOf(given: LossLike, loss: Loss): string {
  return typeof given === 'string' ? toSnakeIdentifier(given) : loss.name;
}

function sum(values: readonly Tensor[]): Tensor {
  return values.reduce((a, b) => a.add(b));
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
      `${labelOf(output)} has a loss but there are no labels for it: give y.`,
    );
  }
  requireSameBatch(label, output);
  return label;
}

/** The loss; shapes that it cannot take are told with the names of the loss and the output. */
function applied(
  loss: Loss,
  label: Tensor,
  output: Output,
  options: { readonly sampleWeight: Tensor | undefined },
): Tensor {
  try {
    return loss(label, output.value, options);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(
      `loss "${loss.name}" of ${labelOf(output)}: labels of shape ${formatShape(label.shape)} do not ` +
        `fit predictions of shape ${formatShape(output.value.shape)}: ${error.message}`,
      { cause: error },
    );
  }
}

function requireScalar(loss: Loss, value: Tensor): Tensor {
  if (value.size === 1) return ops.reshape(value, []);
  throw new ShapeError(
    `loss "${loss.name}" gave shape ${formatShape(value.shape)}, but training needs one number: use a ` +
      "reduction such as 'sumOverBatchSize'.",
  );
}
