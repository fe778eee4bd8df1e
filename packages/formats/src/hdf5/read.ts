/**
 * Reads HDF5 files as a tree: groups list their children and nodes read their attributes when asked.
 * The tree follows hard links only, and never into a group that it stands in: links that leave the
 * file, that point elsewhere in it, or that go round in circles are refused, as Keras refuses them.
 */
import { byteWidth, type DType, FormatError, type HostArray, UnsupportedError } from '@addax/core';

import { openSource, type RandomAccess, type Source, synchronous } from '../source.ts';
import {
  checkDatasetSize,
  describeType,
  dtypeOf,
  isTwoOpaqueBytes,
  type OpenFile,
  readAttributeData,
  readAttributeTexts,
  readDataset,
} from './elements.ts';
import { loadHdf5, type Metadata, mount, type Mounted, protect } from './library.ts';
import { checkObjectHeader, type Piece } from './object-header.ts';
import type { Hdf5Attribute, Hdf5Dataset, Hdf5File, Hdf5Group, Hdf5Node } from './types.ts';

const DEPTH_LIMIT = 64;
const CHILD_LIMIT = 1_000_000;

/**
 * Opens an HDF5 file; nothing but its root is read. Weights are read where they are, also inside a
 * stored member of an archive. (A Blob on a browser's main thread, and in Node, is copied into
 * memory first, because the library cannot wait for it; a worker reads it in place.)
 *
 * @throws FormatError for anything that is not a sound HDF5 file. Some damage shows only when the
 *   part concerned is read: navigating the tree and reading data throw the same error.
 *
 * @example
 * const file = await openHdf5('model.weights.h5');
 * const kernel = file.dataset('layers/dense/vars/0');
 * console.log(kernel.shape, await kernel.data());
 * await file.close();
 */
