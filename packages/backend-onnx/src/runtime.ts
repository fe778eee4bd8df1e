/** What this backend uses of ONNX Runtime: the same few calls in `onnxruntime-node` and -`web`. */

/** Typed arrays that the runtime takes and gives. */
export type OrtData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly string[];

/** A tensor of the runtime. */
export interface OrtTensor {
  readonly type: string;
  readonly data: OrtData;
  readonly dims: readonly number[];
  /** Where the elements lie: `cpu` for all of ours. */
  readonly location: string;
}

/** An input or output of a session. */
export interface OrtMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  /** Names stand for sizes that are not fixed. */
  readonly shape?: readonly (number | string)[];
}

/** Outputs of a run by their names. */
export type OrtResults = Readonly<Record<string, OrtTensor>>;

/** A graph that is ready to run. */
export interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly OrtMetadata[];
  readonly outputMetadata: readonly OrtMetadata[];
  /** Outputs named in `fetches` are made; those with a tensor there are written into it too. */
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches?: Readonly<Record<string, OrtTensor | null>>,
  ): Promise<OrtResults>;
  release(): Promise<void>;
}

/** Options of a session. */
export interface OrtSessionOptions {
  readonly executionProviders: readonly string[];
  readonly graphOptimizationLevel: 'disabled' | 'basic' | 'extended' | 'all';
  readonly intraOpNumThreads?: number;
  readonly interOpNumThreads?: number;
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
  /** Settings that have only a key, written as objects along its dots. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Files beside the model. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** The module of the runtime. */
export interface Ort {
  readonly Tensor: new (type: string, data: OrtData, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: OrtSessionOptions): Promise<OrtSession>;
  };
  readonly env: {
    readonly versions?: { readonly common?: string };
    /** Read once, when the first session is created. */
    readonly wasm?: { numThreads?: number; wasmPaths?: string | { wasm?: string; mjs?: string } };
    logLevel?: 'verbose' | 'info' | 'warning' | 'error' | 'fatal';
  };
}

/** Which package runs the graphs. */
export type RuntimeKind = 'node' | 'web';
