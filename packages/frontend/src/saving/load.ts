/** The door to loading models, which brings the code behind it only when it is used. */
import type { Model } from '../models/model.ts';
import type { LoadOptions, LoadSource } from './load-options.ts';

/**
 * A model from a file: `.keras` (Keras 3), legacy `.h5` (Keras 2 and 3), or the `model.json` of a
 * TensorFlow.js layers-model. The kind is told from the bytes; nothing in a file is run.
 *
 * @param source Path, address, URL, Blob, bytes or stream.
 * @throws UnsupportedError for classes that are not known (it names them, and how to make them known)
 *   and for Python code (lambdas).
 * @throws FormatError for damaged files, and for weights that do not fit.
 *
 * @example
 * const model = await loadModel('model.keras');
 * const scores = await model.predict(x);
 */
export async function loadModel(source: LoadSource, options: LoadOptions = {}): Promise<Model> {
  const { readModel } = await import('./load-model.ts');
  return readModel(source, options);
}
