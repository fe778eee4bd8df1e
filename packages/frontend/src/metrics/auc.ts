/** Areas under curves. */
import { ArgumentError, type Tensor, tensor, toTensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { TensorLike } from '../losses/loss.ts';
import { divideOrZero } from '../losses/reduce.ts';
import { countConfusion, evenThresholds } from './confusion.ts';
import {
  type MetricDirection,
  type MetricOptions,
  type MetricUpdateOptions,
  TargetMetric,
} from './metric.ts';

/** Options of {@link AUC}. */
export interface AUCOptions extends MetricOptions {
  /** How many thresholds approximate the curve. Default 200. */
  readonly numThresholds?: number | undefined;
  /** Which curve. Default 'ROC'. */
  readonly curve?: 'ROC' | 'PR' | 'PRGAIN' | undefined;
  /** How the area is summed. Default 'interpolation'. */
  readonly summationMethod?: 'interpolation' | 'majoring' | 'minoring' | undefined;
  /** Thresholds between 0 and 1 instead of evenly spaced ones. */
  readonly thresholds?: readonly number[] | null | undefined;
  /** Whether labels (the last axis) get a curve each, averaged. Default false. */
  readonly multiLabel?: boolean | undefined;
  /** Number of labels, with `multiLabel`. */
  readonly numLabels?: number | null | undefined;
  /** Weights of the labels. */
  readonly labelWeights?: readonly number[] | null | undefined;
  /** Whether predictions are logits. Default false. */
  readonly fromLogits?: boolean | undefined;
}

/** Area under the ROC or the precision–recall curve, approximated at thresholds. */
export class AUC extends TargetMetric {
  static override readonly className: string = 'AUC';
  readonly numThresholds: number;
  readonly curve: 'ROC' | 'PR' | 'PRGAIN';
  readonly summationMethod: 'interpolation' | 'majoring' | 'minoring';
  readonly thresholds: readonly number[];
  readonly multiLabel: boolean;
  readonly numLabels: number | null;
  readonly labelWeights: readonly number[] | null;
  readonly fromLogits: boolean;
  readonly #given: readonly number[] | null;
  #counts: Counts | undefined;

  constructor(options: AUCOptions = {}) {
    super(options);
    const { numThresholds = 200, thresholds = null } = options;
    this.#given = thresholds;
    if (thresholds === null) {
      if (!(numThresholds > 1)) {
        throw new ArgumentError(`numThresholds must be above 1, got ${numThresholds}`);
      }
      this.thresholds = evenThresholds(numThresholds);
    } else {
      const [low, high] = evenThresholds(2);
      this.thresholds = [low!, ...[...thresholds].sort((a, b) => a - b), high!];
    }
    this.numThresholds = this.thresholds.length;
    this.curve = oneOf('curve', options.curve ?? 'ROC', ['ROC', 'PR', 'PRGAIN']);
    this.summationMethod = oneOf('summationMethod', options.summationMethod ?? 'interpolation', [
      'interpolation',
      'majoring',
      'minoring',
    ]);
    this.multiLabel = options.multiLabel ?? false;
    this.numLabels = options.numLabels ?? null;
    this.labelWeights = options.labelWeights ?? null;
    this.fromLogits = options.fromLogits ?? false;
    if (this.numLabels !== null && !this.multiLabel) {
      throw new ArgumentError('numLabels is needed only with multiLabel: true.');
    }
    if (!this.multiLabel) this.#build([this.numThresholds]);
    else if (this.numLabels !== null) this.#build([this.numThresholds, this.numLabels]);
  }

  override get direction(): MetricDirection {
    return 'up';
  }

  #build(shape: readonly number[]): Counts {
    return (this.#counts = {
      truePositives: this.addVariable({ shape, name: 'true_positives' }),
      falsePositives: this.addVariable({ shape, name: 'false_positives' }),
      trueNegatives: this.addVariable({ shape, name: 'true_negatives' }),
      falseNegatives: this.addVariable({ shape, name: 'false_negatives' }),
    });
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    options: MetricUpdateOptions = {},
  ): void {
    const given = toTensor(yPred);
    const counts = this.#counts ?? this.#build([this.numThresholds, given.shape[1] ?? 1]);
    const { multiLabel, thresholds } = this;
    countConfusion(counts, yTrue, this.fromLogits ? ops.sigmoid(given) : given, {
      thresholds,
      multiLabel,
      sampleWeight: options.sampleWeight,
      labelWeights: multiLabel ? null : this.labelWeights,
    });
  }

  override result(): Tensor {
    const counts = this.#counts;
    if (counts === undefined) return ops.cast(0, this.dtype);
    const terms =
      this.curve === 'PR' && this.summationMethod === 'interpolation'
        ? interpolatedPrecision(counts)
        : this.#riemann(...this.#points(counts));
    if (!this.multiLabel) return ops.sum(terms);
    const areas = ops.sum(terms, { axis: 0 });
    if (this.labelWeights === null) return ops.mean(areas);
    const weights = tensor([...this.labelWeights], undefined, this.dtype);
    return divideOrZero(ops.sum(areas.mul(weights)), ops.sum(weights));
  }

  /** The curve: x and y at each threshold. */
  #points(counts: Counts): [Tensor, Tensor] {
    const tp = counts.truePositives.value;
    const fp = counts.falsePositives.value;
    const tn = counts.trueNegatives.value;
    const fn = counts.falseNegatives.value;
    const recall = divideOrZero(tp, tp.add(fn));
    if (this.curve === 'ROC') return [divideOrZero(fp, fp.add(tn)), recall];
    if (this.curve === 'PR') return [recall, divideOrZero(tp, tp.add(fp))];
    const scale = divideOrZero(tp.add(fn), tn.add(fp));
    const none = tp.equal(0);
    const gain = (errors: Tensor, otherwise: number): Tensor =>
      ops.where(none, otherwise, ops.subtract(1, scale.mul(divideOrZero(errors, tp))));
    return [ops.maximum(gain(fn, 0), 0), gain(fp, 1)];
  }

  #riemann(x: Tensor, y: Tensor): Tensor {
    const [first, second] = neighbours(y);
    const [from, to] = neighbours(x);
    const method = this.summationMethod;
    const heights =
      method === 'interpolation'
        ? first.add(second).div(2)
        : method === 'minoring'
          ? ops.minimum(first, second)
          : ops.maximum(first, second);
    return from.sub(to).mul(heights);
  }

  override getConfig(): object {
    const { numThresholds, curve, summationMethod, multiLabel } = this;
    const { numLabels, labelWeights, fromLogits } = this;
    const given = this.#given === null ? {} : { thresholds: this.#given };
    const own = { numThresholds, curve, summationMethod, multiLabel, numLabels, labelWeights };
    return { ...super.getConfig(), ...own, fromLogits, ...given };
  }
}

