/** Weights from one file of Keras 3's layout to another: arrays pass through one at a time. */
import { FormatError, isRecord } from '@addax/core';
import {
  detectFormat,
  type FolderMember,
  type Hdf5DatasetInput,
  type Hdf5GroupInput,
  type Hdf5Input,
  type Hdf5Node,
  openFolder,
  openHdf5,
  openSource,
  openZip,
  type RandomAccess,
  writeHdf5,
} from '@addax/formats';
import { openShards, type WeightGroups } from '@addax/frontend/saving/layout';
import { readJsonFile } from './inspect/json.ts';

/** What comes along. */
export interface CopyOptions {
  /** Whether the state of the optimizer does. */
  readonly optimizer: boolean;
}

/** Writes the weights in a `.keras`, `.weights.h5` or `.weights.json` as one `.weights.h5`. */
export async function copyWeights(from: string, to: string, options: CopyOptions): Promise<void> {
  const folder = await openFolder(from);
  if (folder !== undefined) {
    await copyTree(await weightsIn(from, folder.members), to, options);
    return;
  }
  const file = await openSource(from);
  try {
    const format = await detectFormat(file);
    if (format === 'json') await copyShards(await readJsonFile(file), from, to, options);
    else if (format === 'hdf5') await copyTree(file, to, options);
    else await copyTree(await weightsIn(from, (await openZip(file)).members), to, options);
  } finally {
    await file.close();
  }
}

async function weightsIn(
  name: string,
  members: ReadonlyMap<string, Pick<FolderMember, 'open'>>,
): Promise<RandomAccess> {
  const member = members.get('model.weights.h5');
  if (member !== undefined) return member.open();
  throw new FormatError(`${name} holds no model.weights.h5; it is incomplete.`);
}

async function copyTree(file: RandomAccess, to: string, options: CopyOptions): Promise<void> {
  const root = await openHdf5(file);
  try {
    await writeHdf5(to, copyOf(root, options) as Hdf5GroupInput);
  } finally {
    await root.close();
  }
}

/** A node as it is to be written; at the root the optimizer may stay behind. */
function copyOf(node: Hdf5Node, { optimizer }: CopyOptions): Hdf5Input {
  if (node.kind === 'dataset') {
    const { shape, dtype, attributes } = node;
    return { shape, dtype, attributes, data: () => node.data() } satisfies Hdf5DatasetInput;
  }
  const children = new Map<string, Hdf5Input>();
  for (const [name, child] of node.children) {
    if (!optimizer && node.path === '' && name === 'optimizer') continue;
    children.set(name, copyOf(child, { optimizer }));
  }
  return { attributes: node.attributes, children };
}

async function copyShards(
  index: unknown,
  from: string,
  to: string,
  { optimizer }: CopyOptions,
): Promise<void> {
  const groups = await openShards(index, from, undefined);
  try {
    const map = isRecord(index) ? index['weight_map'] : undefined;
    const paths = Object.keys(map as object).map((place) => place.replace(/^\/+/, ''));
    await writeHdf5(
      to,
      joined(
        groups,
        paths.filter((path) => optimizer || !path.startsWith('optimizer/')),
      ),
    );
  } finally {
    await groups.close();
  }
}

/** The groups of several files in one tree. */
function joined(groups: WeightGroups, paths: readonly string[]): Hdf5GroupInput {
  const root = new Map<string, Hdf5Input>();
  for (const path of paths) {
    let children = root;
    let attributes: Hdf5GroupInput['attributes'] = {};
    const steps = path.split('/');
    steps.forEach((step, i) => {
      const group = groups.group(steps.slice(0, i + 1).join('/'));
      attributes = i === steps.length - 1 ? group?.attributes : {};
      const next = children.get(step) as { children?: Map<string, Hdf5Input> } | undefined;
      const below = next?.children ?? new Map<string, Hdf5Input>();
      children.set(step, { attributes: attributes ?? {}, children: below });
      children = below;
    });
    for (const array of groups.arrays(path) ?? []) {
      children.set(array.name, copyOf(array, { optimizer: true }));
    }
  }
  return { children: root };
}
