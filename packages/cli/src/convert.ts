/**
 * Files into files. Where both sides name their arrays in the same way, arrays are passed on one by one
 * and no model is made; otherwise the model says which array is which variable.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ArgumentError, FormatError, storageOf, UnsupportedError } from '@addax/core';
import {
  type ArrayInput,
  type NpzFile,
  openNpz,
  openSafetensors,
  writeNpz,
  writeSafetensors,
} from '@addax/formats';
import type { Model } from '@addax/frontend';
import { copyWeights } from './copy-weights.ts';
import { inspectFile } from './inspect/inspect.ts';
import type { InspectedFormat, Inspection } from './inspect/types.ts';

/** What {@link convertFile} can write. */
export type OutputKind = 'keras' | 'weights' | 'shards' | 'safetensors' | 'npz';

/** Options of {@link convertFile}. */
export interface ConvertOptions {
  /**
   * The model that the weights are for: `.keras`, `.h5`, `model.json`, or the JSON of a configuration.
   * Default: the model in the file itself.
   */
  readonly model?: string | undefined;
  /** Whether the optimizer and what else the model was compiled with come along. Default true. */
  readonly compile?: boolean | undefined;
  /** Whether an existing file is replaced. Default false: an error. */
  readonly force?: boolean | undefined;
}

const SUFFIXES: readonly (readonly [suffix: string, kind: OutputKind])[] = [
  ['.keras', 'keras'],
  ['.weights.h5', 'weights'],
  ['.weights.json', 'shards'],
  ['.safetensors', 'safetensors'],
  ['.npz', 'npz'],
];

/**
 * The format that a name stands for.
 *
 * @throws UnsupportedError for formats that are only read; ArgumentError for other names.
 */
export function outputKind(path: string): OutputKind {
  const kind = SUFFIXES.find(([suffix]) => path.toLowerCase().endsWith(suffix))?.[1];
  if (kind !== undefined) return kind;
  const written = 'written are .keras, .weights.h5, .weights.json, .safetensors and .npz';
  if (/\.(h5|hdf5|json|npy)$/i.test(path)) {
    throw new UnsupportedError(
      `${path}: legacy .h5, model.json and .npy are only read; ${written}.`,
    );
  }
  throw new ArgumentError(`${path}: the name does not say which format to write; ${written}.`);
}

const WHOLE_MODELS: readonly InspectedFormat[] = ['keras', 'legacy-h5-model', 'tfjs-layers-model'];

/**
 * Writes what a file holds in another format, which the name of the new file says. The new file
 * appears whole or not at all.
 *
 * @throws ArgumentError where the names do not say what to do, or the file exists.
 * @throws UnsupportedError where the model must be made and one of its classes is unknown, and for
 *   weights whose names the other format cannot know.
 * @throws FormatError for damaged files.
 *
 * @example
 * await convertFile('model.h5', 'model.keras');
 * await convertFile('model.weights.h5', 'model.safetensors', { model: 'model.keras' });
 */
export async function convertFile(
  from: string,
  to: string,
  options: ConvertOptions = {},
): Promise<void> {
  const kind = outputKind(to);
  checkTarget(from, to, options.force ?? false);
  const source = await inspectFile(from);
  if (options.model !== undefined) {
    const model = await modelOf(options.model, kind, options);
    await model.loadWeights(from);
    await writeModel(model, to, kind);
    return;
  }
  if (source.format === 'keras' && kind === 'weights') {
    // The same layout, so own classes need not be known.
    await copyWeights(from, to, { optimizer: options.compile ?? true });
  } else if (source.model !== null && WHOLE_MODELS.includes(source.format)) {
    await writeModel(await modelOf(from, kind, options), to, kind);
  } else if (kind === 'weights' && source.format.startsWith('keras-weights')) {
    await copyWeights(from, to, { optimizer: options.compile ?? true });
  } else if (!(await passOn(source, from, to, kind))) {
    throw unknownNames(source, kind);
  }
}

function checkTarget(from: string, to: string, force: boolean): void {
  const old = statSync(to, { throwIfNoEntry: false });
  if (old?.isDirectory() === true) throw new ArgumentError(`${to} is a folder.`);
  const source = statSync(from, { throwIfNoEntry: false });
  if (old !== undefined && source?.ino === old.ino && source.dev === old.dev) {
    throw new ArgumentError(
      `${from} and ${to} are the same file; choose another name for the new.`,
    );
  }
  if (old !== undefined && !force) {
    throw new ArgumentError(`${to} exists; replace it with --force (force: true).`);
  }
  const folder = dirname(to);
  if (!existsSync(folder)) throw new ArgumentError(`${to}: there is no folder ${folder}.`);
}

