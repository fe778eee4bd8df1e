/**
 * Data held whole: arrays, typed arrays and tensors, alone or in trees. They are brought to the host
 * once, checked against each other, and cut into batches by row numbers.
 */
import {
  ArgumentError,
  convert,
  describe,
  floatx,
  fromHost,
  type HostArray,
  hostArray,
  type HostTensor,
  hostTensor,
  internAval,
  type InternedAval,
  isFloat,
  isRecord,
  isTypedArray,
  lendHost,
  type Nested,
  ShapeError,
  sizeOf,
  storageOf,
  Tensor,
  type TypedArray,
  Variable,
} from '@addax/core';
import { isNumeric } from './batch.ts';

/** A tree whose leaves are host tensors. */
export type HostTree = unknown;

/** A tree of data on the host; floats in floatx. */
export async function toHost(what: string, value: unknown): Promise<HostTree> {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Variable) return toHost(what, value.value);
  if (value instanceof Tensor) {
    const storage = storageOf(value);
    const data =
      storage.lendArray(value.aval) ?? (await storage.backend.download(storage.buffer, value.aval));
    return inFloatx({ shape: value.shape, dtype: value.dtype, data });
  }
  if (isTypedArray(value) || isNumeric(value)) {
    return inFloatx(hostTensor(value as Nested | TypedArray));
  }
  if (Array.isArray(value)) {
    if (value.length === 0)
      throw new ArgumentError(`${what} is empty: there is nothing to run on.`);
    return Promise.all(value.map((item, i) => toHost(`${what}[${i}]`, item)));
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).map(
      async ([key, item]) => [key, await toHost(`${what}.${key}`, item)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  throw new ArgumentError(
    `${what} must be a tensor, nested or typed arrays, an array or record of them, or batches from ` +
      `an iterable; got ${describe(value)}.`,
  );
}

function inFloatx(host: HostTensor): HostLeaf {
  if (!isFloat(host.dtype) || host.dtype === floatx()) return new HostLeaf(host);
  const data = convert(host.data, host.dtype, floatx());
  return new HostLeaf({ shape: host.shape, dtype: floatx(), data });
}

/** A class, so that trees do not descend into it. */
export class HostLeaf implements HostTensor {
  readonly shape: readonly number[];
  readonly dtype: HostTensor['dtype'];
  readonly data: HostArray;
  #last: InternedAval | undefined;

  constructor({ shape, dtype, data }: HostTensor) {
    this.shape = shape;
    this.dtype = dtype;
    this.data = data;
  }

  /** Rows side by side as a tensor over the memory they lie in. */
  span(from: number, to: number): Tensor {
    const size = this.data.length / this.shape[0]!;
    return lendHost(this.data.subarray(from * size, to * size), this.#batch(to - from));
  }

  /** These rows as a tensor. */
  rows(numbers: Int32Array): Tensor {
    const aval = this.#batch(numbers.length);
    const data = hostArray(this.dtype, aval.size);
    const size = aval.size / numbers.length;
    const source = this.data as Float32Array;
    const target = data as Float32Array;
    for (let i = 0; i < numbers.length; i++) {
      const from = numbers[i]! * size;
      for (let j = 0; j < size; j++) target[i * size + j] = source[from + j]!;
    }
    return fromHost(data, aval, true);
  }

  /** Shape and dtype of so many rows. */
  #batch(count: number): InternedAval {
    if (this.#last?.shape[0] !== count) {
      this.#last = internAval([count, ...this.shape.slice(1)], this.dtype);
    }
    return this.#last!;
  }
}

/** A tree of host leaves with each replaced. */
export function mapHost(tree: HostTree, leaf: (value: HostLeaf) => unknown): unknown {
  if (tree instanceof HostLeaf) return leaf(tree);
  if (Array.isArray(tree)) return tree.map((item) => mapHost(item, leaf));
  if (isRecord(tree)) {
    return Object.fromEntries(
      Object.entries(tree).map(([key, item]) => [key, mapHost(item, leaf)]),
    );
  }
  return tree;
}

/** Number of samples of all parts, which must agree. */
export function sampleCount(parts: Readonly<Record<string, HostTree>>): number {
  let count: number | undefined;
  let first = '';
  for (const [what, tree] of Object.entries(parts)) {
    mapHost(tree, (leaf) => {
      const size = leaf.shape[0];
      if (size === undefined) {
        throw new ShapeError(`${what} is a scalar: data needs a first axis that counts samples.`);
      }
      if (count === undefined) {
        count = size;
        first = what;
      } else if (size !== count) {
        throw new ShapeError(
          `${first} has ${count} samples but ${what} has ${size}: they must be of equal length.`,
        );
      }
      return leaf;
    });
  }
  if (count === undefined) throw new ArgumentError('there is no data: x has no arrays in it.');
  if (count === 0) throw new ArgumentError(`${first} is empty: there is nothing to run on.`);
  return count;
}

/** A range of rows of a tree, sharing memory. */
export function sliceRows(tree: HostTree, from: number, to: number): HostTree {
  return mapHost(tree, ({ shape, dtype, data }) => {
    const size = sizeOf(shape.slice(1));
    return new HostLeaf({
      shape: [to - from, ...shape.slice(1)],
      dtype,
      data: data.subarray(from * size, to * size),
    });
  });
}
