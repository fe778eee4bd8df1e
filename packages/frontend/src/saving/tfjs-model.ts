/** Models that TensorFlow.js saved, or its converter made: `model.json` with shards beside it. */
import { FormatError, isRecord, UnsupportedError } from '@addax/core';
import type { Model } from '../models/model.ts';
import type { LoadOptions, LoadSource } from './load-options.ts';
import { whileLoading } from './loading-limits.ts';
import { compileModel, makeModel } from './make-model.ts';
import { elementsInManifest, readTfjsWeights } from './tfjs-weights.ts';
import { upgradeConfig, writerOf } from './upgrade.ts';

/** The model of a `model.json`. */
export async function readTfjsModel(
  json: Readonly<Record<string, unknown>>,
  source: LoadSource,
  options: LoadOptions,
): Promise<Model> {
  if (json['format'] === 'graph-model') {
    throw new UnsupportedError(
      'the file holds a graph-model of TensorFlow.js, which has no layers; layers-models are read.',
    );
  }
  const topology = json['modelTopology'];
  if (!isRecord(topology)) throw new FormatError('"modelTopology" is not an object.');
  // The converter wraps the configuration; TensorFlow.js itself does not.
  const config = isRecord(topology['model_config']) ? topology['model_config'] : topology;
  const writer = writerOf(topology['keras_version'] ?? json['generatedBy'] ?? 'tfjs');
  const make = (): Model => makeModel(upgradeConfig(config, writer), options);
  const manifest = json['weightsManifest'];
  const model = manifest === undefined ? make() : whileLoading(elementsInManifest(manifest), make);
  if (manifest !== undefined) {
    await readTfjsWeights(model, manifest, source, options.files, {
      what: 'the weights of the file',
      fresh: true,
    });
  }
  const training = topology['training_config'] ?? json['trainingConfig'];
  compileModel(model, upgradeConfig(training, writer), options);
  return model;
}
