/** Weights from files of any kind into a model: the kind is told from the bytes. */
import { ArgumentError, FormatError, isRecord } from '@addax/core';
import type { FolderMember, RandomAccess } from '@addax/formats';
import type { Model } from '../models/model.ts';
import { loadFormats } from './formats.ts';
import { readKerasWeights } from './keras-weights.ts';
import { isLegacyWeights, readLegacyWeights } from './legacy-weights.ts';
import type { LoadSource, LoadWeightsOptions } from './load-options.ts';
import { parseJson } from './parse-json.ts';
import { readTfjsWeights } from './tfjs-weights.ts';
import { groupsOf, openShards, type WeightGroups } from './weight-groups.ts';
import { type ApplyOptions, WeightPlan } from './weight-plan.ts';

const KEYS: readonly string[] = [
  'skipMismatch',
  'byName',
  'names',
  'files',
] satisfies (keyof LoadWeightsOptions)[];

/** Sets the weights of a model; see {@link Model.loadWeights}. */
export async function loadWeights(
  model: Model,
  source: LoadSource,
  options: LoadWeightsOptions,
): Promise<void> {
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw new ArgumentError(
      `loadWeights: unknown option "${unknown}"; it takes ${KEYS.join(', ')}.`,
    );
  }
  if (!model.built) {
    throw new ArgumentError(
      `${model.label} is not built, so it has no weights to set: call it on data, or build it.`,
    );
  }
  const { openFolder, openSource, detectFormat } = await loadFormats();
  const folder = await openFolder(source);
  if (folder !== undefined) {
    await fromParts(model, folder.members, { what: String(source), ...options });
    return;
  }
  const file = await openSource(source);
  try {
    const format = await detectFormat(file);
    const apply = { what: file.name, skipMismatch: options.skipMismatch };
    if (options.byName === true && format !== 'hdf5') throw noNames();
    if (format === 'hdf5') await fromHdf5(model, file, options, apply);
    else if (format === 'keras') await fromArchive(model, file, apply);
    else if (format === 'safetensors') await fromSafetensors(model, file, options, apply);
    else if (format === 'json') await fromJson(model, file, source, options, apply);
    else {
      throw new FormatError(
        `${file.name} is no file of weights: its kind is "${format}". Weights stand in .weights.h5, ` +
          '.weights.json with shards, .h5, .keras, .safetensors and model.json of TensorFlow.js.',
      );
    }
  } finally {
    await file.close();
  }
}

function noNames(): ArgumentError {
  return new ArgumentError(
    'loadWeights: byName is for legacy .h5 files; Keras 3 matches layers by their place.',
  );
}

async function fromHdf5(
  model: Model,
  file: RandomAccess,
  { byName }: LoadWeightsOptions,
  apply: ApplyOptions,
): Promise<void> {
  const { openHdf5 } = await loadFormats();
  const root = await openHdf5(file);
  try {
    const whole = root.get('model_weights');
    const legacy = whole?.kind === 'group' && isLegacyWeights(whole) ? whole : root;
    if (isLegacyWeights(legacy)) await readLegacyWeights(model, legacy, { ...apply, byName });
    else if (byName === true) throw noNames();
    else await readKerasWeights(model, groupsOf(root), apply);
  } finally {
    await root.close();
  }
}

async function fromArchive(model: Model, file: RandomAccess, apply: ApplyOptions): Promise<void> {
  const { openZip } = await loadFormats();
  await fromParts(model, (await openZip(file)).members, apply);
}

/** From the members of an archive, or the files of a folder. */
async function fromParts(
  model: Model,
  parts: ReadonlyMap<string, Pick<FolderMember, 'open'>>,
  { what, skipMismatch }: ApplyOptions,
): Promise<void> {
  const { openHdf5 } = await loadFormats();
  const member = parts.get('model.weights.h5');
  if (member === undefined) throw new FormatError(`${what} holds no model.weights.h5.`);
  const apply = { what, skipMismatch };
  await closing(groupsOf(await openHdf5(await member.open())), (groups) =>
    readKerasWeights(model, groups, apply),
  );
}

async function closing(
  groups: WeightGroups,
  use: (groups: WeightGroups) => Promise<void>,
): Promise<void> {
  try {
    await use(groups);
  } finally {
    await groups.close();
  }
}

async function fromSafetensors(
  model: Model,
  file: RandomAccess,
  { names }: LoadWeightsOptions,
  apply: ApplyOptions,
): Promise<void> {
  const { openSafetensors } = await loadFormats();
  const { entries } = await openSafetensors(file);
  const plan = new WeightPlan();
  const used = new Set<string>();
  for (const variable of model.weights) {
    const { path } = variable;
    const name = typeof names === 'function' ? names(path) : (names?.[path] ?? path);
    used.add(name);
    plan.add(name, variable, entries.get(name));
  }
  for (const { name, dtype, shape } of entries.values()) {
    if (used.has(name)) continue;
    plan.reject(name, 'no further weight', `${dtype}[${shape.join(', ')}]`);
  }
  await plan.apply(apply);
}

async function fromJson(
  model: Model,
  file: RandomAccess,
  source: LoadSource,
  { files }: LoadWeightsOptions,
  apply: ApplyOptions,
): Promise<void> {
  const text = new TextDecoder().decode(await file.read(0, file.size));
  const json = parseJson(file.name, text);
  if (isRecord(json) && 'weight_map' in json) {
    await closing(await openShards(json, source, files), (groups) =>
      readKerasWeights(model, groups, apply),
    );
  } else if (isRecord(json) && 'weightsManifest' in json) {
    await readTfjsWeights(model, json['weightsManifest'], source, files, apply);
  } else {
    throw new FormatError(
      `${file.name} is JSON, but lists no weights (neither "weight_map" nor "weightsManifest").`,
    );
  }
}
