/**
 * Sessions of the runtime, one per structure: equal graphs share one. A session lives as long as an
 * executable uses it and is given back with the last; executables that are collected without being
 * disposed of take theirs along.
 */
import type { Graph } from '@addax/core';
import { graphKey } from '@addax/core';
import { emit, type EmittedModel } from '@addax/onnx';
import { Feed } from './feed.ts';
import type { Storage } from './host.ts';
import type { OnnxOptions, OptimizationLevel } from './options.ts';
import { isQuick } from './partition/work.ts';
import type { Ort, OrtResults, OrtSession, OrtSessionOptions, OrtTensor } from './runtime.ts';
import { Results } from './results.ts';
import { fromRuntime, typeName } from './values.ts';

/** Bytes of constants that a model may hold; larger ones are fed. */
const EMBEDDED_BYTES = 2 ** 30;

/** What distinguishes sessions of one graph. */
export interface SessionOptions {
  readonly level: OptimizationLevel;
  /** For errors and viewers. */
  readonly label: string;
  /** Whether outputs are written into memory that runs are given. Default false. */
  readonly hasHomes?: boolean;
}

/** A graph in the runtime. */
export class Session {
  /** Rejects when the runtime refuses the graph. */
  readonly ready: Promise<void>;
  /** Executables that use it. */
  users = 0;
  readonly #ort: Ort;
  readonly #graph: Graph;
  #model: EmittedModel | undefined;
  #session: OrtSession | undefined;
  /** Of runs that have homes for their outputs. */
  #results: Results | undefined;
  /** Inputs that a run gives, in the order of the graph's. */
  #open: readonly Feed[] = [];
  /** All inputs by their names. One run at a time has them. */
  readonly #feeds: Record<string, OrtTensor> = {};
  #isReleased = false;

  constructor(
    ort: Ort,
    graph: Graph,
    options: OnnxOptions,
    { level, label, hasHomes = false }: SessionOptions,
  ) {
    this.#ort = ort;
    this.#graph = graph;
    this.ready = this.#create(options, { level, label, hasHomes });
    this.ready.catch(() => undefined);
  }

  /** Nodes of the emitted model. */
  get nodeCount(): number {
    return this.#model?.nodeCount ?? this.#graph.nodes.length;
  }

  async #create(options: OnnxOptions, own: Required<SessionOptions>): Promise<void> {
    const graph = this.#graph;
    let held = 0;
    for (const data of graph.constants.values()) held += data.byteLength;
    const embedConstants = held <= EMBEDDED_BYTES;
    const { threads } = options;
    const { level, label, hasHomes: ending } = own;
    const model = emit(graph, {
      target: 'cpu',
      border: 'runtime',
      embedConstants,
      threads,
      label,
      ending,
    });
    const open: Feed[] = [];
    for (const { name, aval, onnxType, constant } of model.inputs) {
      const feed = new Feed(name, aval.dtype, typeName(onnxType), [...aval.shape]);
      if (constant === undefined) open.push(feed);
      else
        this.#feeds[name] = feed.tensor(this.#ort.Tensor, graph.constants.get(constant) as Storage);
    }
    this.#open = open;
    const session = await this.#ort.InferenceSession.create(model.bytes, {
      executionProviders: options.runtime === 'web' ? ['wasm'] : ['cpu'],
      graphOptimizationLevel: level,
      logSeverityLevel: 3,
      ...threading(graph, options),
    });
    // The bytes are not needed any more.
    this.#model = { ...model, bytes: new Uint8Array(0) };
    this.#session = session;
    this.#results = new Results(this.#ort, session, this.#model, ending);
    if (this.#isReleased) await session.release();
  }

  /** Runs on inputs in the order of the graph's; outputs that have a home are written there. */
  run(
    inputs: readonly (Storage | undefined)[],
    homes?: readonly (Storage | undefined)[],
  ): Promise<OrtResults> {
    const { Tensor } = this.#ort;
    for (let i = 0; i < this.#open.length; i++) {
      const feed = this.#open[i]!;
      this.#feeds[feed.name] = feed.tensor(Tensor, inputs[i]!);
    }
    if (homes === undefined) return this.#session!.run(this.#feeds);
    return this.#results!.run(this.#feeds, homes);
  }

  /** An output of a run, by its place among the graph's. */
  output(results: OrtResults, i: number): Storage {
    const { name, aval } = this.#model!.outputs[i]!;
    return fromRuntime(results[name]!.data, aval.dtype);
  }

  /** Lets go of what a run was given, once it is over. */
  rest(): void {
    for (let i = 0; i < this.#open.length; i++) this.#open[i]!.rest();
  }

  /** One user less; the last one gives the runtime's memory back. */
  release(): void {
    if (--this.users > 0 || this.#isReleased) return;
    this.#isReleased = true;
    const session = this.#session;
    this.#session = undefined;
    session?.release().catch(() => undefined);
  }

  get isReady(): boolean {
    return this.#session !== undefined;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }
}

/**
 * Every session has threads of its own. One that is quickly done needs none beside the caller's, and
 * the others sleep while they wait: hundreds of sessions do not crowd the processor.
 */
function threading(graph: Graph, { threads, runtime }: OnnxOptions): Partial<OrtSessionOptions> {
  if (runtime === 'web') return threads === undefined ? {} : { intraOpNumThreads: threads };
  const count = isQuick(graph) ? 1 : threads;
  return {
    ...(count === undefined ? {} : { intraOpNumThreads: count }),
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** The sessions of a backend. */
export class Sessions {
  readonly #ort: Ort;
  readonly #options: OnnxOptions;
  readonly #byKey = new Map<string, WeakRef<Session>>();
  readonly #collected = new FinalizationRegistry<string>((key) => {
    if (this.#byKey.get(key)?.deref() === undefined) this.#byKey.delete(key);
  });

  constructor(ort: Ort, options: OnnxOptions) {
    this.#ort = ort;
    this.#options = options;
  }

  /** Whether runs write into memory that they are given. */
  get takesOutputs(): boolean {
    return this.#options.runtime !== 'web';
  }

  /** The session of a graph, new or shared; release it when it is no longer needed. */
  obtain(graph: Graph, wanted: SessionOptions): Session {
    const level = this.#options.graphOptimizationLevel ?? wanted.level;
    const key = `${level} ${wanted.hasHomes === true ? 'homes ' : ''}${graphKey(graph)}`;
    let session = this.#byKey.get(key)?.deref();
    if (session === undefined || session.isReleased) {
      session = new Session(this.#ort, graph, this.#options, { ...wanted, level });
      this.#byKey.set(key, new WeakRef(session));
      this.#collected.register(session, key);
    }
    session.users++;
    return session;
  }
}
