/** Legacy `.h5` files: whole models of Keras 2 and 3. */
import { FormatError, isRecord } from '@addax/core';
import type { Hdf5File, Hdf5Group } from '@addax/formats';
import type { Model } from '../models/model.ts';
import { elementsIn } from './hdf5-elements.ts';
import { readLegacyWeights } from './legacy-weights.ts';
import { textsAt } from './hdf5-texts.ts';
import type { LoadOptions } from './load-options.ts';
import { whileLoading } from './loading-limits.ts';
import { compileModel, makeModel } from './make-model.ts';
import { parseJson } from './parse-json.ts';
import { upgradeConfig, writerOf } from './upgrade.ts';
import { WeightPlan } from './weight-plan.ts';

/** Whether a file holds a whole model in the legacy layout. */
export function isWholeModel(root: Hdf5Group): boolean {
  return root.attributes.has('model_config');
}

/** The model of a legacy file. */
export async function readLegacyModel(root: Hdf5File, options: LoadOptions): Promise<Model> {
  // Before 2.0 the version was not written.
  const writer = writerOf(root.attributes.get('keras_version') ?? '1.0');
  const config = upgradeConfig(jsonAttribute(root, 'model_config'), writer);
  const weights = root.get('model_weights');
  if (weights?.kind !== 'group') throw new FormatError('the file has no group "model_weights".');
  const model = whileLoading(await elementsIn(weights), () => makeModel(config, options));
  await readLegacyWeights(model, weights, { what: 'the file', fresh: true });
  if (root.attributes.has('training_config') && options.compile !== false) {
    const training = upgradeConfig(jsonAttribute(root, 'training_config'), writer);
    compileModel(model, training, options);
    if (model.compiled) await readOptimizer(model, root);
  }
  return model;
}

function jsonAttribute(root: Hdf5Group, name: string): unknown {
  const text = root.attributes.get(name);
  if (typeof text !== 'string') throw new FormatError(`the attribute "${name}" is no text.`);
  const value = parseJson(`the attribute "${name}"`, text);
  if (isRecord(value)) return value;
  throw new FormatError(`the attribute "${name}" is not an object.`);
}

/** The state of the optimizer, if it is one of today's; otherwise training starts anew. */
async function readOptimizer(model: Model, root: Hdf5Group): Promise<void> {
  const group = root.get('optimizer_weights');
  if (group?.kind !== 'group') return;
  const arrays = textsAt(group, 'weight_names').map((name) => {
    const array = group.dataset(name);
    return { path: array.path, array };
  });
  const plan = new WeightPlan();
  plan.addAll('optimizer_weights', model.optimizer.variables, arrays);
  await plan.apply({ what: 'the state of the optimizer', skipMismatch: true });
}
