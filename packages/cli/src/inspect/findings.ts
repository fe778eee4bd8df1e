/** What the readers of the kinds of files have in common. */
import type { ArrayEntry, Hdf5Dataset, Hdf5Group } from '@addax/formats';
import { walkDatasets } from '@addax/formats';
import { UnsupportedError } from '@addax/core';
import { countParameters } from './describe-model.ts';
import type { InspectedFormat, Inspection, WeightDescription, WriterDescription } from './types.ts';

/** What a reader finds; the rest is known from outside. */
export type Findings = Omit<Inspection, 'schemaVersion' | 'file' | 'bytes'>;

/** A writer of whom nothing is known. */
export const UNKNOWN_WRITER: WriterDescription = {
  kerasVersion: null,
  backend: null,
  dateSaved: null,
  program: null,
};

/** Arrays without a model. */
export function arraysOnly(
  format: InspectedFormat,
  weights: readonly WeightDescription[],
): Findings {
  return {
    format,
    writer: UNKNOWN_WRITER,
    model: null,
    parameters: countParameters(weights),
    weights,
    metadata: {},
  };
}

/** An array that has a name. */
export function arrayOf({
  name,
  shape,
  dtype,
}: Pick<ArrayEntry, 'name' | 'shape' | 'dtype'>): WeightDescription {
  return { path: name, shape, dtype, role: 'model' };
}

/** By numbers within names, as `vars/9` comes before `vars/10`. */
const ORDER = new Intl.Collator('en', { numeric: true });

/** The datasets of an HDF5 file, whose own order is that of letters. */
export function datasetsOf(root: Hdf5Group): WeightDescription[] {
  const datasets = Array.from(walkDatasets(root), (dataset) => datasetAt(dataset.path, dataset));
  return datasets.toSorted((a, b) => ORDER.compare(a.path, b.path));
}

/** A dataset; its place tells what it is for. */
export function datasetAt(path: string, dataset: Hdf5Dataset): WeightDescription {
  const [first] = path.split('/');
  const isOptimizer = first === 'optimizer' || first === 'optimizer_weights';
  const role = isOptimizer ? 'optimizer' : first === 'addax' ? 'state' : 'model';
  return { path, shape: dataset.shape, dtype: dtypeOf(dataset), role };
}

/** Texts and other things that are no weights may stand in a file too. */
function dtypeOf(dataset: Hdf5Dataset): string | null {
  try {
    return dataset.dtype;
  } catch (error) {
    if (error instanceof UnsupportedError) return null;
    throw error;
  }
}

/** A text, or null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