/** Containers of named arrays; the names stay. */
async function passOn(
  { format }: Inspection,
  from: string,
  to: string,
  kind: OutputKind,
): Promise<boolean> {
  if (kind !== 'safetensors' && kind !== 'npz') return false;
  if (format === 'npz') {
    const file = await openNpz(from);
    await writeArrays(file, to, kind);
  } else if (format === 'safetensors') {
    const file = await openSafetensors(from);
    await writeArrays(file, to, kind, file.metadata);
  } else return false;
  return true;
}

async function writeArrays(
  file: NpzFile,
  to: string,
  kind: 'safetensors' | 'npz',
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    const arrays = Array.from(
      file.entries.values(),
      ({ name, shape, dtype, data }): ArrayInput => ({ name, shape, dtype, data }),
    );
    if (kind === 'npz') await writeNpz(to, arrays);
    else if (Object.keys(metadata).length === 0) await writeSafetensors(to, arrays);
    else await writeSafetensors(to, arrays, metadata);
  } finally {
    await file.close();
  }
}

/** Why a file of weights cannot become another without its model. */
function unknownNames({ file, format }: Inspection, kind: OutputKind): Error {
  if (format === 'tfjs-graph-model' || format === 'keras-config' || format === 'hdf5') {
    const what = {
      'tfjs-graph-model': 'a graph model, which has no layers',
      'keras-config': 'a configuration without weights',
      hdf5: "arrays, but not in a layout of Keras'",
    }[format];
    return new UnsupportedError(`${file} holds ${what}; it cannot be converted.`);
  }
  if (format === 'npy') {
    return new UnsupportedError(`${file} holds one array without a name; it cannot be converted.`);
  }
  if (kind === 'keras') {
    return new UnsupportedError(
      `${file} holds weights and no model; say which with --model FILE (model: …).`,
    );
  }
  const names = format.startsWith('keras-weights')
    ? 'numbers its arrays (layers/dense/vars/0)'
    : 'names its arrays in a way of its own';
  return new UnsupportedError(
    `${file} ${names}, so that only the model knows where they belong in a ${suffixOf(kind)}: say ` +
      'which with --model FILE (model: …).',
  );
}

function suffixOf(kind: OutputKind): string {
  return SUFFIXES.find(([, each]) => each === kind)![0];
}

/** A model to take over weights, or to be written. */
async function modelOf(
  path: string,
  kind: OutputKind,
  { compile = true }: ConvertOptions,
): Promise<Model> {
  // The frontend is large, and looking into files does without.
  const { loadModel } = await import('@addax/frontend');
  const { format } = await inspectFile(path);
  if (format === 'keras-config') {
    const { modelFromJson } = await import('@addax/frontend/saving');
    return modelFromJson(readFileSync(path, 'utf8'));
  }
  const weightsOnly = kind === 'safetensors' || kind === 'npz';
  try {
    return await loadModel(path, { compile: compile && !weightsOnly });
  } catch (error) {
    if (error instanceof UnsupportedError && format === 'keras') {
      throw new UnsupportedError(
        `${error.message} (The command knows Keras' own classes only: convert in a program that ` +
          'registers yours, or convert to .weights.h5, which needs no classes.)',
      );
    }
    throw error;
  }
}

async function writeModel(model: Model, to: string, kind: OutputKind): Promise<void> {
  if (kind === 'keras') await model.save(to);
  else if (kind === 'npz') await writeNpz(to, namedArrays(model));
  else await model.saveWeights(to);
}

/** The weights of a model by the paths of variables, as they also stand in safetensors files. */
function namedArrays(model: Model): ArrayInput[] {
  const taken = new Set<string>();
  return model.weights.map(({ path, shape, dtype, value }) => {
    if (taken.has(path)) {
      throw new FormatError(`two weights are called "${path}"; give their layers different names.`);
    }
    taken.add(path);
    const { backend, buffer } = storageOf(value);
    return { name: path, shape, dtype, data: () => backend.download(buffer, value.aval) };
  });
}
