/** What `compile` makes of its options: checked first, so that a failed call changes nothing. */
import { ArgumentError, type Variable } from '@addax/core';
import { lookUp } from '../identifiers.ts';
import { Mean } from '../metrics/mean.ts';
import { get as getOptimizer, KNOWN } from '../optimizers/get.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { CompileLoss } from './compile-loss.ts';
import { CompileMetrics } from './compile-metrics.ts';
import type { Steps } from './steps.ts';
import type { Trainer } from './trainer.ts';
import type { CompileOptions } from './types.ts';

/** State of a compiled model. */
export interface CompiledState {
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  readonly loss: CompileLoss | undefined;
  readonly metrics: CompileMetrics | undefined;
  readonly lossTracker: Mean;
  readonly runEagerly: boolean;
  readonly stepsPerExecution: number;
  steps: Steps | undefined;
  /** The weights trained, settled at the first step. */
  trained: readonly Variable[] | undefined;
}

const KEYS: readonly string[] = [
  'optimizer',
  'loss',
  'lossWeights',
  'metrics',
  'weightedMetrics',
  'runEagerly',
  'stepsPerExecution',
  'autoScaleLoss',
] satisfies (keyof CompileOptions)[];

/** The state for these options. */
export function compileState(trainer: Trainer, options: CompileOptions): CompiledState {
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw new ArgumentError(`compile: unknown option "${unknown}"; it takes ${KEYS.join(', ')}.`);
  }
  const { loss, lossWeights, metrics, weightedMetrics, stepsPerExecution = 1 } = options;
  if (!(Number.isInteger(stepsPerExecution) && stepsPerExecution > 0)) {
    throw new ArgumentError(
      `stepsPerExecution must be a positive whole number, got ${JSON.stringify(stepsPerExecution)}.`,
    );
  }
  const names = (): readonly string[] | undefined => trainer.outputNames;
  const wantsMetrics = metrics !== undefined || weightedMetrics !== undefined;
  return {
    options,
    optimizer: chooseOptimizer(trainer, options),
    loss:
      loss === undefined || loss === null ? undefined : new CompileLoss(loss, lossWeights, names),
    metrics: wantsMetrics ? new CompileMetrics(metrics, weightedMetrics, names) : undefined,
    lossTracker: new Mean({ name: 'loss' }),
    runEagerly: options.runEagerly ?? false,
    stepsPerExecution,
    steps: undefined,
    trained: undefined,
  };
}

/** A model that computes in float16 scales its loss, or small gradients would vanish. */
function chooseOptimizer(trainer: Trainer, options: CompileOptions): Optimizer {
  const optimizer = getOptimizer(options.optimizer ?? 'rmsprop');
  const wants = (options.autoScaleLoss ?? true) && trainer.dtypePolicy.name === 'mixed_float16';
  if (!wants || optimizer.scalesLoss) return optimizer;
  const scaled = { innerOptimizer: optimizer, name: 'loss_scale_optimizer' };
  return new (lookUp('optimizer', KNOWN, 'lossScaleOptimizer'))(scaled as never);
}
