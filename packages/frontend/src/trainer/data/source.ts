/** Where batches come from, whatever the user gave: one interface over arrays and iterables. */
import { ArgumentError, describe, isRecord, isTypedArray, Tensor, Variable } from '@addax/core';
import { type HostLeaf, type HostTree, mapHost, sampleCount, sliceRows, toHost } from './arrays.ts';
import { type Batch, batchSizeOf, packBatch, unpackBatch } from './batch.ts';
import { type ClassWeight, classWeights } from './class-weight.ts';
import { permutation } from './shuffle.ts';

/** One pass; over data held whole it need not be waited for. */
export type Batches = AsyncGenerator<Batch, void> | Generator<Batch, void>;

/** Batches, epoch after epoch. */
export interface DataSource {
  /** Batches per epoch; undefined while unknown. */
  readonly steps: number | undefined;
  readonly batchSize: number | undefined;
  /** A new pass over the data, in the order of this epoch. */
  batches(epoch: number): Batches;
  /** Tells a generator of the user's that nobody will ask it again. */
  cancel?(): void;
}

/** What a source is made of. */
export interface SourceOptions {
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly classWeight?: ClassWeight | undefined;
  readonly batchSize?: number | undefined;
  readonly shuffle?: boolean | undefined;
  /** Steps per epoch asked for; decides the batch size where none is given. */
  readonly steps?: number | undefined;
}

