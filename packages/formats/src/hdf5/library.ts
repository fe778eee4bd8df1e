/**
 * The HDF5 library (h5wasm, the C library in WebAssembly), fenced in. It is loaded with the first
 * HDF5 file, not with this package. Three things are done that its own interface leaves open:
 *
 * - Its throwing error handler is always on: without it a failed read returns garbage as data.
 * - A throw unwinds no WebAssembly stack, and leaves a temporary file open; after some two thousand
 *   errors the library would overwrite its own memory. {@link protect} puts both right. What errors
 *   leave behind inside, and what a forged file breaks, is undone by putting the library's memory
 *   back to its first state as soon as no file is open.
 * - Files are read where they are, through a node of the library's file system whose reads are ours,
 *   and no other file can be opened: external and virtual datasets end there.
 */
import { AddaxError, FormatError, UnsupportedError } from '@addax/core';
import type { Metadata } from 'h5wasm';

import type { RandomAccess } from '../source.ts';
import { checkChunks, checkMetadata } from './guard.ts';

/** What the library says about a dataset or an attribute. */
export type { Metadata };

interface FileNode {
  usedBytes: number;
  stream_ops: Record<string, unknown>;
}

interface FileSystem {
  readonly streams: readonly ({ readonly path?: string } | null | undefined)[];
  readonly ErrnoError: new (code: number) => Error;
  createFile(
    folder: string,
    name: string,
    properties: object,
    read: boolean,
    write: boolean,
  ): FileNode;
  unlink(path: string): void;
  close(stream: unknown): void;
  open(path: string, ...rest: unknown[]): unknown;
}

/** The part of the library that is used here. */
export interface Hdf5Library {
  readonly FS: FileSystem;
  HEAPU8: Uint8Array;
  readonly H5G_GROUP: number;
  readonly H5G_DATASET: number;
  readonly H5G_TYPE: number;
  _malloc(length: number): number;
  _free(pointer: number): void;
  ccall(name: string, result: null, types: readonly string[], values: readonly string[]): void;
  UTF8ToString(pointer: number, limit?: number): string;
  activate_throwing_error_handler(): number;
  open(path: string, mode: number, trackOrder: boolean, low: number, high: number): bigint;
  close_file(file: bigint): number;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_type(file: bigint, path: string): number;
  get_symbolic_link(file: bigint, path: string): string | null;
  get_external_link(file: bigint, path: string): { filename?: string };
  create_object_reference(file: bigint, path: string): readonly number[];
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): Metadata;
  get_attribute_data(file: bigint, path: string, name: string, pointer: bigint): number;
  get_dataset_metadata(file: bigint, path: string): Metadata;
  get_dataset_filters(
    file: bigint,
    path: string,
  ): readonly { id: number; name: string; cd_values: readonly number[] }[];
  get_dataset_data(
    file: bigint,
    path: string,
    count: bigint[] | null,
    offset: bigint[] | null,
    strides: bigint[] | null,
    pointer: bigint,
  ): number;
  reclaim_vlen_memory(file: bigint, path: string, name: string, pointer: bigint): number;
  /** A place for {@link protect} to hand its calls over. */
  _addax: () => void;
}

let loading: Promise<Hdf5Library> | undefined;

/** The library's memory as it was when loaded, up to its last byte that is not zero. */
let firstState: Uint8Array = new Uint8Array(0);
/** A trap left the library's memory in an unknown state. */
let broken = false;
let errors = 0;
/** Each error leaves some kilobytes behind. */
const ERRORS_BEFORE_RESET = 500;

/** Loads the library once. */
export function loadHdf5(): Promise<Hdf5Library> {
  loading ??= load();
  return loading;
}

/** The paths that may be opened inside the library. */
const mounted = new Set<string>();
/** Where the library's error handler writes its message before it throws it. */
const TEMPORARY = '/tmp/';
const NO_ENTRY = 44;
const IO_ERROR = 29;

async function load(): Promise<Hdf5Library> {
  const { ready } = await import('h5wasm');
  // The declarations of the library lack what lies below its classes.
  const library = (await ready.catch(refused)) as unknown as Hdf5Library;
  library.activate_throwing_error_handler();
  const { FS } = library;
  const open = FS.open.bind(FS);
  FS.open = (path, ...rest) => {
    if (!mounted.has(path) && !path.startsWith(TEMPORARY)) throw new FS.ErrnoError(NO_ENTRY);
    return open(path, ...rest);
  };
  firstState = withoutTail(library.HEAPU8);
  return library;
}

