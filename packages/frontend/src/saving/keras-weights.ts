/** Weights in Keras 3's layout into a model: by the paths of the walk, optimizer and extras included. */
import type { Variable } from '@addax/core';
import type { Hdf5Dataset } from '@addax/formats';
import type { Model } from '../models/model.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { isTrainer } from '../trainer/registry.ts';
import { type SaveableEntry, walkSaveables } from './walk.ts';
import type { WeightGroups } from './weight-groups.ts';
import { type ApplyOptions, WeightPlan } from './weight-plan.ts';

/** Group of what only Addax writes and reads. */
const EXTRAS = 'addax';

/** Sets a model's variables from a file. */
export async function readKerasWeights(
  model: Model,
  groups: WeightGroups,
  options: ApplyOptions,
): Promise<void> {
  const plan = new WeightPlan();
  const optimizers: SaveableEntry[] = [];
  for (const entry of walkSaveables(model)) {
    if (entry.saveable instanceof Optimizer) optimizers.push(entry);
    else {
      const arrays = arraysOf(groups, entry.path);
      if (entry.variables.length === 0 && arrays.length === 0) continue;
      plan.addAll(`${entry.path}/vars`, entry.variables, arrays.map(withPath));
    }
  }
  const extras = extrasPlan(model, groups);
  const states = optimizers.flatMap((entry) => optimizerPlan(model, entry, groups));
  await plan.apply(options);
  for (const state of [...states, extras]) await state.apply({ ...options, skipMismatch: true });
}

function withPath(array: Hdf5Dataset): { path: string; array: Hdf5Dataset } {
  return { path: array.path, array };
}

function arraysOf(groups: WeightGroups, path: string): readonly Hdf5Dataset[] {
  const own = groups.arrays(path === '' ? 'vars' : `${path}/vars`);
  if (own !== undefined) return own;
  // Keras 2.12 to 2.15 kept layers under another name.
  const older = path.replaceAll(/(^|\/)layers(?=\/)/g, '$1_layer_checkpoint_dependencies');
  return groups.arrays(`${older}/vars`) ?? [];
}

/** State of an optimizer; one of another make only warns, as in Keras: training starts anew. */
function optimizerPlan(
  model: Model,
  { path, saveable }: SaveableEntry,
  groups: WeightGroups,
): WeightPlan[] {
  const arrays = groups.arrays(`${path}/vars`);
  if (arrays === undefined) return [];
  const optimizer = saveable as Optimizer;
  const trained = model.trainableVariables;
  if (!optimizer.built && arrays.length > optimizer.variables.length && trained.length > 0) {
    optimizer.build(trained);
  }
  const { variables } = optimizer;
  // Saved before the first step: there is no state to take over but the counter and the rate.
  const unbuilt = arrays.length <= 2 && variables.length > arrays.length;
  const targets = unbuilt ? variables.slice(0, arrays.length) : variables;
  const plan = new WeightPlan();
  plan.addAll(`${path}/vars`, targets, arrays.map(withPath));
  return [plan];
}

/** The state of random numbers and metrics, if the file has it and it is that of this model. */
function extrasPlan(model: Model, groups: WeightGroups): WeightPlan {
  const plan = new WeightPlan();
  const weights = new Set(model.weights);
  const seeds = model.variables.filter((variable) => !weights.has(variable));
  addExtras(plan, `${EXTRAS}/seeds`, seeds, groups);
  if (!isTrainer(model)) return plan;
  const byName = new Map(model.metrics.map(({ name, variables }) => [name, variables]));
  for (const node of groups.group(`${EXTRAS}/metrics`)?.children.values() ?? []) {
    const variables = byName.get(String(node.attributes.get('name')));
    if (variables !== undefined) addExtras(plan, node.path, variables, groups);
  }
  return plan;
}

function addExtras(
  plan: WeightPlan,
  path: string,
  variables: readonly Variable[],
  groups: WeightGroups,
): void {
  const arrays = groups.arrays(path);
  if (arrays?.length !== variables.length) return;
  plan.addAll(path, variables, arrays.map(withPath));
}