/** Whether a value gives batches one after the other (rather than being data itself). */
export function isStream(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (isTypedArray(value) || value instanceof Tensor || value instanceof Variable) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

/** The source for what the user gave as x. */
export async function makeSource(x: unknown, options: SourceOptions): Promise<DataSource> {
  if (x === undefined || x === null) {
    throw new ArgumentError('there is no data: x is missing.');
  }
  if (isStream(x)) return streamSource(x, options);
  return arraySource(weighted(await hostParts(x, options), options.classWeight), options);
}

/** The parts of a data set on the host. */
export interface HostParts {
  readonly x: HostTree;
  readonly y: HostTree;
  readonly sampleWeight: HostTree;
  readonly count: number;
}

/** Brings data to the host and checks that its lengths agree. */
export async function hostParts(x: unknown, options: SourceOptions): Promise<HostParts> {
  if (options.classWeight !== undefined && options.sampleWeight !== undefined) {
    throw new ArgumentError('give classWeight or sampleWeight, not both.');
  }
  const host = {
    x: await toHost('x', x),
    y: await toHost('y', options.y),
    sampleWeight: await toHost('sampleWeight', options.sampleWeight),
  };
  return { ...host, count: sampleCount(host) };
}

/** The same data, each sample weighing what its class does. */
export function weighted(parts: HostParts, classWeight: ClassWeight | undefined): HostParts {
  if (classWeight === undefined) return parts;
  return { ...parts, sampleWeight: classWeights(classWeight, parts.y) };
}

/** Batches of data held whole; the last one may be smaller. */
export function arraySource(parts: HostParts, options: SourceOptions): DataSource {
  const { count } = parts;
  const asked = options.batchSize;
  if (asked !== undefined && !(Number.isInteger(asked) && asked > 0)) {
    throw new ArgumentError(`batchSize must be a positive whole number, got ${String(asked)}.`);
  }
  const batchSize = asked ?? (options.steps === undefined ? 32 : Math.ceil(count / options.steps));
  const steps = Math.ceil(count / batchSize);
  return {
    steps,
    batchSize,
    *batches(epoch) {
      const order = options.shuffle === true ? permutation(count, epoch) : undefined;
      let [from, to] = [0, 0];
      const take = (leaf: HostLeaf): Tensor =>
        order === undefined ? leaf.span(from, to) : leaf.rows(order.subarray(from, to));
      for (; from < count; from = to) {
        to = Math.min(from + batchSize, count);
        const data = packBatch({
          x: mapHost(parts.x, take),
          y: mapHost(parts.y, take),
          sampleWeight: mapHost(parts.sampleWeight, take),
        });
        yield { data, size: to - from, owned: true };
      }
    },
  };
}

/** The head and the tail of a data set: what is trained on and what is held out. */
export function splitTail(parts: HostParts, fraction: number): [HostParts, HostParts] {
  if (!(fraction > 0 && fraction < 1)) {
    throw new ArgumentError(`validationSplit must be between 0 and 1, got ${fraction}.`);
  }
  const { count } = parts;
  const at = Math.floor(count * (1 - fraction));
  if (at === 0 || at === count) {
    throw new ArgumentError(
      `validationSplit ${fraction} of ${count} samples leaves ${at} to train on and ` +
        `${count - at} to validate on; both must be more than 0.`,
    );
  }
  const cut = (from: number, to: number): HostParts => ({
    x: sliceRows(parts.x, from, to),
    y: sliceRows(parts.y, from, to),
    sampleWeight: sliceRows(parts.sampleWeight, from, to),
    count: to - from,
  });
  return [cut(0, at), cut(at, count)];
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

function streamSource(x: unknown, options: SourceOptions): DataSource {
  for (const name of ['y', 'sampleWeight', 'batchSize'] as const) {
    if (options[name] === undefined) continue;
    throw new ArgumentError(
      `${name} cannot be given when x is an iterable: it yields batches as [x, y] or ` +
        '[x, y, sampleWeight].',
    );
  }
  return {
    steps: undefined,
    batchSize: undefined,
    async *batches() {
      const iterator = iteratorOf(x);
      try {
        for (;;) {
          const result = await iterator.next();
          if (result.done === true) return;
          yield await batchOf(result.value, options.classWeight);
        }
      } finally {
        // A generator given as it is (one-shot) goes on where it stopped in the next epoch.
        if (iterator !== x) await iterator.return?.();
      }
    },
    cancel() {
      const closing: unknown = (x as Partial<AnyIterator>).return?.();
      if (closing instanceof Promise) closing.catch(() => undefined);
    },
  };
}

function iteratorOf(x: unknown): AnyIterator {
  const made: unknown = typeof x === 'function' ? (x as () => unknown)() : x;
  if (typeof made === 'object' && made !== null) {
    if (Symbol.asyncIterator in made)
      return (made as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    if (Symbol.iterator in made) return (made as Iterable<unknown>)[Symbol.iterator]();
    if ('next' in made) return made as AnyIterator;
  }
  throw new ArgumentError(`x is a function but gave ${describe(made)} instead of an iterator.`);
}

async function batchOf(value: unknown, classWeight: ClassWeight | undefined): Promise<Batch> {
  const parts = unpackBatch(value);
  const x = await onDevice('x', parts.x);
  const y = await onDevice('y', parts.y);
  let sampleWeight = await onDevice('sampleWeight', parts.sampleWeight);
  if (classWeight !== undefined) {
    if (sampleWeight !== undefined) {
      throw new ArgumentError('give classWeight or sample weights in the batches, not both.');
    }
    const weights = classWeights(classWeight, await toHost('y', parts.y));
    sampleWeight = weights.span(0, weights.shape[0]!);
  }
  const size = batchSizeOf(x);
  if (size === 0) throw new ArgumentError('an iterable yielded a batch of no samples.');
  return { data: packBatch({ x, y, sampleWeight }), size, owned: false };
}

/** Tensors stay where they are; host data is uploaded. */
async function onDevice(what: string, value: unknown): Promise<unknown> {
  if (value === undefined || value instanceof Tensor) return value;
  if (isRecord(value)) {
    const entries = Object.entries(value).map(
      async ([key, item]) => [key, await onDevice(`${what}.${key}`, item)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  if (Array.isArray(value) && value[0] instanceof Tensor) return value;
  const host = await toHost(what, value);
  return mapHost(host, (leaf) => {
    const count = leaf.shape[0];
    if (count === undefined) throw new ArgumentError(`${what} of a batch is a scalar.`);
    return leaf.span(0, count);
  });
}
