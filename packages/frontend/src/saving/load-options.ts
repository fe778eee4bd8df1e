/** Where models and weights are loaded from, and how; apart, so that types need not load the code. */
import type { Source } from '@addax/formats';
import type { AnyFunction, SerializableClass } from './registry.ts';

/**
 * A file: a path (Node) or address, a URL, a Blob or File, bytes, or a stream of bytes.
 */
export type LoadSource = Source;

/** Further files that a file names (shards of weights), by the names it gives them. */
export type CompanionFiles = Readonly<Record<string, Source>>;

/** Options of {@link loadModel}. */
export interface LoadOptions {
  /** Classes and functions by the name they have in the file, for what is not registered. */
  readonly customObjects?: Readonly<Record<string, SerializableClass | AnyFunction>> | undefined;
  /** Whether the model is compiled as it was when saved, with its optimizer's state. Default true. */
  readonly compile?: boolean | undefined;
  /**
   * As in Keras, where `false` allows code in files to run. Python code cannot run here, so it is
   * refused in any case, and `false` is an error. Default true.
   */
  readonly safeMode?: boolean | undefined;
  /** Shards that the file names, where they cannot be found beside it. */
  readonly files?: CompanionFiles | undefined;
}

/** Options of `model.loadWeights`. */
export interface LoadWeightsOptions {
  /** Whether layers whose weights do not fit keep theirs (with a warning). Default false: an error. */
  readonly skipMismatch?: boolean | undefined;
  /** Match layers by name instead of order; legacy `.h5` files only. Default false. */
  readonly byName?: boolean | undefined;
  /** Names in safetensors files by variable path. Default: the paths (`dense/kernel`). */
  readonly names?: Readonly<Record<string, string>> | ((path: string) => string) | undefined;
  /** Shards that the file names, where they cannot be found beside it. */
  readonly files?: CompanionFiles | undefined;
}