function refused(reason: unknown): never {
  throw new UnsupportedError(
    'HDF5, which .keras and .h5 files hold, is read by WebAssembly, and that cannot start here. In a ' +
      "page, its content security policy must allow 'wasm-unsafe-eval' as a script-src. " +
      String(reason),
  );
}

function withoutTail(bytes: Uint8Array): Uint8Array {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  return bytes.slice(0, 4 * (words.findLastIndex((word) => word !== 0) + 1));
}

function resetIfNeeded({ HEAPU8 }: Hdf5Library): void {
  if (mounted.size > 0 || (!broken && errors < ERRORS_BEFORE_RESET)) return;
  // What lies behind was free then; zeroing it would only claim memory that a failure reserved.
  HEAPU8.set(firstState);
  broken = false;
  errors = 0;
}

/**
 * Runs calls of the library; what they throw becomes a FormatError.
 *
 * The library's own `ccall` saves the stack pointer when it converts a text and restores it
 * afterwards, which is the only way to it: so the calls run inside one.
 */
export function protect<T>(library: Hdf5Library, what: string, calls: () => T): T {
  let result: { value: T } | { error: unknown } | undefined;
  if (broken) {
    throw new FormatError(
      `${what}: the HDF5 library was broken by a damaged file; close all HDF5 files and open this ` +
        'one again.',
    );
  }
  library._addax = () => {
    try {
      result = { value: calls() };
    } catch (error) {
      result = { error };
    }
  };
  library.ccall('addax', null, ['string'], ['']);
  if (result !== undefined && 'value' in result) return result.value;
  for (const stream of library.FS.streams) {
    if (stream?.path?.startsWith(TEMPORARY) === true) library.FS.close(stream);
  }
  const error = result?.error;
  errors += 1;
  // Out-of-range accesses, stack overflow and aborts of the WebAssembly code itself.
  if (error instanceof RangeError || (error as Error | undefined)?.name === 'RuntimeError') {
    broken = true;
  }
  throw asFormatError(what, error);
}

function asFormatError(what: string, error: unknown): unknown {
  if (error instanceof AddaxError) return error;
  const text = error instanceof Error ? error.message : String(error);
  // The innermost frame of the library's error stack is the cause.
  const frames = [...text.matchAll(/#\d+: .*?in (\w+)\(\): (.*)/g)];
  const cause = frames.at(-1)?.[2] ?? text.split('\n')[0] ?? '';
  return new FormatError(`${what}: not readable as HDF5: ${cause}.`, { cause: error });
}

/** A file that the library can open by `path`. */
export interface Mounted {
  readonly path: string;
  /** Forgets the file; the library must have closed it. */
  unmount(): void;
}

let mounts = 0;

/** The library reads its metadata in pieces no longer than this. */
const METADATA_READ = 2 ** 20;
let readingElements = false;

/** Runs a read of elements, which may look like anything, so they are not checked as metadata is. */
export function whileReadingElements(read: () => void): void {
  readingElements = true;
  try {
    read();
  } finally {
    readingElements = false;
  }
}

/** Shows a source to the library as a file, without copying it. */
export function mount(
  library: Hdf5Library,
  source: RandomAccess & Required<Pick<RandomAccess, 'readInto'>>,
): Mounted {
  const { FS } = library;
  resetIfNeeded(library);
  mounts += 1;
  // Nobody can write a file that names another open one as its external data.
  const name = `addax-${mounts}-${Math.random().toString(36).slice(2)}`;
  const path = `/${name}`;
  const node = FS.createFile('/', name, {}, true, false);
  node.usedBytes = source.size;
  const read = (
    _stream: unknown,
    buffer: Int8Array,
    offset: number,
    length: number,
    position: number,
  ): number => {
    const count = Math.max(0, Math.min(length, source.size - position));
    const target = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, count);
    try {
      source.readInto(target, position);
      if (readingElements) checkChunks(source, position, target);
      else if (count <= METADATA_READ) checkMetadata(source, position, count);
    } catch {
      throw new FS.ErrnoError(IO_ERROR);
    }
    return count;
  };
  const refuse = (): never => {
    throw new FS.ErrnoError(IO_ERROR);
  };
  node.stream_ops = { ...node.stream_ops, read, write: refuse, mmap: refuse };
  mounted.add(path);
  return {
    path,
    unmount() {
      mounted.delete(path);
      for (const stream of FS.streams) if (stream?.path === path) FS.close(stream);
      FS.unlink(path);
      resetIfNeeded(library);
    },
  };
}
