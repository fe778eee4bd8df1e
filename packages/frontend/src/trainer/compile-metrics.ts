/** The metrics given to `compile`, matched with the outputs; they are made when shapes are known. */
import { ArgumentError, isRecord, type Tensor } from '@addax/core';
import { isObjectConfig } from '../identifiers.ts';
import { get as getMetric, type MetricLike } from '../metrics/get.ts';
import type { TargetMetric } from '../metrics/metric.ts';
import { isMetric } from '../layers/tracking.ts';
import {
  labelsPerOutput,
  type Output,
  outputsOf,
  perOutput,
  requireSameBatch,
  unique,
} from './outputs.ts';
import type { MetricStruct, TensorLogs } from './types.ts';

/** A metric and the output it belongs to. */
interface OutputMetric {
  readonly metric: TargetMetric;
  readonly output: number;
  /** Name in logs. */
  readonly name: string;
  readonly weighted: boolean;
}

/** The metrics of a compiled model. */
export class CompileMetrics {
  readonly #plain: MetricStruct | undefined;
  readonly #weighted: MetricStruct | undefined;
  readonly #names: () => readonly string[] | undefined;
  #parts: readonly OutputMetric[] | undefined;

  constructor(
    plain: MetricStruct | undefined,
    weighted: MetricStruct | undefined,
    names: () => readonly string[] | undefined,
  ) {
    this.#plain = plain;
    this.#weighted = weighted;
    this.#names = names;
    checkNames(plain);
    checkNames(weighted);
  }

  /** Whether the metrics are made. */
  get built(): boolean {
    return this.#parts !== undefined;
  }

  /** All metrics made so far. */
  get metrics(): TargetMetric[] {
    return (this.#parts ?? []).map(({ metric }) => metric);
  }

  /** Takes in one batch. */
  update(y: unknown, yPred: unknown, sampleWeight: unknown): void {
    const outputs = outputsOf(yPred, this.#names());
    const labels = labelsPerOutput(y, outputs);
    const weights = perOutput<Tensor>('sampleWeight', sampleWeight, outputs);
    this.#parts ??= this.#build(labels, outputs);
    for (const { metric, output, name, weighted } of this.#parts) {
      const label = labels[output];
      if (label === undefined) {
        throw new ArgumentError(`metric "${name}" needs labels: give y.`);
      }
      requireSameBatch(label, outputs[output]!);
      const weight = weighted ? weights[output] : undefined;
      metric.updateState(label, outputs[output]!.value, { sampleWeight: weight });
    }
  }

  /** Values so far, by log name. */
  results(): TensorLogs {
    const logs: Record<string, Tensor> = {};
    for (const { metric, name } of this.#parts ?? []) {
      const result = metric.result();
      if (isRecord(result)) Object.assign(logs, result);
      else logs[name] = result;
    }
    return logs;
  }

  #build(labels: readonly (Tensor | undefined)[], outputs: readonly Output[]): OutputMetric[] {
    const taken = new Map<string, number>();
    // Outputs without names (arrays that a subclass returns) have no prefix, as in Keras.
    const prefixOf = (output: number): string => {
      const { name } = outputs[output]!;
      return outputs.length > 1 && name !== undefined ? `${name}_` : '';
    };
    const plain = this.#list(this.#plain, labels, outputs).map(([metric, output]) => {
      const name = `${prefixOf(output)}${metric.name}`;
      return { metric, output, name: unique(name, taken), weighted: false };
    });
    const weighted = this.#list(this.#weighted, labels, outputs).map(([metric, output]) => {
      const prefix = prefixOf(output);
      const name = taken.has(`${prefix}${metric.name}`)
        ? `${prefix}weighted_${metric.name}`
        : `${prefix}${metric.name}`;
      return { metric, output, name: unique(name, taken), weighted: true };
    });
    return [...plain, ...weighted];
  }

  #list(
    given: MetricStruct | undefined,
    labels: readonly (Tensor | undefined)[],
    outputs: readonly Output[],
  ): [TargetMetric, number][] {
    // One output: a flat list is a list of its metrics.
    const flat = outputs.length === 1 && Array.isArray(given) && !given.some(Array.isArray);
    const lists = flat
      ? [given]
      : perOutput<MetricLike | readonly MetricLike[]>('metrics', given, outputs, isObjectConfig);
    return lists.flatMap((list, i) => {
      if (list === undefined || list === null) return [];
      const items = (Array.isArray(list) ? list : [list]) as readonly MetricLike[];
      return items.map((item): [TargetMetric, number] => {
        const shapes = { yTrue: labels[i]?.shape ?? [], yPred: outputs[i]!.value.shape };
        return [getMetric(item, shapes) as TargetMetric, i];
      });
    });
  }
}

const BY_SHAPE: ReadonlySet<string> = new Set(['accuracy', 'acc', 'crossentropy', 'ce']);

/** Unknown names are an error of `compile`, not of the first step. */
function checkNames(given: unknown): void {
  if (typeof given === 'string') {
    if (!BY_SHAPE.has(given)) getMetric(given);
  } else if (Array.isArray(given)) given.forEach(checkNames);
  else if (isRecord(given) && !isMetric(given) && !isObjectConfig(given)) {
    Object.values(given).forEach(checkNames);
  }
}
