/**
 * Writes HDF5 the way h5py does by default: superblock 0, old-style groups, version 1 object
 * headers, contiguous little-endian datasets, variable-length text. All addresses are planned
 * before the first byte, so a file is one pass: metadata first, then the elements, each array asked
 * for when its turn comes. There is no limit of 2 GiB and no copy of the weights.
 *
 * Format: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t11.html
 */
import { byteWidth, FormatError, isDType } from '@addax/core';

import { type ArrayData, asBytes, byteLength, elementsOf } from '../arrays.ts';
import { concat, type Sink, writeTo } from '../sink.ts';
import { align, join, padded, u16, u32, u64, UNDEFINED_ADDRESS } from './bytes.ts';
import { DATATYPES, dataspace, TEXT } from './datatypes.ts';
import { GlobalHeap } from './global-heap.ts';
import { INTERNAL_K, LEAF_K, SymbolTable } from './symbol-table.ts';
import type { Hdf5Attribute, Hdf5DatasetInput, Hdf5GroupInput, Hdf5Input } from './types.ts';

const SUPERBLOCK = 96;
/** What a header message can hold; its length has 16 bits and is a multiple of eight. */
const MESSAGE_LIMIT = 0xfff8;

const MESSAGE = {
  dataspace: 0x01,
  datatype: 0x03,
  fillValue: 0x05,
  layout: 0x08,
  attribute: 0x0c,
  symbolTable: 0x11,
} as const;

interface PlannedGroup {
  readonly path: string;
  readonly input: Hdf5GroupInput;
  readonly table: SymbolTable;
  readonly children: ReadonlyMap<string, Planned>;
  address: number;
  tableAddress: number;
}

interface PlannedDataset {
  readonly path: string;
  readonly input: Hdf5DatasetInput;
  readonly length: number;
  address: number;
  dataAddress: number;
}

type Planned = PlannedGroup | PlannedDataset;

/**
 * Writes a tree of groups and datasets as an HDF5 file. An opened file (`openHdf5`) is such a
 * tree.
 *
 * @throws FormatError for names with slashes, attributes beyond 64 KiB (text does not count: it
 *   stands elsewhere), and data that does not match its shape; nothing is left of the file then.
 *
 * @example
 * const kernel = { shape: [2, 3], dtype: 'float32', data: new Float32Array(6) } as const;
 * await writeHdf5('model.weights.h5', {
 *   children: { layers: { children: { dense: { children: { vars: { children: { 0: kernel } } } } } } },
 * });
 */
export async function writeHdf5(sink: Sink, root: Hdf5GroupInput): Promise<void> {
  await writeTo(sink, hdf5Chunks(root));
}

/**
 * The bytes of an HDF5 file, made as they are asked for: for pouring one into an archive without a
 * file of its own.
 */
export function hdf5Chunks(root: Hdf5GroupInput): AsyncGenerator<Uint8Array> {
  return chunksOf(planFile(root));
}

/** The size of the file that {@link hdf5Chunks} would make. */
export function hdf5Size(root: Hdf5GroupInput): number {
  return planFile(root).size;
}

interface Plan {
  readonly nodes: readonly Planned[];
  readonly heap: GlobalHeap;
  readonly size: number;
}

function planFile(root: Hdf5GroupInput): Plan {
  const nodes: Planned[] = [];
  collect('', root, nodes);
  const heap = new GlobalHeap(SUPERBLOCK);
  for (const { input } of nodes) {
    for (const [, value] of entriesOf(input.attributes)) {
      for (const text of textsOf(value)) heap.add(text);
    }
  }
  let position = heap.end;
  for (const node of nodes) {
    node.address = position;
    position += headerSize(node, heap);
    if ('table' in node) {
      node.tableAddress = position;
      position += node.table.size;
    }
  }
  for (const node of nodes) {
    if ('table' in node || node.length === 0) continue;
    node.dataAddress = position;
    position += align(node.length);
  }
  return { nodes, heap, size: position };
}

async function* chunksOf({ nodes, heap, size }: Plan): AsyncGenerator<Uint8Array> {
  yield superblock(nodes[0] as PlannedGroup, size);
  yield heap.bytes();
  for (const node of nodes) {
    yield objectHeader(messagesOf(node, heap));
    if ('table' in node) {
      const addresses = new Map([...node.children].map(([name, { address }]) => [name, address]));
      yield node.table.bytes(node.tableAddress, addresses);
    }
  }
  for (const node of nodes) {
    if ('table' in node || node.length === 0) continue;
    yield* elementsOf(`HDF5: "${node.path}"`, node.input);
    if (node.length % 8 !== 0) yield new Uint8Array(8 - (node.length % 8));
  }
}

function superblock(root: PlannedGroup, size: number): Uint8Array {
  const versions = [0, 0, 0, 0, 0, 8, 8, 0];
  const signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
  const sizes = [u16(LEAF_K), u16(INTERNAL_K), u32(0)];
  const addresses = [0, UNDEFINED_ADDRESS, size, UNDEFINED_ADDRESS].map(u64);
  const cached = root.table.message(root.tableAddress);
  const entry = [u64(0), u64(root.address), u32(1), u32(0), cached];
  return join(signature, ...versions, ...sizes, ...addresses, ...entry);
}

function collect(path: string, input: Hdf5Input, nodes: Planned[]): Planned {
  if (isDataset(input)) return collectDataset(path, input, nodes);
  const children = new Map<string, Planned>();
  const entries = [...entriesOf(input.children)];
  const table = new SymbolTable(entries.map(([name]) => name));
  const group = { path, input, table, children, address: 0, tableAddress: 0 };
  nodes.push(group);
  for (const [name, child] of entries) {
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
      throw new FormatError(
        `HDF5: "${name}" in "/${path}" cannot be a name; one step of a path has no slash.`,
      );
    }
    children.set(name, collect(path === '' ? name : `${path}/${name}`, child, nodes));
  }
  return group;
}

