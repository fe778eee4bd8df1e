/**
 * Variables: the only state there is. Outside a trace a read is a snapshot that shares the buffer
 * until the next write; inside a trace reads and assignments go through the trace's environment and
 * become donated inputs and outputs of the graph.
 */
import type { Backend } from './backend/contract.ts';
import { defaultBackend } from './backend/select.ts';
import { type DType, type HostArray, isFloat } from './dtypes.ts';
import { ArgumentError, DTypeError, ShapeError, UnsupportedError } from './errors.ts';
import { copyOf } from './jit/copy.ts';
import { autoName } from './naming.ts';
import { internAval, type InternedAval } from './tensor/avals.ts';
import { convert, type Nested, type TypedArray } from './tensor/host.ts';
import { hostTensor } from './tensor/host-tensor.ts';
import { TensorMethods } from './tensor/methods.ts';
import { Storage } from './tensor/storage.ts';
import { replaceStorage, placeOf, storageOf, Tensor } from './tensor/tensor.ts';
import { currentTrace, readVariable, type TraceVariable } from './trace/trace.ts';

/** Values drawn on the host, as initializers give them. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Raw elements (float16 and bfloat16 as bits). */
  readonly data: HostArray;
}

/** Options of {@link Variable}. */
export interface VariableOptions {
  /** Name; "variable", "variable_1", … by default. */
  readonly name?: string | undefined;
  /** Whether optimizers and gradients see it. Default true. */
  readonly trainable?: boolean | undefined;
  /** dtype; that of the initial value by default. */
  readonly dtype?: DType | undefined;
  /** Whether a layer's mixed-precision policy casts reads. Default true. */
  readonly autocast?: boolean | undefined;
  /** Path within its layer ("dense/kernel"); the name by default. */
  readonly path?: string | undefined;
}

let autocastDType: DType | undefined;

/** Runs `fn` with reads of float variables (those that allow it) cast to `dtype`. */
export function withAutocast<T>(dtype: DType | undefined, fn: () => T): T {
  const outer = autocastDType;
  autocastDType = dtype;
  try {
    return fn();
  } finally {
    autocastDType = outer;
  }
}

let changes = 0;

/** Grows whenever a variable gets another storage: until then, what was read of all of them holds. */
export function variableChanges(): number {
  return changes;
}

/** The storage of a variable, uploaded if need be; the caller may read it, not keep it. */
export let variableStorage: (variable: Variable) => Storage;

/** The storage of a variable about to be overwritten in place: snapshots are detached first. */
export let takeDonated: (variable: Variable) => Storage;

/** Hands a variable the storage that a run returned for it. */
export let setVariableStorage: (variable: Variable, storage: Storage) => void;

/**
 * A tensor that can change.
 *
 * @example
 * const count = new Variable(1, { trainable: false, dtype: 'int32' });
 * count.assign(2);
 * await count.value.item(); // 2
 */
export class Variable extends TensorMethods implements TraceVariable {
  readonly aval: InternedAval;
  readonly name: string;
  readonly autocast: boolean;
  /** Where it stands in its model: scopes joined by "/". */
  path: string;
  trainable: boolean;
  /** Keeps the value where an optimizer would move it; set by layers. */
  constraint: ((value: Tensor) => Tensor) | undefined;
  /** Adds to the loss; set by layers. */
  regularizer: ((value: Tensor) => Tensor) | undefined;
  #host: HostArray | undefined;
  #storage: Storage | undefined;
  #snapshot: WeakRef<Tensor> | undefined;

  /**
   * @param initial A tensor, nested or typed array, number, or values drawn on the host.
   */
  constructor(
    initial: Tensor | Variable | HostTensor | Nested | TypedArray,
    options: VariableOptions = {},
  ) {
    super();
    this.name = options.name ?? autoName('variable');
    this.path = options.path ?? this.name;
    this.trainable = options.trainable ?? true;
    this.autocast = options.autocast ?? true;
    if (initial instanceof Tensor || initial instanceof Variable) {
      this.aval = this.#adopt(initial instanceof Variable ? initial.value : initial, options.dtype);
      return;
    }
    const host = isHostTensor(initial) ? initial : hostTensor(initial, options.dtype);
    const dtype = options.dtype ?? host.dtype;
    this.aval = internAval(host.shape, dtype);
    this.#host = convert(host.data, host.dtype, dtype);
  }

  #adopt(tensor: Tensor, dtype: DType | undefined): InternedAval {
    if (dtype !== undefined && dtype !== tensor.dtype) {
      throw new DTypeError(
        `variable "${this.name}" of dtype ${dtype} got an initial tensor of ${tensor.dtype}: ` +
          `cast it first with tensor.cast('${dtype}').`,
      );
    }
    const place = placeOf(tensor);
    if (place !== undefined && !(place instanceof Storage)) {
      throw new UnsupportedError(
        `variable "${this.name}" was created in a trace from a traced tensor: initial values are ` +
          'drawn on the host. Give an initializer, an array or a concrete tensor.',
      );
    }
    this.#storage = storageOf(tensor).retain();
    this.#snapshot = new WeakRef(tensor);
    return tensor.aval;
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

  /** The value here and now: a snapshot outside a trace, a value of the graph inside one. */
  get value(): Tensor {
    const value = readVariable(this);
    if (autocastDType === undefined || !this.autocast || !isFloat(value.dtype)) return value;
    return value.dtype === autocastDType ? value : value.cast(autocastDType);
  }

  /** @internal The value outside any trace, sharing the buffer until the next write. */
  get snapshot(): Tensor {
    return this.#snapshotNow();
  }