export async function openHdf5(source: Source): Promise<Hdf5File> {
  const opened = await openSource(source);
  try {
    const library = await loadHdf5();
    const readable = await synchronous(opened);
    const { name, size } = readable;
    const mounted = mount(library, readable);
    try {
      const id = protect(library, name, () => library.open(mounted.path, 0, false, -1, -1));
      const file = { library, id, name, size, source: readable, base: baseOf(readable) };
      return new RootNode(file, mounted, opened);
    } catch (error) {
      mounted.unmount();
      throw error;
    }
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** HDF5 may begin behind a block of the user's own: at 512 bytes, or twice that, and so on. */
function baseOf(source: OpenFile['source']): number {
  const signature = new Uint8Array(4);
  for (let at = 0; at + 4 <= source.size; at = at === 0 ? 512 : at * 2) {
    source.readInto(signature, at);
    if (new DataView(signature.buffer).getUint32(0) === 0x89484446) return at;
  }
  return 0;
}

/** What the two kinds of nodes share. */
abstract class BaseNode {
  readonly name: string;
  readonly path: string;
  protected readonly file: OpenFile;
  #attributes: ReadonlyMap<string, Hdf5Attribute> | undefined;

  constructor(file: OpenFile, path: string) {
    this.file = file;
    this.path = path;
    this.name = path.slice(path.lastIndexOf('/') + 1);
  }

  get attributes(): ReadonlyMap<string, Hdf5Attribute> {
    this.#attributes ??= protect(this.file.library, `${this.file.name}: "/${this.path}"`, () =>
      readAttributes(this.file, this.path),
    );
    return this.#attributes;
  }
}

class GroupNode extends BaseNode implements Hdf5Group {
  readonly kind = 'group' as const;
  /** The addresses of the groups from the root to this one. */
  readonly #ancestors: readonly string[];
  #children: ReadonlyMap<string, Hdf5Node> | undefined;

  constructor(file: OpenFile, path: string, ancestors: readonly string[]) {
    super(file, path);
    this.#ancestors = ancestors;
  }

  get children(): ReadonlyMap<string, Hdf5Node> {
    this.#children ??= protect(this.file.library, `${this.file.name}: "/${this.path}"`, () =>
      listChildren(this.file, this.path, this.#ancestors),
    );
    return this.#children;
  }

  get address(): string {
    return this.#ancestors.at(-1)!;
  }

  get(path: string): Hdf5Node | undefined {
    let node: Hdf5Node | undefined = this;
    for (const step of path.split('/').filter((part) => part !== '')) {
      node = node?.kind === 'group' ? node.children.get(step) : undefined;
    }
    return node;
  }

  dataset(path: string): Hdf5Dataset {
    const node = this.get(path);
    if (node?.kind === 'dataset') return node;
    const steps = path.split('/');
    while (steps.length > 0 && this.get(steps.join('/')) === undefined) steps.pop();
    const nearest = this.get(steps.join('/'));
    const there = nearest?.kind === 'group' ? [...nearest.children.keys()].slice(0, 20) : [];
    throw new FormatError(
      `${this.file.name}: there is no dataset "${path}"; "/${nearest?.path}" is a ` +
        `${nearest?.kind} with ${there.length === 0 ? 'no children' : there.join(', ')}.`,
    );
  }
}

class DatasetNode extends BaseNode implements Hdf5Dataset {
  readonly kind = 'dataset' as const;
  readonly #metadata: Metadata;
  #dtype: DType | undefined;

  constructor(file: OpenFile, path: string, metadata: Metadata) {
    super(file, path);
    this.#metadata = metadata;
  }

  get shape(): readonly number[] {
    return this.#metadata.shape ?? [0];
  }

  get dtype(): DType {
    this.#dtype ??= this.#findDtype();
    return this.#dtype;
  }

  #findDtype(): DType {
    const dtype = dtypeOf(this.#metadata);
    if (dtype !== undefined && dtype !== 'text') return dtype;
    if (isTwoOpaqueBytes(this.#metadata) && this.attributes.get('dtype') === 'bfloat16') {
      return 'bfloat16';
    }
    throw new UnsupportedError(
      `${this.file.name}: "/${this.path}" is ${describeType(this.#metadata)}, for which Addax has ` +
        'no dtype.',
    );
  }

  data(): Promise<HostArray> {
    return Promise.resolve().then(() => {
      const { dtype } = this;
      checkDatasetSize(this.file, this.path, this.#metadata);
      const piece = protect(this.file.library, `${this.file.name}: "/${this.path}"`, () =>
        checkHeader(this.file, `/${this.path}`),
      );
      if (this.#metadata.size !== byteWidth(dtype)) {
        throw new FormatError(`${this.file.name}: "/${this.path}" has elements of a wrong size.`);
      }
      return readDataset(this.file, this.path, this.#metadata, dtype, piece);
    });
  }
}

class RootNode extends GroupNode implements Hdf5File {
  readonly #mounted: Mounted;
  readonly #source: RandomAccess;
  #closed = false;

  constructor(file: OpenFile, mounted: Mounted, source: RandomAccess) {
    super(file, '', [addressOf(file, '/')]);
    this.#mounted = mounted;
    this.#source = source;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { library, id, name } = this.file;
    try {
      protect(library, name, () => library.close_file(id));
    } catch {
      // All that was read is right; what a damaged file leaves open inside the library is cleared
      // with the next reset.
    }
    this.#mounted.unmount();
    await this.#source.close();
  }
}

/** The address of an object's header: links to the same object have the same. */
function addressOf({ library, id, name }: OpenFile, path: string): string {
  return protect(library, name, () => library.create_object_reference(id, path).join());
}

function listChildren(
  file: OpenFile,
  path: string,
  ancestors: readonly string[],
): ReadonlyMap<string, Hdf5Node> {
  const { library, id } = file;
  const names = library.get_names(id, `/${path}`, false);
  if (names.length > CHILD_LIMIT || ancestors.length > DEPTH_LIMIT) {
    throw new FormatError(
      `${file.name}: "/${path}" has ${names.length} children at depth ${ancestors.length}; at ` +
        `most ${CHILD_LIMIT} and ${DEPTH_LIMIT} are read.`,
    );
  }
  const children = new Map<string, Hdf5Node>();
  for (const name of names) {
    const child = childOf(file, path === '' ? name : `${path}/${name}`, ancestors);
    if (child !== undefined) children.set(name, child);
  }
  return children;
}

/** The node at a path; undefined for a named datatype, which holds no data. */
function childOf(file: OpenFile, path: string, ancestors: readonly string[]): Hdf5Node | undefined {
  const { library, id } = file;
  const what = `${file.name}: "/${path}"`;
  const at = `/${path}`;
  const target = library.get_symbolic_link(id, at);
  if (target !== null) throw new FormatError(`${what} is a soft link (to ${target}): refused.`);
  const { filename } = library.get_external_link(id, at);
  if (filename !== undefined) {
    throw new FormatError(`${what} is a link to another file (${filename}): refused.`);
  }
  const type = library.get_type(id, at);
  if (type === library.H5G_DATASET) {
    return new DatasetNode(file, path, library.get_dataset_metadata(id, at));
  }
  if (type === library.H5G_TYPE) return undefined;
  if (type !== library.H5G_GROUP) {
    throw new FormatError(`${what} is neither a group nor a dataset (type ${type}): refused.`);
  }
  const address = library.create_object_reference(id, at).join();
  if (ancestors.includes(address)) {
    throw new FormatError(`${what} links back to a group that it stands in: refused.`);
  }
  return new GroupNode(file, path, [...ancestors, address]);
}

function checkHeader(file: OpenFile, path: string): Piece | undefined {
  const address = Uint8Array.from(file.library.create_object_reference(file.id, path));
  const header = Number(new DataView(address.buffer).getBigUint64(0, true));
  return checkObjectHeader(file.source, file.base, header);
}

function readAttributes(file: OpenFile, path: string): ReadonlyMap<string, Hdf5Attribute> {
  const { library, id } = file;
  const at = `/${path}`;
  const attributes = new Map<string, Hdf5Attribute>();
  const names = library.get_attribute_names(id, at);
  if (names.length > 0) {
    checkHeader(file, at);
  }
  for (const name of names) {
    const metadata = library.get_attribute_metadata(id, at, name);
    const value = readAttribute(file, at, name, metadata);
    if (value !== undefined) attributes.set(name, value);
  }
  return attributes;
}

function readAttribute(
  file: OpenFile,
  path: string,
  name: string,
  metadata: Metadata,
): Hdf5Attribute | undefined {
  const dtype = dtypeOf(metadata);
  if (dtype === undefined || metadata.shape === null) return undefined;
  const scalar = metadata.shape.length === 0;
  if (dtype === 'text') {
    const texts = readAttributeTexts(file, path, name, metadata);
    return scalar ? texts[0]! : texts;
  }
  const data = readAttributeData(file, path, name, metadata, dtype);
  if (!scalar || dtype === 'float16') return { shape: metadata.shape, dtype, data };
  const value = data[0]!;
  if (dtype === 'bool') return value !== 0;
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/**
 * Every dataset below a group, by path, parents before children. A group that is reached twice (by
 * two hard links) is a FormatError: such files can unfold without end.
 */
export function* walkDatasets(group: Hdf5Group): Generator<Hdf5Dataset> {
  yield* walk(group, new Set());
}

function* walk(group: Hdf5Group, seen: Set<string>): Generator<Hdf5Dataset> {
  for (const node of group.children.values()) {
    if (node.kind === 'dataset') {
      yield node;
      continue;
    }
    if (node instanceof GroupNode) {
      if (seen.has(node.address)) {
        throw new FormatError(`HDF5: "/${node.path}" stands in the tree twice: refused.`);
      }
      seen.add(node.address);
    }
    yield* walk(node, seen);
  }
}