/** The four counts at each threshold. */
export interface Counts {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly trueNegatives: Variable;
  readonly falseNegatives: Variable;
}

function oneOf<T extends string>(what: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new ArgumentError(`${what} must be one of ${allowed.join(', ')}; got "${value}"`);
}

/** x without its last and without its first row. */
function neighbours(x: Tensor): [Tensor, Tensor] {
  const [rows, ...rest] = x.shape;
  const sizes = [rows! - 1, ...rest];
  const zeros = rest.map(() => 0);
  return [x.slice([0, ...zeros], sizes), x.slice([1, ...zeros], sizes)];
}

/** Areas between thresholds under the precision–recall curve (Davis and Goadrich, 2006). */
function interpolatedPrecision(counts: Counts): Tensor {
  const tp = counts.truePositives.value;
  const [, fn] = neighbours(counts.falseNegatives.value);
  const [before, after] = neighbours(tp);
  const [positives, later] = neighbours(tp.add(counts.falsePositives.value));
  const slope = divideOrZero(before.sub(after), ops.maximum(positives.sub(later), 0));
  const intercept = after.sub(slope.mul(later));
  const both = ops.logicalAnd(positives.greater(0), later.greater(0));
  const ratio = ops.where(both, divideOrZero(positives, ops.maximum(later, 0)), 1);
  const area = slope.mul(before.sub(after).add(intercept.mul(ops.log(ratio))));
  return divideOrZero(area, ops.maximum(after.add(fn), 0));
}