  /** Sets the value; inside a trace when the graph runs. */
  assign(value: Tensor | Variable | Nested | TypedArray): this {
    const tensor = this.#fit(value);
    const trace = currentTrace();
    if (trace !== undefined) {
      trace.assignVariable(this, tensor);
      return this;
    }
    this.#become(storageOf(tensor).retain());
    this.#snapshot = new WeakRef(tensor);
    return this;
  }

  /** value ← value + delta. */
  assignAdd(delta: Tensor | Variable | Nested | TypedArray): this {
    return this.assign(readVariable(this).add(this.#fitDelta(delta)));
  }

  /** value ← value − delta. */
  assignSub(delta: Tensor | Variable | Nested | TypedArray): this {
    return this.assign(readVariable(this).sub(this.#fitDelta(delta)));
  }

  #fitDelta(delta: Tensor | Variable | Nested | TypedArray): Tensor | number {
    if (typeof delta === 'number') return delta;
    if (delta instanceof Tensor) return delta;
    if (delta instanceof Variable) return delta.value;
    return this.#fit(delta);
  }

  #fit(value: Tensor | Variable | Nested | TypedArray): Tensor {
    let tensor: Tensor;
    if (value instanceof Tensor) tensor = value;
    else if (value instanceof Variable) tensor = value.value;
    else tensor = this.#upload(value);
    const { shape, dtype } = tensor;
    if (shape.length !== this.rank || shape.some((size, i) => size !== this.shape[i])) {
      throw new ShapeError(
        `variable "${this.path}" has shape [${this.shape.join(', ')}] and cannot be assigned a ` +
          `value of shape [${shape.join(', ')}].`,
      );
    }
    if (dtype === this.dtype) return tensor;
    if (isFloat(dtype) && !isFloat(this.dtype)) {
      throw new DTypeError(
        `variable "${this.path}" is ${this.dtype} and cannot be assigned ${dtype} values: cast ` +
          `them first with tensor.cast('${this.dtype}').`,
      );
    }
    return tensor.cast(this.dtype);
  }

  #upload(value: Nested | TypedArray): Tensor {
    const host = hostTensor(value, this.dtype);
    const flat = ArrayBuffer.isView(value) && host.data.length === this.size;
    const shape = flat ? this.shape : host.shape;
    const trace = currentTrace();
    const aval = internAval(shape, this.dtype);
    if (trace !== undefined) return trace.constant(aval, host.data);
    const backend = this.backend;
    return new Tensor(aval, new Storage(backend, backend.upload(host.data, aval)));
  }

  /** Where the value lives: the default backend until the first need. */
  get backend(): Backend {
    return this.#storage?.backend ?? defaultBackend();
  }

  /** Moves the value to a backend. */
  async to(backend: Backend): Promise<void> {
    const storage = this.#storage;
    if (storage === undefined || storage.backend === backend) return;
    const data = await storage.backend.download(storage.buffer, this.aval);
    this.#become(new Storage(backend, backend.upload(data, this.aval)));
  }

  /** Not for use with optimizers and layers' updates: give gradient code the variable itself. */
  #snapshotNow(): Tensor {
    const alive = this.#snapshot?.deref();
    if (alive !== undefined && !alive.isDisposed) return alive;
    const snapshot = new Tensor(this.aval, this.#ensure().retain());
    this.#snapshot = new WeakRef(snapshot);
    return snapshot;
  }

  #ensure(): Storage {
    if (this.#storage === undefined) {
      const backend = defaultBackend();
      this.#storage = new Storage(backend, backend.upload(this.#host!, this.aval));
      this.#host = undefined;
    }
    return this.#storage;
  }

  #become(storage: Storage): void {
    changes++;
    this.#storage?.release();
    this.#storage = storage;
    this.#snapshot = undefined;
    this.#host = undefined;
  }

  /** A snapshot still alive gets a buffer of its own, since this one is about to be written. */
  #detach(): void {
    const snapshot = this.#snapshot?.deref();
    this.#snapshot = undefined;
    if (snapshot === undefined || snapshot.isDisposed) return;
    const storage = this.#ensure();
    // Another variable that shares the value may have given the snapshot its own buffer already.
    if (placeOf(snapshot) !== storage) return;
    const [copy] = copyOf(storage.backend, this.aval).run([storage.buffer]);
    replaceStorage(snapshot, new Storage(storage.backend, copy!));
    storage.release();
  }

  /** A buffer shared with another variable (`a.assign(b)`) is copied before it is written. */
  #separate(): void {
    const storage = this.#ensure();
    if (!storage.shared) return;
    const [copy] = copyOf(storage.backend, this.aval).run([storage.buffer]);
    changes++;
    this.#storage = new Storage(storage.backend, copy!);
    storage.release();
  }

  override toString(): string {
    return `Variable(${this.path}, ${this.dtype}[${this.shape.join(', ')}])`;
  }

  static {
    variableStorage = (variable) => variable.#ensure();
    takeDonated = (variable) => {
      variable.#detach();
      variable.#separate();
      return variable.#ensure();
    };
    setVariableStorage = (variable, storage) => {
      variable.#become(storage);
    };
  }
}

function isHostTensor(value: object | number | boolean): value is HostTensor {
  return typeof value === 'object' && 'data' in value && 'dtype' in value && 'shape' in value;
}

/** Checks that a value is a variable, for APIs that take lists of them. */
export function requireVariable(value: unknown, where: string): Variable {
  if (value instanceof Variable) return value;
  throw new ArgumentError(`${where} takes variables; got ${String(value)}`);
}
