/** HDF5 files: weights of Keras 3, models and weights in the legacy layout, or anything else. */
import { FormatError, isRecord } from '@addax/core';
import { type Hdf5File, type Hdf5Group, openHdf5, type RandomAccess } from '@addax/formats';
import { parseJson } from '@addax/frontend/saving/layout';
import { countParameters, describeModel } from './describe-model.ts';
import { arraysOnly, datasetsOf, type Findings, textOf, UNKNOWN_WRITER } from './findings.ts';
import { isKerasObject } from './keras-objects.ts';
import { NamedWeights } from './layer-weights.ts';
import type { WriterDescription } from './types.ts';

/** What an HDF5 file holds. */
export async function inspectHdf5(file: RandomAccess): Promise<Findings> {
  const root = await openHdf5(file);
  try {
    const { attributes } = root;
    if (attributes.has('model_config')) return legacyModel(root);
    const weights = datasetsOf(root);
    if (attributes.has('layer_names') || attributes.has('layer_names0')) {
      return { ...arraysOnly('legacy-h5-weights', weights), writer: writerIn(root) };
    }
    const isKeras = weights.some(({ path }) => /(^|\/)vars\/[^/]+$/.test(path));
    return arraysOnly(isKeras ? 'keras-weights' : 'hdf5', weights);
  } finally {
    // An archive's member and a file alike: whoever opened it closes it.
    await root.close();
  }
}

function writerIn(root: Hdf5Group): WriterDescription {
  return {
    ...UNKNOWN_WRITER,
    kerasVersion: textOf(root.attributes.get('keras_version')),
    backend: textOf(root.attributes.get('backend')),
  };
}

function legacyModel(root: Hdf5File): Findings {
  const object = jsonAttribute(root, 'model_config');
  if (!isKerasObject(object)) {
    throw new FormatError('the attribute "model_config" describes no model.');
  }
  const weights = datasetsOf(root);
  const named = new NamedWeights(
    weights
      .filter(({ role }) => role === 'model')
      .map((weight) => ({ ...weight, path: weight.path.replace(/^model_weights\//, '') })),
  );
  return {
    format: 'legacy-h5-model',
    writer: writerIn(root),
    model: describeModel(object, {
      weights: named,
      compiled: jsonAttribute(root, 'training_config'),
    }),
    parameters: countParameters(weights, { object, weights: named }),
    weights,
    metadata: {},
  };
}

/** The JSON in an attribute; undefined if there is none. */
function jsonAttribute(root: Hdf5Group, name: string): unknown {
  const text = root.attributes.get(name);
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new FormatError(`the attribute "${name}" is no text.`);
  const value = parseJson(`the attribute "${name}"`, text);
  return isRecord(value) ? value : undefined;
}
