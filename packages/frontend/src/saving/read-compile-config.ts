/** What `compile` was given, from files: `compile_config`, and `training_config` of legacy files. */
import { FormatError, isRecord } from '@addax/core';
import type { CompileOptions } from '../trainer/types.ts';
import { isKerasObject } from './read-context.ts';

/**
 * Options for `compile`; undefined if the model was not compiled.
 *
 * @param read Makes objects from their configurations.
 */
export function readCompileConfig(
  config: unknown,
  read: (value: unknown) => unknown,
): CompileOptions | undefined {
  if (config === undefined || config === null) return undefined;
  if (!isRecord(config)) throw new FormatError('the compile configuration is not a record.');
  const optimizer = config['optimizer'] ?? config['optimizer_config'];
  const { loss } = config;
  if (optimizer === undefined && loss === undefined) return undefined;
  const losses = (value: unknown): unknown => read(inModule('keras.losses', value));
  const metrics = (value: unknown): unknown => read(inModule('keras.metrics', value));
  const given: Record<string, unknown> = {
    optimizer: read(inModule('keras.optimizers', optimizer)),
    loss: losses(loss),
    lossWeights: config['loss_weights'],
    metrics: metrics(config['metrics']),
    weightedMetrics: metrics(config['weighted_metrics']),
    runEagerly: config['run_eagerly'],
    stepsPerExecution: config['steps_per_execution'],
  };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  ) as CompileOptions;
}

/** Losses and metrics share names, so objects without a module get the one of their place. */
function inModule(module: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => inModule(module, item));
  if (isKerasObject(value)) return value.module === undefined ? { module, ...value } : value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inModule(module, item)]),
  );
}
