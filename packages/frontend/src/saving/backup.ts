/**
 * The state of a training run as one file, so that it appears whole or not at all: weights,
 * optimizer, random numbers, metrics, and how far training has come. Any `.weights.h5` reader can
 * open it.
 */
import { FormatError, fromHostArray, type Variable } from '@addax/core';
import type { Hdf5File } from '@addax/formats';
import type { Position } from '../trainer/resume.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { loadFormats } from './formats.ts';
import { ADDAX_GROUP, extraState, weightTree } from './weight-tree.ts';
import { walkSaveables } from './walk.ts';

/** Writes the state of a run that goes on at `position`. */
export async function writeBackup(
  path: string,
  model: Trainer,
  { epoch, batch }: Position,
): Promise<void> {
  const tree = weightTree(model, { optimizer: true, extra: true, notes: { epoch, batch } });
  const { writeHdf5 } = await loadFormats();
  await writeHdf5(path, tree);
}

/** Where a run goes on, and what to set then. */
export async function readPosition(path: string): Promise<Position> {
  return withFile(path, (file) => {
    const attributes = file.get(ADDAX_GROUP)?.attributes;
    const [epoch, batch] = ['epoch', 'batch'].map((name) => Number(attributes?.get(name)));
    if (!Number.isInteger(epoch) || !Number.isInteger(batch)) {
      throw new FormatError(`"${path}" is no backup of a training run: it does not say how far.`);
    }
    return Promise.resolve({ epoch: epoch!, batch: batch! });
  });
}

/** Sets everything back; metrics only in the midst of an epoch, since others begin anew. */
export async function readBackup(path: string, model: Trainer, metrics: boolean): Promise<void> {
  const { optimizer } = model;
  if (!optimizer.built) optimizer.build(model.trainableVariables);
  const targets = new Map<string, Variable>();
  const add = (group: string, variables: readonly Variable[]): void => {
    variables.forEach((variable, i) => targets.set(`${group}/${i}`, variable));
  };
  for (const entry of walkSaveables(model)) {
    add(entry.path === '' ? 'vars' : `${entry.path}/vars`, entry.variables);
  }
  const extra = extraState(model);
  add(`${ADDAX_GROUP}/seeds`, extra.seeds);
  if (metrics) {
    extra.metrics.forEach(({ variables }, i) => add(`${ADDAX_GROUP}/metrics/${i}`, variables));
  }
  await withFile(path, async (file) => {
    const values: (readonly [Variable, Awaited<ReturnType<typeof elementsOf>>])[] = [];
    for (const [place, variable] of targets) {
      values.push([variable, await elementsOf(file, place, variable)]);
    }
    for (const [variable, tensor] of values) variable.assign(tensor);
  });
}

async function elementsOf(
  file: Hdf5File,
  place: string,
  variable: Variable,
): Promise<ReturnType<typeof fromHostArray>> {
  const node = file.get(place);
  const shape = node?.kind === 'dataset' ? node.shape.join() : undefined;
  if (node?.kind !== 'dataset' || shape !== variable.shape.join()) {
    throw new FormatError(
      `the backup belongs to another model: at "${place}" it has ` +
        `${shape === undefined ? 'nothing' : `[${shape}]`}, this one needs ${String(variable)}. ` +
        'Remove the backup, or make the model that it was made from.',
    );
  }
  return fromHostArray(await node.data(), node.shape, node.dtype);
}

async function withFile<T>(path: string, use: (file: Hdf5File) => Promise<T>): Promise<T> {
  const { openHdf5 } = await loadFormats();
  const file = await openHdf5(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
