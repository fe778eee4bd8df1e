/**
 * Loading whole models: `.keras` of Keras 3 (and 2.12 to 2.15) as archives and as folders, legacy `.h5`
 * of Keras 2 and 3, and TensorFlow.js layers-models. The kind is told from the bytes; files are data, and nothing in them is
 * run.
 */
import { ArgumentError, FormatError, isRecord, UnsupportedError } from '@addax/core';
import type { FolderMember, RandomAccess } from '@addax/formats';
import type { Model } from '../models/model.ts';
import { restoreAssets } from './assets.ts';
import { loadFormats } from './formats.ts';
import { elementsIn } from './hdf5-elements.ts';
import { readKerasWeights } from './keras-weights.ts';
import { isWholeModel, readLegacyModel } from './legacy-model.ts';
import type { LoadOptions, LoadSource } from './load-options.ts';
import { whileLoading } from './loading-limits.ts';
import { parseJson } from './parse-json.ts';
import { buildModel, compileModel, makeModel } from './make-model.ts';
import { readTfjsModel } from './tfjs-model.ts';
import { upgradeConfig, type Writer, writerOf } from './upgrade.ts';
import { groupsOf } from './weight-groups.ts';

/** A model from a file; see `loadModel`. */
export async function readModel(source: LoadSource, options: LoadOptions): Promise<Model> {
  checkOptions(options);
  const { openFolder, openSource, detectFormat, openZip, openHdf5 } = await loadFormats();
  const folder = await openFolder(source);
  if (folder !== undefined)
    return readParts(`the folder ${String(source)}`, folder.members, options);
  const file = await openSource(source);
  try {
    const format = await detectFormat(file);
    if (format === 'keras') {
      const archive = await openZip(file);
      return await readParts(file.name, archive.members, options);
    }
    if (format === 'hdf5') {
      const root = await openHdf5(file);
      if (isWholeModel(root)) return await readLegacyModel(root, options);
      throw weightsOnly(file);
    }
    if (format === 'json') return await readJson(file, source, options);
    if (format === 'safetensors') throw weightsOnly(file);
    throw new FormatError(
      `${file.name} is no model file: its kind is "${format}". Models are .keras archives, legacy ` +
        '.h5 files, and model.json of TensorFlow.js.',
    );
  } finally {
    await file.close();
  }
}

const KEYS: readonly string[] = [
  'customObjects',
  'compile',
  'safeMode',
  'files',
] satisfies (keyof LoadOptions)[];

function checkOptions(options: LoadOptions): void {
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw new ArgumentError(`loadModel: unknown option "${unknown}"; it takes ${KEYS.join(', ')}.`);
  }
  if (options.safeMode === false) {
    throw new UnsupportedError(
      'loadModel: safeMode false would run Python code of the file, which is not possible here. ' +
        'Functions of your own go into customObjects, or are registered with registerSerializable.',
    );
  }
}

function weightsOnly(file: RandomAccess): FormatError {
  return new FormatError(
    `${file.name} holds weights and no model: make the model, then model.loadWeights(file).`,
  );
}

/** The parts of a `.keras` file. */
type Parts = ReadonlyMap<string, Pick<FolderMember, 'open' | 'bytes' | 'text'>>;

/** A model from the members of an archive, or the files of a folder. */
async function readParts(what: string, parts: Parts, options: LoadOptions): Promise<Model> {
  const text = await memberOf(what, parts, 'config.json').text();
  const config = upgradeConfig(parseJson('config.json', text), await writerIn(parts));
  const { openHdf5 } = await loadFormats();
  const root = await openHdf5(await memberOf(what, parts, 'model.weights.h5').open());
  try {
    const model = whileLoading(await elementsIn(root), () => {
      const made = makeModel(config, options);
      buildModel(made, config);
      if (!made.built) throw unbuilt(made);
      return made;
    });
    const compile = isRecord(config) ? config['compile_config'] : undefined;
    compileModel(model, compile, options);
    await readKerasWeights(model, groupsOf(root), { what: 'model.weights.h5', fresh: true });
    await restoreAssets(model, parts);
    return model;
  } finally {
    await root.close();
  }
}

function memberOf(
  what: string,
  parts: Parts,
  name: string,
): Pick<FolderMember, 'open' | 'bytes' | 'text'> {
  const member = parts.get(name);
  if (member !== undefined) return member;
  throw new FormatError(`${what} has no ${name}, so it holds no whole model.`);
}

function unbuilt(model: Model): FormatError {
  return new FormatError(
    `the file does not say for which inputs ${model.label} was built, so it cannot have weights yet: ` +
      'make the model, call it on data, then model.loadWeights(file).',
  );
}

/** Keras 2.12 to 2.15 wrote such archives too. Files without the member are taken for today's. */
async function writerIn(parts: Parts): Promise<Writer> {
  const text = await parts.get('metadata.json')?.text();
  const metadata = text === undefined ? {} : parseJson('metadata.json', text);
  return writerOf(isRecord(metadata) ? metadata['keras_version'] : undefined);
}

async function readJson(
  file: RandomAccess,
  source: LoadSource,
  options: LoadOptions,
): Promise<Model> {
  const text = new TextDecoder().decode(await file.read(0, file.size));
  const json = parseJson(file.name, text);
  if (isRecord(json) && 'modelTopology' in json) return readTfjsModel(json, source, options);
  if (isRecord(json) && 'weight_map' in json) throw weightsOnly(file);
  if (isRecord(json) && 'class_name' in json) {
    throw new FormatError(
      `${file.name} holds a configuration without weights: modelFromJson(text) makes the model.`,
    );
  }
  throw new FormatError(`${file.name} is JSON, but not of a model.`);
}
