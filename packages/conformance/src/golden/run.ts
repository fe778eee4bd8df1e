/** Runs golden groups through the public API and counts what is right. */
import type { GoldenCase, GoldenGroup } from './case-file.ts';
import { groupsIn, readGroup } from './case-file.ts';
import { runLayerCase } from './layer-cases.ts';
import { runModelCase } from './model-cases.ts';
import {
  runDTypeCase,
  runInitializerCase,
  runLossCase,
  runMetricCase,
  runOptimizerCase,
  runScheduleCase,
  runTensorFunctionCase,
} from './object-cases.ts';
import { runOpCase } from './op-cases.ts';
import { runRandomCase } from './statistics.ts';
import { runTrainingCase } from './training-cases.ts';
import { runCallableCase } from './callable-cases.ts';
import { CannotRun } from './spec.ts';

/** Runs one case; throws with the reason if it is not right. */
export type CaseRunner = (group: GoldenGroup, golden: GoldenCase) => Promise<void>;

/** What became of one group. */
export interface GroupReport {
  readonly passed: number;
  readonly total: number;
  readonly failures: readonly { readonly id: string; readonly reason: string }[];
}

const EXACT: Readonly<Record<string, CaseRunner>> = {
  activations: runOpCase,
  utils: runOpCase,
  losses: runLossCase,
  metrics: runMetricCase,
  optimizers: runOptimizerCase,
  schedules: runScheduleCase,
  regularizers: runTensorFunctionCase,
  constraints: runTensorFunctionCase,
  initializers: runInitializerCase,
  dtypes: runDTypeCase,
  models: runModelCase,
  random: runRandomCase,
  training: runTrainingCase,
  'ops/callable': runCallableCase,
  'preprocessing/image': runLayerCase,
};

/** The runner of a group. */
export function runnerOf(group: string): CaseRunner {
  const exact = EXACT[group];
  if (exact !== undefined) return exact;
  if (group.startsWith('ops/')) return runOpCase;
  if (group.startsWith('layers/')) return runLayerCase;
  return async () => {
    throw new CannotRun(`group "${group}" needs what this version does not have yet`);
  };
}

/** The groups of a folder that the names select (a name may be a parent such as `ops`). */
export function selectGroups(dir: string, names: readonly string[]): string[] {
  const all = groupsIn(dir);
  if (names.length === 0) return all;
  return all.filter((group) =>
    names.some((name) => group === name || group.startsWith(`${name}/`)),
  );
}

/** Runs one case, trying its alternatives when the main answer does not fit. */
export async function runCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const run = runnerOf(group.name);
  try {
    await run(group, golden);
  } catch (error) {
    for (const alternative of golden.alternatives ?? []) {
      const changed: GoldenCase = { ...golden, outputs: alternative.outputs };
      const withGrads =
        alternative.grads === undefined ? changed : { ...changed, grads: alternative.grads };
      try {
        await run(group, withGrads);
        return;
      } catch {
        continue;
      }
    }
    throw error;
  }
}

/** Whether a case belongs to the half that slow lanes run: decided by its name alone. */
export function isInHalf(group: string, id: string): boolean {
  let hash = 0x811c9dc5;
  for (const character of `${group} ${id}`) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  // The low bits of this hash are only parities of those of the characters.
  return ((hash >>> 16) & 1) === 1;
}

/** Runs a group, or those of its cases that are chosen. */
export async function runGroup(
  dir: string,
  name: string,
  isChosen: (group: string, id: string) => boolean = () => true,
): Promise<GroupReport> {
  const group = readGroup(dir, name);
  const cases = group.cases.filter(({ id }) => isChosen(name, id));
  const failures: { id: string; reason: string }[] = [];
  for (const golden of cases) {
    try {
      await runCase(group, golden);
    } catch (error) {
      const { message } = error as Error;
      failures.push({ id: golden.id, reason: message.split('\n')[0] ?? message });
    }
  }
  return { passed: cases.length - failures.length, total: cases.length, failures };
}
