/** What `compile` was given, as it stands in files (`compile_config`). */
import { isRecord } from '@addax/core';
import { toSnakeIdentifier } from '../identifiers.ts';
import { LossScaleOptimizer } from '../optimizers/loss-scale.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { serialize } from './serialize.ts';

/** The compile configuration of a model; an empty record if it is not compiled. */
export async function compileConfig(model: Trainer): Promise<Record<string, unknown>> {
  const options = model.compileOptions;
  if (options === undefined) return {};
  return {
    optimizer: await optimizerConfig(model.optimizer),
    loss: written(options.loss),
    loss_weights: options.lossWeights ?? null,
    metrics: written(options.metrics),
    weighted_metrics: written(options.weightedMetrics),
    run_eagerly: options.runEagerly ?? false,
    steps_per_execution: options.stepsPerExecution ?? 1,
    jit_compile: false,
  };
}

/** The optimizer, with the learning rate that is in force now. */
async function optimizerConfig(optimizer: Optimizer): Promise<Record<string, unknown>> {
  const object = serialize(optimizer) as Record<string, unknown>;
  const config = { ...(object['config'] as Record<string, unknown>) };
  if (optimizer instanceof LossScaleOptimizer) {
    config['inner_optimizer'] = await optimizerConfig(optimizer.innerOptimizer);
  } else if (optimizer.learningRateVariable !== undefined) {
    config['learning_rate'] = await optimizer.learningRateVariable.snapshot.item();
  }
  return { ...object, config };
}

/** Losses and metrics: text is an identifier, keys of records are names of outputs. */
function written(value: unknown): unknown {
  if (typeof value === 'string') return toSnakeIdentifier(value);
  if (Array.isArray(value)) return value.map(written);
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, written(item)]));
  }
  return serialize(value);
}
