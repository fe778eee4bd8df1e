/**
 * What a backend package implements: a compiler of tensor graphs for one kind of hardware, and the
 * module that finds out whether that hardware is there. Core passes a `Backend` explicitly
 * everywhere; only the default is process-wide. The frontend owns the lifetime of buffers, the
 * backend what is inside them.
 */
import type { DType, HostArray } from '../dtypes.ts';
import type { AnyNode, Aval, Graph } from '../graph/types.ts';

declare const opaque: unique symbol;

/** A device allocation. Only its backend can look inside. */
export interface Buffer {
  readonly [opaque]?: never;
  readonly byteLength: number;
}

/** How a backend holds a dtype. */
export type DTypeSupport = 'native' | 'emulated' | 'narrowed' | 'none';

/** What a backend can do. */
export interface Capabilities {
  /** Per dtype: computed as it is, through a wider type, stored narrower with a checked border, or not. */
  readonly dtypes: Readonly<Record<DType, DTypeSupport>>;
  /** `downloadSync` is there. */
  readonly syncRead: boolean;
  /** A donated input's memory backs its output, so a variable keeps one buffer for life. */
  readonly stableBuffers: boolean;
  /** Steps that `fit` may have in flight. */
  readonly stepsInFlight: number;
  /** Buffers live in host memory: the garbage collector frees them, no registry is needed. */
  readonly hostMemory: boolean;
  /** Largest single buffer in bytes. */
  readonly maxBufferBytes: number;
}

/** Options of {@link Backend.compile}. */
export interface CompileOptions {
  /** For errors, dumps and profiles. */
  readonly label: string;
  /** [input, output] pairs of equal aval that may share memory: the variables a step updates. */
  readonly donate: readonly (readonly [input: number, output: number])[];
}

/** Fixed costs of an executable. */
export interface ExecutableStats {
  /** Bytes of scratch it keeps between runs. */
  readonly workspaceBytes: number;
  /** Kernels and library calls of one run. */
  readonly launches: number;
  /** Nodes run outside the device or runtime. */
  readonly hostNodes: number;
}

/** A compiled graph. */
export interface Executable {
  /** Rejects when compilation failed (core attaches a handler); `run` may come before it settles. */
  readonly ready: Promise<void>;
  /**
   * Enqueues and returns at once: one buffer per graph output, each its own (an output that is an
   * input, or stands twice among the outputs, is copied). A donated input is dead after the call
   * and may back its output. May hand out buffers whose producer is not encoded yet: order is
   * the backend's duty. The array of inputs stays as it is afterwards.
   *
   * `tail` holds the last inputs once more, where none of them is donated: the same array again means
   * that they are the same buffers, alive, and need not be looked at one by one.
   */
  run(inputs: readonly Buffer[], tail?: readonly Buffer[]): Buffer[];
  readonly stats: ExecutableStats;
  /** Generated code, for `ADDAX_DUMP`. */
  readonly code?: string | undefined;
  dispose(): void;
}

/** Bytes a backend holds. */
export interface MemoryInfo {
  readonly liveBytes: number;
  readonly pooledBytes: number;
  readonly budgetBytes: number;
}

/** A compiler of tensor graphs for one kind of hardware. */
export interface Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** The device is gone for good; choosing the backend again makes a new one. Default false. */
  readonly isLost?: boolean;
  /** Composites: true keeps the node, false inlines its body. Primitives are always supported. */
  supports(node: AnyNode, avals: readonly Aval[]): boolean;
  compile(graph: Graph, options: CompileOptions): Executable;
  /**
   * Whether `count` runs of `step`, each on the state that the one before left, are quicker as one graph
   * with a loop in it (a `scan` that carries what is donated) than one after another. Without it they
   * are not. The answer for a graph does not change.
   */
  prefersLoop?(step: Graph, options: CompileOptions, count: number): boolean;
  /**
   * Copies `data` (or takes it over, where that cannot be observed) into a new buffer. Where `given`
   * is true, the caller gives `data` up and will not look at it again.
   */
  upload(data: HostArray, aval: Aval, given?: boolean): Buffer;
  /** A fresh host array with the values. */
  download(buffer: Buffer, aval: Aval): Promise<HostArray>;
  /** Present iff `capabilities.syncRead`. */
  downloadSync?(buffer: Buffer, aval: Aval): HostArray;
  /**
   * The elements where they lie, for backends that keep them in the host's memory as a host array
   * would: to be read at once, neither changed nor kept. Undefined where they lie otherwise.
   */
  borrow?(buffer: Buffer, aval: Aval): HostArray | undefined;
  /**
   * A buffer over `data` itself, for backends that keep values in the host's memory as a host array
   * is: nothing is copied. The caller does not change `data` any more and never donates the buffer.
   * Undefined where values lie otherwise: then they are uploaded.
   */
  lend?(data: HostArray, aval: Aval): Buffer | undefined;
  /** Gives the buffer up; deferred past work already enqueued. */
  release(buffer: Buffer): void;
  memory(): MemoryInfo;
  /** All enqueued work done; throws its first error. */
  sync(): Promise<void>;
  dispose(): Promise<void>;
}

/** Answer of {@link BackendModule.probe}. */
export type Probe =
  { readonly ok: true; readonly device: string } | { readonly ok: false; readonly reason: string };

/** Options a backend's module understands. */
export type BackendOptions = Readonly<Record<string, unknown>>;

/** That the backend will be made if the answer is yes; without it somebody only wants to know. */
export interface ProbeRequest {
  /** As a candidate of `auto`, where a device that is slower than the processor says no. */
  readonly isAutomatic: boolean;
  /** What the backend would be made with. */
  readonly options?: BackendOptions | undefined;
}

/** Default export of every backend package. */
export interface BackendModule {
  readonly name: string;
  probe(request?: ProbeRequest): Promise<Probe>;
  create(options?: BackendOptions): Promise<Backend>;
  /** Present iff the device needs no waiting. */
  createSync?(options?: BackendOptions): Backend;
}

/** A backend's module that is read when it is first needed. */
export interface LateBackend {
  readonly name: string;
  /** Called once, at the first need. */
  load(): BackendModule;
}
