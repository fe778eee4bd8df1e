/**
 * The tensor people hold: an immutable value of known shape and dtype, either on a device (a
 * `Storage`) or inside a trace (a value of the graph being built). Its methods are what operators
 * would be; everything else is in `ops`.
 */
import type { Backend } from '../backend/contract.ts';
import type { DType } from '../dtypes.ts';
import { StateError, UnsupportedError } from '../errors.ts';
import type { ValueId } from '../graph/types.ts';
import { TensorMethods } from './methods.ts';
import type { InternedAval } from './avals.ts';
import { decode, type DecodedArray, nest, type NestedNumbers } from './host.ts';
import { noteTensor } from './scope.ts';
import { relieve, Storage } from './storage.ts';

/** A place in a trace; `owner` is the trace, compared by identity only. */
export interface TracedPlace {
  readonly owner: object;
  readonly id: ValueId;
  readonly source: string | undefined;
}

/** Storage or trace of a tensor; undefined once released. */
export let placeOf: (tensor: Tensor) => Storage | TracedPlace | undefined;

/** Gives a tensor another storage of the same value (a variable detaches its snapshots). */
export let replaceStorage: (tensor: Tensor, storage: Storage) => void;

/**
 * An n-dimensional array of one dtype.
 *
 * Make one with {@link tensor}; read it with `await t.data()`, `await t.array()` or
 * `await t.item()`. Memory is managed for you; `dispose` (or `using`) is there for exactness.
 *
 * @example
 * const t = tensor([[1, 2], [3, 4]]);
 * await t.mul(2).sum().item(); // 20
 */
export class Tensor extends TensorMethods {
  /** Shape and dtype, interned. */
  readonly aval: InternedAval;
  #place: Storage | TracedPlace | undefined;

  /** @internal Use `tensor(…)` or an op. */
  constructor(aval: InternedAval, place: Storage | TracedPlace) {
    super();
    this.aval = aval;
    this.#place = place;
    if (place instanceof Storage) noteTensor(this);
  }

  /** Size of each axis. */
  get shape(): readonly number[] {
    return this.aval.shape;
  }

  /** Type of the elements. */
  get dtype(): DType {
    return this.aval.dtype;
  }

  /** Number of axes. */
  get rank(): number {
    return this.aval.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.aval.size;
  }

  /** Where the tensor lives; a tensor inside a trace has no backend yet. */
  get backend(): Backend {
    return storageOf(this).backend;
  }

  /** Whether `dispose` or a scope gave the memory back. */
  get isDisposed(): boolean {
    return this.#place === undefined || (this.#place instanceof Storage && this.#place.released);
  }

  /**
   * The elements in row-major order. float16 and bfloat16 come as Float32Array, bool as Uint8Array
   * of 0 and 1, int64 as BigInt64Array.
   */
  async data(): Promise<DecodedArray> {
    const { backend, buffer } = storageOf(this);
    const raw = await backend.download(buffer, this.aval);
    if (!backend.capabilities.hostMemory) await relieve(backend);
    return decode(raw, this.dtype);
  }

  /** {@link Tensor.data} without waiting; only where the backend can read synchronously. */
  dataSync(): DecodedArray {
    const { backend, buffer } = storageOf(this);
    if (backend.downloadSync === undefined) {
      throw new UnsupportedError(
        `dataSync() on backend "${backend.name}": it cannot read without waiting; ` +
          'use await tensor.data()',
      );
    }
    return decode(backend.downloadSync(buffer, this.aval), this.dtype);
  }

  /** The elements as nested arrays of numbers (a number for rank 0). */
  async array(): Promise<NestedNumbers> {
    return nest(await this.data(), this.shape);
  }

  /** The one element as a number (bool: 0 or 1). */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new StateError(
        `item() needs a tensor of one element, got shape [${this.shape.join(', ')}]; ` +
          'use await tensor.data()',
      );
    }
    return Number((await this.data())[0]);
  }

  /**
   * The same value on another backend; the tensor itself if it is there already.
   *
   * @example
   * await setBackend('cpu');
   * const here = await there.to(getBackend());
   */
  async to(backend: Backend): Promise<Tensor> {
    const storage = storageOf(this);
    if (storage.backend === backend) return this;
    const data = await storage.backend.download(storage.buffer, this.aval);
    return new Tensor(this.aval, new Storage(backend, backend.upload(data, this.aval)));
  }

  /** Gives the memory back now; using the tensor afterwards is an error. */
  dispose(): void {
    const place = this.#place;
    if (place instanceof Storage) {
      this.#place = undefined;
      place.release();
    }
  }

  /** `using t = …` disposes at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  override toString(): string {
    const place = this.#place;
    const where =
      place === undefined ? 'released' : place instanceof Storage ? place.backend.name : 'traced';
    return `Tensor(${this.dtype}[${this.shape.join(', ')}], ${where})`;
  }

  static {
    placeOf = (tensor) => tensor.#place;
    replaceStorage = (tensor, storage) => {
      tensor.#place = storage;
    };
  }
}

/** The storage of a concrete tensor, or an error that says why there is none. */
export function storageOf(tensor: Tensor): Storage {
  const place = placeOf(tensor);
  if (place instanceof Storage) return place;
  if (place === undefined) {
    throw new StateError(
      'this tensor was released: it was made inside a scope (or disposed) and neither returned ' +
        'nor assigned. Take it out of the scope with keep(tensor), or return it.',
    );
  }
  throw new UnsupportedError(
    `reading a value inside a trace${place.source === undefined ? '' : ` (at ${place.source})`}: ` +
      'in a jitted function or a compiled step values exist only when the graph runs. Return the ' +
      'tensor and read it outside, or use runEagerly: true.',
  );
}
