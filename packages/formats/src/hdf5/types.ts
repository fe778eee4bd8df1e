/** The shape of HDF5 files: what is read from one can be written as it is. */
import type { DType } from '@addax/core';

import type { ArrayData, ArrayEntry, ElementSource } from '../arrays.ts';

/**
 * An attribute: text (variable-length UTF-8 when written), numbers, a truth value, or an array.
 * Whole numbers are written as int64, others as float64; an empty list of texts as float64 of shape
 * [0], as h5py does. int64 scalars beyond 2^53 are read as bigint.
 */
export type Hdf5Attribute = string | number | bigint | boolean | readonly string[] | ArrayData;

/** Attributes to be written, by name. */
export type Hdf5Attributes =
  Readonly<Record<string, Hdf5Attribute>> | ReadonlyMap<string, Hdf5Attribute>;

/** A group to be written. */
export interface Hdf5GroupInput {
  readonly attributes?: Hdf5Attributes;
  /** Groups and datasets by name; a name is one step of a path, without slashes. */
  readonly children?: Readonly<Record<string, Hdf5Input>> | ReadonlyMap<string, Hdf5Input>;
}

/** A dataset to be written. */
export interface Hdf5DatasetInput {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: ElementSource;
  readonly attributes?: Hdf5Attributes;
}

/** What a group to be written contains. A node with a dtype is a dataset. */
export type Hdf5Input = Hdf5GroupInput | Hdf5DatasetInput;

/** What both kinds of nodes of an open file have. */
interface Hdf5NodeBase {
  /** The last step of the path; empty for the root. */
  readonly name: string;
  /** Steps joined by slashes, without one at the start: `layers/dense/vars/0`. */
  readonly path: string;
  /** Read when first asked for. Attributes of types without a JavaScript form are left out. */
  readonly attributes: ReadonlyMap<string, Hdf5Attribute>;
}

/** A group of an open file. */
export interface Hdf5Group extends Hdf5NodeBase {
  readonly kind: 'group';
  /**
   * Groups and datasets by name, in the order of the file, listed when first asked for. Soft and
   * external links, and links that form a cycle, are a FormatError.
   */
  readonly children: ReadonlyMap<string, Hdf5Node>;
  /** The node at a path below this group, if there is one. */
  get(path: string): Hdf5Node | undefined;
  /** The dataset at a path below this group; a FormatError names what is there instead. */
  dataset(path: string): Hdf5Dataset;
}

/** A dataset of an open file; its elements are read when {@link ArrayEntry.data} is called. */
export interface Hdf5Dataset extends Hdf5NodeBase, ArrayEntry {
  readonly kind: 'dataset';
}

/** A group or a dataset of an open file. */
export type Hdf5Node = Hdf5Group | Hdf5Dataset;

/** An open HDF5 file: its root group. */
export interface Hdf5File extends Hdf5Group {
  /** Datasets cannot be read any more after this. */
  close(): Promise<void>;
}
