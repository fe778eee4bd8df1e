/**
 * A backend before its device is ready: it records uploads, compilations, runs and releases over
 * placeholder buffers, and replays them in order once the device is there. Afterwards it passes
 * everything on. Only reads wait, so programs need no `await` before them.
 */
import type { DType, HostArray } from '../dtypes.ts';
import { DTYPES } from '../dtypes.ts';
import { OutOfMemoryError, UnsupportedError } from '../errors.ts';
import type { AnyNode, Aval, Graph } from '../graph/types.ts';
import { optimize } from '../passes/optimize.ts';
import { sizeOf } from '../tensor/avals.ts';
import type {
  Backend,
  Buffer,
  Capabilities,
  CompileOptions,
  DTypeSupport,
  Executable,
  ExecutableStats,
  MemoryInfo,
} from './contract.ts';

/** Bytes that may be recorded within one synchronous job. */
const RECORD_LIMIT = 512 * 2 ** 20;

/** A buffer handed out before there was a device; holds the real one later. */
class PlaceholderBuffer implements Buffer {
  readonly byteLength: number;
  real: Buffer | undefined;

  constructor(byteLength: number, real?: Buffer) {
    this.byteLength = byteLength;
    this.real = real;
  }
}

const UNKNOWN: Capabilities = {
  dtypes: Object.fromEntries(DTYPES.map((dtype) => [dtype, 'native'])) as Record<
    DType,
    DTypeSupport
  >,
  syncRead: false,
  stableBuffers: false,
  stepsInFlight: 3,
  // Until the device is known its buffers are looked after as a device's would be.
  hostMemory: false,
  maxBufferBytes: Number.MAX_SAFE_INTEGER,
};

function bytesOf(data: HostArray): number {
  return data.byteLength;
}

/** Records until `create` resolves, then forwards. */
export class PendingBackend implements Backend {
  readonly #requested: string;
  readonly #create: () => Promise<Backend>;
  #started: Promise<Backend> | undefined;
  #real: Backend | undefined;
  #failure: unknown;
  #records: ((real: Backend) => void)[] = [];
  #recordedBytes = 0;

  constructor(name: string, create: () => Promise<Backend>) {
    this.#requested = name;
    this.#create = create;
  }

  get name(): string {
    return this.#real?.name ?? this.#requested;
  }

