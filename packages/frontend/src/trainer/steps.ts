/**
 * The steps of a compiled model as functions of a batch: traced, differentiated and compiled whole by
 * `jit`, or run op by op with `runEagerly`. Both run the same code.
 */
import { jit, scope } from '@addax/core';
import { jitLoop } from '@addax/core/loop';
import { inStep } from '../layers/call-context.ts';
import { scalarLogs } from './logs.ts';
import { buildForStep, type StepName } from './build.ts';
import type { Trainer } from './trainer.ts';
import type { TensorLogs } from './types.ts';

/** One step. */
export interface Step<R> {
  (data: unknown): R;
  /** Several steps in one run, with the results of the last; undefined where they are better apart. */
  together(batches: readonly unknown[]): R | undefined;
}

/** The steps of one compiled model. */
export interface Steps {
  readonly train: Step<TensorLogs>;
  readonly test: Step<TensorLogs>;
  readonly predict: Step<unknown>;
  /** Steps that begin by resetting the metrics: for `trainOnBatch` and `testOnBatch`. */
  readonly trainFresh: Step<TensorLogs>;
  readonly testFresh: Step<TensorLogs>;
}

/** The steps of a compiled model. */
export function stepsOf(trainer: Trainer): Steps {
  const state = trainer.compiledState;
  return (state.steps ??= makeSteps(trainer, state.runEagerly));
}

const predictors = new WeakMap<Trainer, Step<unknown>>();

/** The prediction step; models need not be compiled to predict. */
export function predictorOf(trainer: Trainer): Step<unknown> {
  if (trainer.compiled) return stepsOf(trainer).predict;
  const found = predictors.get(trainer) ?? makeSteps(trainer, false).predict;
  predictors.set(trainer, found);
  return found;
}

function makeSteps(trainer: Trainer, runEagerly: boolean): Steps {
  const wrap = <R>(kind: StepName, step: (data: unknown) => R, name: string = kind): Step<R> => {
    const options = { name: `${trainer.name}/${name}` };
    const run = runEagerly ? (data: unknown) => scope(() => step(data)) : jit(step, options);
    const loop = runEagerly ? () => undefined : jitLoop(step, options);
    let ready = false;
    const prepare = (data: unknown): void => {
      if (!ready) buildForStep(trainer, kind, data);
      ready = true;
    };
    const one = (data: unknown): R => {
      prepare(data);
      return run(data);
    };
    return Object.assign(one, {
      together(batches: readonly unknown[]) {
        prepare(batches[0]);
        return loop(batches.map((data) => [data] as const));
      },
    });
  };
  const logged = (name: string, step: (data: unknown) => unknown) => (data: unknown) =>
    inStep(() => {
      trainer.clearLosses();
      try {
        return scalarLogs(`${trainer.label}.${name}`, step(data));
      } finally {
        trainer.clearLosses();
      }
    });
  const train = logged('trainStep', (data) => trainer.trainStep(data));
  const test = logged('testStep', (data) => trainer.testStep(data));
  const fresh = (step: (data: unknown) => TensorLogs) => (data: unknown) => {
    trainer.resetMetrics();
    return step(data);
  };
  return {
    train: wrap('trainStep', train),
    test: wrap('testStep', test),
    predict: wrap('predictStep', (data) => inStep(() => trainer.predictStep(data))),
    trainFresh: wrap('trainStep', fresh(train), 'trainOnBatch'),
    testFresh: wrap('testStep', fresh(test), 'testOnBatch'),
  };
}
