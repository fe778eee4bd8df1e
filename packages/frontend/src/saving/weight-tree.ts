/**
 * The weights of a model as a tree of HDF5 groups, in Keras' layout, and beside it (in the group
 * `addax`, which Keras passes over) the state that Keras forgets: random numbers and metrics.
 */
import { type HostArray, storageOf, type Tensor, type Variable } from '@addax/core';
import type { Hdf5DatasetInput, Hdf5GroupInput, Hdf5Input } from '@addax/formats';
import { isTrainer } from '../trainer/registry.ts';
import type { Layer } from '../layers/layer.ts';
import type { MetricLike } from '../layers/types.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { type SaveableEntry, walkSaveables } from './walk.ts';

/** Group of a weight file that holds what only Addax reads. */
export const ADDAX_GROUP = 'addax';

/** A group under construction. */
interface MutableGroup extends Hdf5GroupInput {
  readonly attributes: Record<string, string | number>;
  readonly children: Map<string, Hdf5Input>;
}

/** Bytes copied at a time out of memory that training may change. */
const PIECE = 2 ** 20;

/** Elements of a variable as they are now; later training does not change them. */
export function frozen(variable: Variable): Hdf5DatasetInput {
  const { snapshot: tensor, shape, dtype } = variable;
  const data = (): Promise<HostArray> | AsyncIterable<Uint8Array> => {
    const { backend, buffer } = storageOf(tensor);
    const there = backend.borrow?.(buffer, tensor.aval);
    const large = there !== undefined && there.byteLength > PIECE;
    return large ? pieces(tensor) : backend.download(buffer, tensor.aval);
  };
  return { shape, dtype, data };
}

/**
 * The bytes of a tensor in the host's memory, without a second copy of them all: each piece is good
 * until the next is asked for.
 */
async function* pieces(tensor: Tensor): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(PIECE);
  for (let at = 0; ; at += PIECE) {
    // Asked for anew: once training goes on, the snapshot has a buffer of its own.
    const { backend, buffer } = storageOf(tensor);
    const there = backend.borrow!(buffer, tensor.aval)!;
    if (at >= there.byteLength) return;
    const length = Math.min(PIECE, there.byteLength - at);
    piece.set(new Uint8Array(there.buffer, there.byteOffset + at, length));
    yield piece.subarray(0, length);
  }
}

/** What is saved of a model besides its weights: the state of random numbers and of metrics. */
export function extraState(model: Layer): {
  readonly seeds: readonly Variable[];
  readonly metrics: readonly MetricLike[];
} {
  const weights = new Set(model.weights);
  const seeds = model.variables.filter((variable) => !weights.has(variable));
  return { seeds, metrics: isTrainer(model) ? model.metrics : [] };
}

/** What goes into a weight file besides the weights. */
export interface TreeOptions {
  readonly optimizer: boolean;
  readonly extra: boolean;
  /** Numbers kept as attributes of the group `addax`: how far training has come. */
  readonly notes?: Readonly<Record<string, number>>;
}

/** The tree of a model's (or layer's) weight file. */
export function weightTree(model: Layer, options: TreeOptions): Hdf5GroupInput {
  const root = group();
  for (const entry of walkSaveables(model)) {
    if (options.optimizer || !(entry.saveable instanceof Optimizer)) addEntry(root, entry);
  }
  if (options.extra) addExtra(root, model);
  if (options.notes) Object.assign(descend(root, ADDAX_GROUP).attributes, options.notes);
  return root;
}

function group(): MutableGroup {
  return { attributes: {}, children: new Map() };
}

function descend(root: MutableGroup, path: string): MutableGroup {
  let at = root;
  for (const step of path.split('/').filter((part) => part !== '')) {
    let next = at.children.get(step) as MutableGroup | undefined;
    if (next === undefined) {
      next = group();
      at.children.set(step, next);
    }
    at = next;
  }
  return at;
}

function addEntry(root: MutableGroup, { path, name, variables }: SaveableEntry): void {
  const vars = descend(root, `${path}/vars`);
  vars.attributes['name'] = name;
  variables.forEach((variable, i) => vars.children.set(String(i), frozen(variable)));
}

function addExtra(root: MutableGroup, model: Layer): void {
  const { seeds, metrics } = extraState(model);
  const add = (path: string, variables: readonly Variable[]): void => {
    if (variables.length === 0) return;
    const place = descend(root, `${ADDAX_GROUP}/${path}`);
    variables.forEach((variable, i) => place.children.set(String(i), frozen(variable)));
  };
  add('seeds', seeds);
  // Names of metrics are free text, so they stand in attributes and not in paths.
  metrics.forEach(({ name, variables }, i) => {
    if (variables.length === 0) return;
    add(`metrics/${i}`, variables);
    descend(root, `${ADDAX_GROUP}/metrics/${i}`).attributes['name'] = name;
  });
}