  get capabilities(): Capabilities {
    if (this.#real === undefined) return UNKNOWN;
    return { ...this.#real.capabilities, syncRead: false };
  }

  get isLost(): boolean {
    return this.#real?.isLost ?? false;
  }

  /** Starts the device if nobody has; resolves when it is ready, rejects with the reason if not. */
  async init(): Promise<Backend> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async #start(): Promise<Backend> {
    try {
      const real = await this.#create();
      for (const replay of this.#records) replay(real);
      this.#real = real;
      return real;
    } catch (error) {
      this.#failure = error;
      throw error;
    } finally {
      this.#records = [];
    }
  }

  /** Does `action` now, or once the device is there. */
  #enqueue(action: (real: Backend) => void, bytes: number): void {
    if (this.#real !== undefined) {
      action(this.#real);
      return;
    }
    if (this.#failure !== undefined) return;
    this.init().catch(() => undefined);
    this.#count(bytes);
    this.#records.push(action);
  }

  #count(bytes: number): void {
    if (bytes === 0) return;
    if (this.#recordedBytes === 0) {
      setTimeout(() => {
        this.#recordedBytes = 0;
      }, 0);
    }
    this.#recordedBytes += bytes;
    if (this.#recordedBytes > RECORD_LIMIT) {
      throw new OutOfMemoryError(
        `backend "${this.name}" is still starting, and more than ${RECORD_LIMIT / 2 ** 20} MiB ` +
          'have been recorded for it in one synchronous job: wait for the device first with ' +
          'await init().',
      );
    }
  }

  supports(node: AnyNode, avals: readonly Aval[]): boolean {
    // Before the device is known composites stay whole; the replay inlines what it must.
    return this.#real?.supports(node, avals) ?? true;
  }

  compile(graph: Graph, options: CompileOptions): Executable {
    const pending = new PendingExecutable(graph, (action, bytes) => this.#enqueue(action, bytes));
    this.#enqueue((real) => pending.attach(real, options), 0);
    if (this.#failure !== undefined) pending.fail(this.#failure);
    return pending;
  }

  upload(data: HostArray, aval: Aval, given = false): Buffer {
    const buffer = new PlaceholderBuffer(bytesOf(data));
    if (this.#real !== undefined) {
      buffer.real = this.#real.upload(data, aval, given);
      return buffer;
    }
    const own = given ? data : data.slice();
    this.#enqueue((real) => {
      buffer.real = real.upload(own, aval, true);
    }, buffer.byteLength);
    return buffer;
  }

  async download(buffer: Buffer, aval: Aval): Promise<HostArray> {
    if (this.#failure !== undefined) throw this.#failure;
    const real = this.#real ?? (await this.init());
    return real.download(realOf(buffer), aval);
  }

  borrow(buffer: Buffer, aval: Aval): HostArray | undefined {
    const { real } = buffer as PlaceholderBuffer;
    return real === undefined ? undefined : this.#real?.borrow?.(real, aval);
  }

  lend(data: HostArray, aval: Aval): Buffer | undefined {
    const real = this.#real?.lend?.(data, aval);
    if (real === undefined) return undefined;
    const buffer = new PlaceholderBuffer(bytesOf(data));
    buffer.real = real;
    return buffer;
  }

  release(buffer: Buffer): void {
    this.#enqueue((real) => {
      const placeholder = buffer as PlaceholderBuffer;
      if (placeholder.real !== undefined) real.release(placeholder.real);
      placeholder.real = undefined;
    }, 0);
  }

  memory(): MemoryInfo {
    if (this.#real !== undefined) return this.#real.memory();
    return { liveBytes: this.#recordedBytes, pooledBytes: 0, budgetBytes: RECORD_LIMIT };
  }

  async sync(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await (this.#real ?? (await this.init())).sync();
  }

  async dispose(): Promise<void> {
    if (this.#started !== undefined) await (await this.#started).dispose();
  }
}

function realOf(buffer: Buffer): Buffer {
  const { real } = buffer as PlaceholderBuffer;
  if (real === undefined) {
    throw new UnsupportedError('a buffer was read whose producer failed on the device');
  }
  return real;
}

class PendingExecutable implements Executable {
  readonly ready: Promise<void>;
  readonly #graph: Graph;
  readonly #outputBytes: readonly number[];
  readonly #enqueue: (action: (real: Backend) => void, bytes: number) => void;
  readonly #settle: { resolve: () => void; reject: (reason: unknown) => void };
  #real: Executable | undefined;
  /** Of what core says does not change, what the device knows it by. */
  readonly #tails = new WeakMap<readonly Buffer[], readonly Buffer[]>();

  constructor(graph: Graph, enqueue: (action: (real: Backend) => void, bytes: number) => void) {
    const { promise, resolve, reject } = withResolvers();
    this.ready = promise;
    this.ready.catch(() => undefined);
    this.#settle = { resolve, reject };
    this.#graph = graph;
    this.#enqueue = enqueue;
    this.#outputBytes = graph.outputs.map((id) => sizeOf(graph.avals[id]!.shape) * 4);
  }

  attach(real: Backend, options: CompileOptions): void {
    const graph = optimize(this.#graph, (node, avals) => real.supports(node, avals));
    this.#real = real.compile(graph, options);
    this.#real.ready.then(this.#settle.resolve, this.#settle.reject);
  }

  fail(reason: unknown): void {
    this.#settle.reject(reason);
  }

  get stats(): ExecutableStats {
    return this.#real?.stats ?? { workspaceBytes: 0, launches: 0, hostNodes: 0 };
  }

  get code(): string | undefined {
    return this.#real?.code;
  }

  run(inputs: readonly Buffer[], tail?: readonly Buffer[]): Buffer[] {
    const outputs = this.#outputBytes.map((bytes) => new PlaceholderBuffer(bytes));
    const bytes = this.#real === undefined ? this.#outputBytes.reduce((a, b) => a + b, 0) : 0;
    this.#enqueue(() => {
      const results = this.#real!.run(inputs.map(realOf), this.#tailOf(tail));
      results.forEach((buffer, i) => {
        outputs[i]!.real = buffer;
      });
    }, bytes);
    return outputs;
  }

  #tailOf(tail: readonly Buffer[] | undefined): readonly Buffer[] | undefined {
    if (tail === undefined) return undefined;
    const known = this.#tails.get(tail);
    if (known !== undefined) return known;
    const made = tail.map(realOf);
    this.#tails.set(tail, made);
    return made;
  }

  dispose(): void {
    this.#enqueue(() => this.#real?.dispose(), 0);
  }
}

function withResolvers(): {
  promise: Promise<void>;
  resolve: () => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
