/** JSON files: indices of sharded weights, `model.json` of TensorFlow.js, and configurations alone. */
import { FormatError, isRecord } from '@addax/core';
import type { RandomAccess, Source } from '@addax/formats';
import { openShards, parseJson } from '@addax/frontend/saving/layout';
import { countParameters, describeModel } from './describe-model.ts';
import { arraysOnly, datasetAt, type Findings, textOf, UNKNOWN_WRITER } from './findings.ts';
import { isKerasObject, type KerasObject, shapeOf } from './keras-objects.ts';
import { NamedWeights, WeightTree } from './layer-weights.ts';
import type { WeightDescription } from './types.ts';

/** Configurations and indices are small; more is something else. */
const SIZE_LIMIT = 256 * 2 ** 20;

type Json = Readonly<Record<string, unknown>>;

/** The JSON of a file. */
export async function readJsonFile(file: RandomAccess): Promise<unknown> {
  if (file.size > SIZE_LIMIT) {
    throw new FormatError(`${file.name} has ${file.size} bytes of JSON; at most ${SIZE_LIMIT}.`);
  }
  return parseJson(file.name, new TextDecoder().decode(await file.read(0, file.size)));
}

/** What a JSON file holds, or lists. */
export async function inspectJson(file: RandomAccess, source: Source): Promise<Findings> {
  const json = await readJsonFile(file);
  if (isRecord(json) && 'weight_map' in json) return inspectShards(json, source);
  if (isRecord(json) && ('modelTopology' in json || 'weightsManifest' in json)) {
    return inspectTfjs(json);
  }
  if (isRecord(json) && isKerasObject(json)) return configurationOnly(json);
  throw new FormatError(
    `${file.name} is JSON, but neither of a model (model.json, model.to_json()) nor an index of ` +
      'weights (.weights.json).',
  );
}

async function inspectShards(json: Json, source: Source): Promise<Findings> {
  const groups = await openShards(json, source, undefined);
  try {
    const places = Object.keys(json['weight_map'] as object);
    const weights = places.flatMap((place) => {
      const path = place.replace(/^\/+/, '');
      const arrays = groups.arrays(path) ?? [];
      return arrays.map((array) => datasetAt(`${path}/${array.name}`, array));
    });
    return arraysOnly('keras-weights-index', weights);
  } finally {
    await groups.close();
  }
}

function inspectTfjs(json: Json): Findings {
  const { modelTopology: topology, weightsManifest: manifest } = json;
  const weights = manifestWeights(manifest);
  const { model_config: wrapped, keras_version: version, backend } = record(topology);
  const object = isRecord(wrapped) ? wrapped : topology;
  const { generatedBy, convertedBy } = json;
  const program = [generatedBy, convertedBy].filter((text) => typeof text === 'string').join(', ');
  const found = {
    writer: {
      ...UNKNOWN_WRITER,
      kerasVersion: textOf(version),
      backend: textOf(backend),
      program: program === '' ? null : program,
    },
    weights,
    metadata: {},
  };
  if (!isKerasObject(object) || json['format'] === 'graph-model') {
    const format = isRecord(topology) ? 'tfjs-graph-model' : 'tfjs-layers-model';
    return { ...arraysOnly(format, weights), ...found };
  }
  const named = new NamedWeights(weights);
  const training = record(topology)['training_config'] ?? json['trainingConfig'];
  return {
    ...found,
    format: 'tfjs-layers-model',
    model: describeModel(object, { weights: named, compiled: training }),
    parameters: countParameters(weights, { object, weights: named }),
  };
}

function manifestWeights(manifest: unknown): WeightDescription[] {
  const groups = Array.isArray(manifest) ? (manifest as unknown[]) : [];
  const specs = groups.flatMap((group) => {
    const { weights } = record(group);
    return Array.isArray(weights) ? (weights as unknown[]) : [];
  });
  return specs.map((spec) => {
    const { name, shape, dtype, quantization } = record(spec);
    const sizes = shapeOf(shape);
    if (typeof name !== 'string' || sizes === undefined || sizes.includes(null)) {
      throw new FormatError('a weight of "weightsManifest" has no name or no shape.');
    }
    const stored = textOf(record(quantization)['dtype']);
    const kind = stored === null ? textOf(dtype) : `${String(dtype)} (stored as ${stored})`;
    return { path: name, shape: sizes as readonly number[], dtype: kind, role: 'model' };
  });
}

function configurationOnly(json: KerasObject & Json): Findings {
  const weights = new WeightTree([]);
  return {
    ...arraysOnly('keras-config', []),
    writer: {
      ...UNKNOWN_WRITER,
      kerasVersion: textOf(json['keras_version']),
      backend: textOf(json['backend']),
    },
    model: describeModel(json, { weights, compiled: json['compile_config'] }),
  };
}

function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}
