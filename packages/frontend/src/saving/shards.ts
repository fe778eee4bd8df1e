/**
 * Weights spread over several files, as Keras' `save_weights(…, max_shard_size)` does: an index
 * (`NAME.weights.json`) says in which shard each group stands. The index is written last, and shards
 * never replace those of the index before, so a process that is killed leaves the old weights or the
 * new ones.
 */
import { ArgumentError, byteWidth } from '@addax/core';
import type { Hdf5DatasetInput, Hdf5GroupInput, Hdf5Input } from '@addax/formats';
import type { Layer } from '../layers/layer.ts';
import { fileSystem } from '../platform.ts';
import { companion } from './companions.ts';
import { loadFormats } from './formats.ts';
import { ADDAX_GROUP, weightTree } from './weight-tree.ts';

const GIGABYTE = 2 ** 30;

/** Keras' default, in GB of 2^30 bytes. */
const DEFAULT_SIZE = 5;

/** A group that holds datasets, by its path in the tree. */
interface Leaf {
  readonly path: string;
  readonly attributes: NonNullable<Hdf5GroupInput['attributes']>;
  readonly datasets: readonly (readonly [name: string, dataset: Hdf5DatasetInput])[];
}

interface MutableGroup extends Hdf5GroupInput {
  attributes: NonNullable<Hdf5GroupInput['attributes']>;
  readonly children: Map<string, Hdf5Input>;
}

/** Saves the weights of a model as an index and its shards. */
export async function saveShards(
  model: Layer,
  index: string | URL,
  maxShardSize: number = DEFAULT_SIZE,
): Promise<void> {
  if (!(maxShardSize > 0)) {
    throw new ArgumentError(`maxShardSize is a size in GB and positive; got ${maxShardSize}.`);
  }
  const files = fileSystem('saveWeights in shards');
  const { writeHdf5, writeTo } = await loadFormats();
  const plan = new ShardPlan(maxShardSize * GIGABYTE);
  for (const leaf of leavesOf(weightTree(model, { optimizer: true, extra: true }))) plan.add(leaf);

  const base = /([^/\\]*)\.weights\.json$/i.exec(String(index))![1]!;
  const first = `${base}_00000.weights.h5`;
  // Keras opens the first shard by this name, whatever the index says; so it stays, empty if need be.
  const replaced = files.existsSync(index) || files.existsSync(companion(index, first, {}) as URL);
  const stem = replaced ? `${base}.${token()}` : base;
  const names = plan.shards.map((_, i) => `${stem}_${String(i).padStart(5, '0')}.weights.h5`);
  for (const [i, shard] of plan.shards.entries()) {
    await writeHdf5(companion(index, names[i]!, {}) as string | URL, shard);
  }
  const json = JSON.stringify(plan.index(names), undefined, 4);
  await writeTo(index, [new TextEncoder().encode(json)]);
  if (!replaced) return;
  await writeHdf5(companion(index, first, {}) as string | URL, { children: new Map() });
  removeOthers(index, base, new Set([first, ...names]));
}

/** Parts of shards that no index names any more. */
function removeOthers(index: string | URL, base: string, kept: ReadonlySet<string>): void {
  const files = fileSystem('saveWeights in shards');
  const folder = typeof index === 'string' ? index.replace(/[^/\\]*$/, '') : new URL('.', index);
  for (const name of files.readdirSync(folder === '' ? '.' : folder)) {
    if (!name.startsWith(base) || kept.has(name)) continue;
    if (!/^(\.[0-9a-f]{8})?_\d{5}\.weights\.h5$/.test(name.slice(base.length))) continue;
    files.rmSync(companion(index, name, {}) as string | URL, { force: true });
  }
}

function token(): string {
  return globalThis.crypto.randomUUID().slice(0, 8);
}

/** Groups with datasets, in the order of the tree; what only Addax reads stays together. */
function leavesOf(root: Hdf5GroupInput, path = ''): Leaf[] {
  const children = [...(root.children as ReadonlyMap<string, Hdf5Input>)];
  const datasets = children.filter((child): child is [string, Hdf5DatasetInput] =>
    isDataset(child[1]),
  );
  const own = { path, attributes: root.attributes ?? {}, datasets };
  const below = children
    .filter(([, child]) => !isDataset(child))
    .flatMap(([name, child]) => leavesOf(child as Hdf5GroupInput, `${path}/${name}`));
  return datasets.length === 0 ? below : [own, ...below];
}

function isDataset(input: Hdf5Input): input is Hdf5DatasetInput {
  return 'dtype' in input;
}

/** Fills shards one after the other. */
class ShardPlan {
  readonly shards: MutableGroup[] = [];
  readonly #map = new Map<string, number[]>();
  readonly #limit: number;
  #size = 0;
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.shards.push(emptyGroup());
  }

  add(leaf: Leaf): void {
    // Metrics are found by going through their group, so it must not be split.
    const parent = leaf.path.startsWith(`/${ADDAX_GROUP}/`) ? leaf.path.replace(/\/\d+$/, '') : '';
    for (const [name, dataset] of leaf.datasets) {
      const bytes = dataset.shape.reduce((a, b) => a * b, byteWidth(dataset.dtype));
      const what = `${leaf.path}/${name}`;
      const split = parent === '' || !this.#map.has(parent);
      this.#take(what, bytes, split);
      this.#place(leaf).children.set(name, dataset);
      for (const path of [leaf.path, parent]) if (path !== '') this.#note(path);
    }
  }

  #take(what: string, bytes: number, split: boolean): void {
    if (bytes > this.#limit) {
      throw new ArgumentError(
        `the weight "${what}" takes ${bytes} bytes, more than a shard may have ` +
          `(${this.#limit}): choose a larger maxShardSize.`,
      );
    }
    this.#total += bytes;
    this.#size += bytes;
    if (this.#size <= this.#limit || !split) return;
    this.shards.push(emptyGroup());
    this.#size = bytes;
  }

  /** The group of a leaf in the shard that is being filled. */
  #place({ path, attributes }: Leaf): MutableGroup {
    let at = this.shards.at(-1)!;
    for (const step of path.split('/').slice(1)) {
      let next = at.children.get(step) as MutableGroup | undefined;
      if (next === undefined) {
        next = emptyGroup();
        at.children.set(step, next);
      }
      at = next;
    }
    at.attributes = attributes;
    return at;
  }

  #note(path: string): void {
    const shard = this.shards.length - 1;
    const shards = this.#map.get(path) ?? [];
    if (!shards.includes(shard)) this.#map.set(path, [...shards, shard]);
  }

  /** What the index says, as Keras writes it. */
  index(names: readonly string[]): object {
    const entries = [...this.#map].map(([path, shards]) => {
      const files = shards.map((shard) => names[shard]!);
      return [path, files.length === 1 ? files[0] : files] as const;
    });
    return { metadata: { total_size: this.#total }, weight_map: Object.fromEntries(entries) };
  }
}

function emptyGroup(): MutableGroup {
  return { attributes: {}, children: new Map() };
}
