/** Options and results of training. */
import type { Nested, Struct, Tensor, TypedArray } from '@addax/core';
import type { Callback } from '../callbacks/callback.ts';
import type { LossLike } from '../losses/get.ts';
import type { MetricLike } from '../metrics/get.ts';
import type { OptimizerLike } from '../optimizers/get.ts';

/** Log values by name: `loss`, `accuracy`, `val_loss`, … */
export type Logs = Record<string, number>;

/** Log values still on the device. */
export type TensorLogs = Readonly<Record<string, Tensor>>;

/** How much is printed: nothing, a bar, a line per epoch; "auto" is a bar. */
export type Verbosity = 'auto' | 0 | 1 | 2;

/** What one output has: a loss, several that are added, or none. */
export type OutputLossLike = LossLike | readonly LossLike[] | null;

/** Losses in the structure of the outputs: one for all, a list, or a record by output name. */
export type LossStruct =
  LossLike | readonly OutputLossLike[] | Readonly<Record<string, OutputLossLike>>;

/** Factors in the structure of the losses; one number is for all. */
export type LossWeightStruct =
  | number
  | readonly (number | readonly number[])[]
  | Readonly<Record<string, number | readonly number[]>>;

/** Metrics in the structure of the outputs. */
export type MetricStruct =
  | MetricLike
  | readonly (MetricLike | readonly MetricLike[] | null)[]
  | Readonly<Record<string, MetricLike | readonly MetricLike[]>>;

/** What {@link Model.compile} takes. */
export interface CompileOptions {
  /** Optimizer or its name. Default `rmsprop`. */
  readonly optimizer?: OptimizerLike | undefined;
  /** Loss or losses: one for every output, a list by position, or a record by output name. */
  readonly loss?: LossStruct | undefined;
  /** Weight of the loss, or weights of several. */
  readonly lossWeights?: LossWeightStruct | undefined;
  /** Metrics that ignore sample weights. */
  readonly metrics?: MetricStruct | undefined;
  /** Metrics that use sample weights. */
  readonly weightedMetrics?: MetricStruct | undefined;
  /** Run ops one by one instead of compiling the step. Default false. */
  readonly runEagerly?: boolean | undefined;
  /**
   * Batches between two rounds of callbacks, which get the last one's number and logs. The result is that
   * of single steps; a backend may run them as one. Default 1.
   */
  readonly stepsPerExecution?: number | undefined;
  /** Whether a mixed-float16 model scales its loss. Default true. */
  readonly autoScaleLoss?: boolean | undefined;
}

/** Host data or tensors, alone or in arrays and records. */
export type DataStruct = Struct<Tensor | TypedArray | Nested> | Nested | TypedArray;

/** Batches one after the other: `x`, `[x, y]` or `[x, y, sampleWeight]` each. */
export type BatchStream =
  | Iterable<unknown>
  | AsyncIterable<unknown>
  | (() => Iterable<unknown> | AsyncIterable<unknown> | Iterator<unknown> | AsyncIterator<unknown>);

/** Options that fit and evaluate share. */
export interface RunOptions {
  /** Samples per batch. Default 32. */
  readonly batchSize?: number | undefined;
  /** What is printed. Default a progress bar. */
  readonly verbose?: Verbosity | undefined;
  /** Weight of each sample (or of each of its outputs) in the loss. */
  readonly sampleWeight?: DataStruct | undefined;
  /** Called back along the way. */
  readonly callbacks?: Callback | readonly Callback[] | undefined;
  /** Cancels the run between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Model.fit}. */
export interface FitOptions extends RunOptions {
  /** Passes over the data; the number of the last epoch. Default 1. */
  readonly epochs?: number | undefined;
  /** Fraction of the data, at its end, that is not trained on but evaluated after each epoch. */
  readonly validationSplit?: number | undefined;
  /** `[x, y]`, `[x, y, sampleWeight]` or batches, evaluated after each epoch. */
  readonly validationData?: readonly unknown[] | BatchStream | undefined;
  /** Shuffle before each epoch; arrays only. Default true. */
  readonly shuffle?: boolean | undefined;
  /** Weight of each class in the loss. */
  readonly classWeight?: Readonly<Record<number, number>> | undefined;
  /** Epoch to begin at, for training that goes on. Default 0. */
  readonly initialEpoch?: number | undefined;
  /** Batches per epoch; all by default. */
  readonly stepsPerEpoch?: number | undefined;
  /** Batches per validation; all by default. */
  readonly validationSteps?: number | undefined;
  /** Samples per validation batch; `batchSize` by default. */
  readonly validationBatchSize?: number | undefined;
  /** Epochs between validations, or the epochs (from 1) that have one. Default 1. */
  readonly validationFreq?: number | readonly number[] | undefined;
}

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions extends RunOptions {
  /** Batches to use; all by default. */
  readonly steps?: number | undefined;
}

/** Options of {@link Model.predict}. */
export interface PredictOptions {
  /** Samples per batch. Default 32. */
  readonly batchSize?: number | undefined;
  /** What is printed. Default a progress bar. */
  readonly verbose?: Verbosity | undefined;
  /** Batches to use; all by default. */
  readonly steps?: number | undefined;
  /** Called back along the way. */
  readonly callbacks?: Callback | readonly Callback[] | undefined;
  /** Cancels the run between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `trainOnBatch` and `testOnBatch`. */
export interface OnBatchOptions {
  /** Weight of each sample. */
  readonly sampleWeight?: DataStruct | undefined;
  /** Weight of each class (training only). */
  readonly classWeight?: Readonly<Record<number, number>> | undefined;
  /** Resolve to a record of all logs instead of the loss. Default false. */
  readonly returnDict?: boolean | undefined;
}

/** What {@link Model.computeLoss} and {@link Model.computeMetrics} take. */
export interface StepValues {
  readonly x: unknown;
  readonly y?: unknown;
  readonly yPred: unknown;
  readonly sampleWeight?: unknown;
}
