/**
 * Saving whole models (`.keras`) and weights (`.weights.h5`, shards, `.safetensors`). Everything is planned
 * before the first byte: what cannot stand in a file is told before anything is written.
 */
import { ArgumentError, UnsupportedError, type Variable } from '@addax/core';
import type { Hdf5GroupInput, Sink } from '@addax/formats';
import type { Layer } from '../layers/layer.ts';
import type { Model } from '../models/model.ts';
import { fileSystem } from '../platform.ts';
import { collectAssets } from './assets.ts';
import { compileConfig } from './compile-config.ts';
import { type Formats, loadFormats } from './formats.ts';
import { pythonJson } from './python-json.ts';
import type { SaveOptions, SaveTarget, SaveWeightsOptions } from './save-options.ts';
import { serializeLater } from './serialize.ts';
import { saveShards } from './shards.ts';
import { frozen, weightTree } from './weight-tree.ts';

/** The Keras release whose files these are. */
const KERAS_VERSION = '3.15.1';

/** Saves a model; see {@link Model.save}. Without a target the bytes are returned. */
export async function saveModel(
  model: Model,
  target: SaveTarget | undefined,
  options: SaveOptions,
): Promise<Uint8Array | undefined> {
  const name = nameOf(target);
  if (name !== undefined && /\.(h5|hdf5)$/i.test(name)) {
    throw new UnsupportedError(
      `cannot save a model as "${name}": the format .h5 is Keras' old one, which is only read. Use ` +
        "'model.keras' for the model, or saveWeights('model.weights.h5') for its weights.",
    );
  }
  if (name !== undefined && !/\.keras$/i.test(name)) {
    throw new ArgumentError(`a model is saved as '….keras', got "${name}".`);
  }
  const includeOptimizer = options.includeOptimizer ?? true;
  if (!model.built) {
    throw new ArgumentError(
      `${model.label} is not built, so it has no weights to save: call it on data, or build it.`,
    );
  }
  const tree = weightTree(model, { optimizer: includeOptimizer, extra: true });
  const assets = await collectAssets(model);
  const description = {
    ...((await serializeLater(model)) as object),
    compile_config: includeOptimizer ? await compileConfig(model) : {},
  };
  const config = text(pythonJson(description));
  const metadata = text(pythonJson({ keras_version: KERAS_VERSION, date_saved: now() }));
  return write(target, options, async (formats, sink) => {
    await formats.writeZip(sink, [
      { name: 'metadata.json', data: metadata },
      { name: 'config.json', data: config },
      {
        name: 'model.weights.h5',
        size: formats.hdf5Size(tree),
        data: () => formats.hdf5Chunks(tree),
      },
      ...assets,
    ]);
  });
}

/** Saves weights; see {@link Model.saveWeights}. Without a target the bytes are returned. */
export async function saveWeights(
  model: Layer,
  target: SaveTarget | undefined,
  options: SaveWeightsOptions,
): Promise<Uint8Array | undefined> {
  const format = options.format ?? formatOf(target);
  const sharded = format === 'shards';
  if (options.maxShardSize !== undefined && !sharded) {
    throw new ArgumentError("maxShardSize is for weights saved as '….weights.json'.");
  }
  if (!model.built) {
    throw new ArgumentError(
      `${model.label} is not built, so it has no weights to save: call it on data, or build it.`,
    );
  }
  if (sharded) {
    refuseOverwrite(target, options);
    await saveShards(model, target as string | URL, options.maxShardSize);
    return undefined;
  }
  if (format === 'safetensors') {
    const arrays = namedWeights(model, options.names);
    return write(target, options, (formats, sink) => formats.writeSafetensors(sink, arrays));
  }
  const tree: Hdf5GroupInput = weightTree(model, { optimizer: true, extra: true });
  return write(target, options, (formats, sink) => formats.writeHdf5(sink, tree));
}

function formatOf(target: SaveTarget | undefined): 'h5' | 'safetensors' | 'shards' {
  const name = nameOf(target);
  if (name === undefined || /\.weights\.h5$/i.test(name)) return 'h5';
  if (/\.safetensors$/i.test(name)) return 'safetensors';
  if (/\.weights\.json$/i.test(name)) return 'shards';
  throw new ArgumentError(
    "weights are saved as '….weights.h5', '….weights.json' (in shards) or '….safetensors', got " +
      `"${name}"; for another name say which with { format: 'h5' } or { format: 'safetensors' }.`,
  );
}

function namedWeights(
  model: Layer,
  names: SaveWeightsOptions['names'],
): ({ readonly name: string } & ReturnType<typeof frozen>)[] {
  const taken = new Map<string, Variable>();
  return model.weights.map((variable) => {
    const { path } = variable;
    const name = typeof names === 'function' ? names(path) : (names?.[path] ?? path);
    if (taken.has(name)) {
      throw new ArgumentError(
        `two weights of ${model.label} are called "${name}": give layers different names, or map ` +
          'the paths to names with the option names.',
      );
    }
    taken.set(name, variable);
    return { name, ...frozen(variable) };
  });
}

/** Hands the file to the target; without one it is gathered in memory. */
async function write(
  target: SaveTarget | undefined,
  options: { readonly overwrite?: boolean | undefined },
  pour: (formats: Formats, sink: Sink) => Promise<void>,
): Promise<Uint8Array | undefined> {
  const formats = await loadFormats();
  if (target === undefined) {
    const memory = new formats.MemorySink();
    await pour(formats, memory);
    return memory.bytes();
  }
  refuseOverwrite(target, options);
  await pour(formats, target);
  return undefined;
}

function refuseOverwrite(
  target: SaveTarget | undefined,
  { overwrite = true }: { readonly overwrite?: boolean | undefined },
): void {
  const isPath = typeof target === 'string' || target instanceof URL;
  if (!overwrite && isPath && fileSystem('save').existsSync(target)) {
    throw new ArgumentError(`"${String(target)}" exists, and overwrite is false.`);
  }
}

function nameOf(target: SaveTarget | undefined): string | undefined {
  if (typeof target === 'string') return target;
  return target instanceof URL ? target.pathname : undefined;
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

/** `2026-01-31@12:00:00`, as Keras writes it. */
function now(): string {
  return new Date().toISOString().slice(0, 19).replace('T', '@');
}
