/**
 * Twenty training steps of the four models: losses near the reference's, random state bit-equal,
 * launches and workspace under a recorded ceiling, nothing on the host.
 */
import { type Backend, type Executable, useBackend } from '@addax/core';
import { utils } from '@addax/frontend';
import type { TrainingCase } from './models.ts';

/** What twenty steps gave. */
export interface TrainingResult {
  readonly losses: readonly number[];
  /** Integer state (iterations, seed generators) at the end. */
  readonly integerState: readonly number[];
  /** Costs of the step: the largest executable compiled. */
  readonly launches: number;
  readonly workspaceBytes: number;
  readonly hostNodes: number;
}

/** Ceilings for the compiled step; a regression alarm, not a goal. */
export interface Ceiling {
  readonly launches: number;
  readonly workspaceBytes: number;
}

const STEPS = 20;

/** Notes every executable that a backend compiles. */
export function observed(backend: Backend): { backend: Backend; executables: Executable[] } {
  const executables: Executable[] = [];
  const watching = new Proxy(backend, {
    get(target, property) {
      if (property === 'compile') {
        return (...args: Parameters<Backend['compile']>) => {
          const executable = target.compile(...args);
          executables.push(executable);
          return executable;
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { backend: watching, executables };
}

/** Trains a model for twenty steps on a backend, from the same seed as everybody. */
export async function train(backend: Backend, trainingCase: TrainingCase): Promise<TrainingResult> {
  const watching = observed(backend);
  useBackend(watching.backend);
  utils.clearSession();
  utils.setRandomSeed(42);
  const { model, x, y } = trainingCase.make();
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) losses.push(await model.trainOnBatch(x, y));
  const state = [...model.variables, ...model.optimizer!.variables].filter(
    ({ dtype }) => dtype === 'int32' || dtype === 'uint32',
  );
  const integerState: number[] = [];
  for (const variable of state) {
    integerState.push(...Array.from(await variable.value.data(), Number));
  }
  const step = watching.executables.reduce((a, b) =>
    a.stats.launches >= b.stats.launches ? a : b,
  );
  return { losses, integerState, ...step.stats };
}

/** Relative difference of two loss curves. */
export function curveDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(
    ...a.map((value, i) => Math.abs(value - b[i]!) / Math.max(Math.abs(b[i]!), 1e-6)),
  );
}