function collectDataset(path: string, input: Hdf5DatasetInput, nodes: Planned[]): PlannedDataset {
  if (!isDType(input.dtype)) {
    throw new FormatError(`HDF5: "${path}" has the unknown dtype ${String(input.dtype)}.`);
  }
  const length = byteLength(`HDF5: "${path}"`, input.shape, input.dtype);
  const attributes = new Map(entriesOf(input.attributes));
  // Keras' mark for these two opaque bytes; without it nobody knows what they are.
  if (input.dtype === 'bfloat16') attributes.set('dtype', 'bfloat16');
  const { shape, dtype } = input;
  // A dataset of an open file has its elements behind a method.
  const data = typeof input.data === 'function' ? input.data.bind(input) : input.data;
  const copy = { shape, dtype, data, attributes };
  const dataset = { path, input: copy, length, address: 0, dataAddress: 0 };
  nodes.push(dataset);
  return dataset;
}

function isDataset(input: Hdf5Input): input is Hdf5DatasetInput {
  return 'dtype' in input;
}

function entriesOf<T>(
  items: Readonly<Record<string, T>> | ReadonlyMap<string, T> | undefined,
): Iterable<readonly [string, T]> {
  if (items === undefined) return [];
  return items instanceof Map
    ? (items as ReadonlyMap<string, T>).entries()
    : Object.entries(items as Readonly<Record<string, T>>);
}

function messagesOf(node: Planned, heap: GlobalHeap): Uint8Array[] {
  const attributes = Array.from(entriesOf(node.input.attributes), ([name, value]) =>
    message(MESSAGE.attribute, attribute(node.path, name, value, heap)),
  );
  if ('table' in node) {
    return [message(MESSAGE.symbolTable, node.table.message(node.tableAddress)), ...attributes];
  }
  const { shape, dtype } = node.input;
  const address = node.length === 0 ? UNDEFINED_ADDRESS : node.dataAddress;
  return [
    message(MESSAGE.dataspace, dataspace(shape)),
    message(MESSAGE.datatype, DATATYPES[dtype], 1),
    message(MESSAGE.fillValue, Uint8Array.of(2, 2, 2, 1, 0, 0, 0, 0), 1),
    message(MESSAGE.layout, join(3, 1, u64(address), u64(node.length))),
    ...attributes,
  ];
}

function headerSize(node: Planned, heap: GlobalHeap): number {
  return 16 + messagesOf(node, heap).reduce((sum, bytes) => sum + bytes.length, 0);
}

function objectHeader(messages: readonly Uint8Array[]): Uint8Array {
  const body = concat(messages);
  return join(1, 0, u16(messages.length), u32(1), u32(body.length), u32(0), body);
}

function message(type: number, content: Uint8Array, flags = 0): Uint8Array {
  const body = padded(content);
  return join(u16(type), u16(body.length), flags, 0, 0, 0, body);
}

function attribute(path: string, name: string, value: Hdf5Attribute, heap: GlobalHeap): Uint8Array {
  const { type, shape, data } = encode(value, heap);
  const label = new TextEncoder().encode(`${name}\0`);
  const space = dataspace(shape);
  const sizes = [u16(label.length), u16(type.length), u16(space.length)];
  // Only version 3 can say that a name is UTF-8; it also does without padding.
  const bytes = /^[\0-\x7f]*$/.test(name)
    ? join(1, 0, ...sizes, padded(label), padded(type), padded(space), data)
    : join(3, 0, ...sizes, 1, label, type, space, data);
  if (bytes.length > MESSAGE_LIMIT) {
    throw new FormatError(
      `HDF5: the attribute "${name}" of "/${path}" has ${bytes.length} bytes, a header holds ` +
        `${MESSAGE_LIMIT}: split it (Keras writes name0, name1, ...) or make it a dataset.`,
    );
  }
  return bytes;
}

function encode(
  value: Hdf5Attribute,
  heap: GlobalHeap,
): { type: Uint8Array; shape: readonly number[]; data: Uint8Array } {
  if (typeof value === 'string') return { type: TEXT, shape: [], data: heap.reference(value) };
  if (typeof value === 'boolean') {
    return { type: DATATYPES.bool, shape: [], data: Uint8Array.of(value ? 1 : 0) };
  }
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) {
    const data = asBytes(BigInt64Array.of(BigInt(value)));
    return { type: DATATYPES.int64, shape: [], data };
  }
  if (typeof value === 'number') {
    return { type: DATATYPES.float64, shape: [], data: asBytes(Float64Array.of(value)) };
  }
  if (isTexts(value)) {
    if (value.length === 0) return { type: DATATYPES.float64, shape: [0], data: new Uint8Array(0) };
    const data = concat(value.map((text) => heap.reference(text)));
    return { type: TEXT, shape: [value.length], data };
  }
  const { shape, dtype, data } = value;
  if (data.byteLength !== byteLength('HDF5 attribute', shape, dtype)) {
    throw new FormatError(
      `HDF5: an attribute of ${dtype}[${shape.join(', ')}] has ${data.byteLength} bytes of data, ` +
        `expected ${byteLength('attribute', shape, dtype)} (${byteWidth(dtype)} each).`,
    );
  }
  return { type: DATATYPES[dtype], shape, data: asBytes(data) };
}

function isTexts(value: readonly string[] | ArrayData): value is readonly string[] {
  return Array.isArray(value);
}

function textsOf(value: Hdf5Attribute): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && isTexts(value) ? value : [];
}
