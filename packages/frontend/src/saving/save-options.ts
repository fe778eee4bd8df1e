/** Where models are saved to, and how; apart, so that the types need not load the code. */
import type { DType } from '@addax/core';

/** Takes the bytes of a file in order. */
export interface ByteTarget {
  /** Takes a chunk; it is not kept after the promise. */
  write(chunk: Uint8Array): Promise<void>;
  /** The file is complete. */
  close(): Promise<void>;
  /** The file will not be completed. */
  abort(reason: unknown): Promise<void>;
}

/** A file to write: a path or `file:` URL (Node), or something that takes bytes. */
export type SaveTarget = string | URL | WritableStream<Uint8Array> | ByteTarget;

/** Options of `model.save`. */
export interface SaveOptions {
  /** Whether an existing file may be replaced. Default true. */
  readonly overwrite?: boolean | undefined;
  /** Whether the optimizer's state and what `compile` was given are saved too. Default true. */
  readonly includeOptimizer?: boolean | undefined;
}

/** Options of `model.saveWeights`. */
export interface SaveWeightsOptions {
  /** Whether an existing file may be replaced. Default true. */
  readonly overwrite?: boolean | undefined;
  /** Format; told from the name by default, and `h5` where there is none. */
  readonly format?: 'h5' | 'safetensors' | undefined;
  /**
   * Largest size of one file where weights are saved as `….weights.json` with shards beside it, in GB
   * (2^30 bytes). Default 5, as in Keras.
   */
  readonly maxShardSize?: number | undefined;
  /** Names in safetensors files by variable path. Default: the paths (`dense/kernel`). */
  readonly names?: Readonly<Record<string, string>> | ((path: string) => string) | undefined;
}

/** An input of a model, without the batch axis. */
export interface ExportInput {
  readonly shape: readonly number[];
  /** Default float32. */
  readonly dtype?: DType | undefined;
  /** Name in the file. Default `input_0` and so on. */
  readonly name?: string | undefined;
}

/** Options of `model.export`. */
export interface ExportModelOptions {
  /** The size of the batch axis; `dynamic` (the default) leaves it open. */
  readonly batch?: 'dynamic' | number | undefined;
  /** What a model that declares no inputs is called with. Default: the declared inputs. */
  readonly inputs?: readonly ExportInput[] | undefined;
  /** Version of the standard operator set, 18 to 21, or 23, which has attention. Default 21. */
  readonly opset?: number | undefined;
  /** Written into the model's metadata. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}
