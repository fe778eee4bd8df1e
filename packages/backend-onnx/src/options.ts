/** What a user can choose about the backend. */
import { ArgumentError } from '@addax/core';

/** How far the runtime rewrites a graph before it runs it. */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

/** Options of the onnx backend. */
export interface OnnxOptions {
  /**
   * Threads of one operation, at most: small graphs have one. Default: the runtime's choice, which is
   * one per core in Node and up to four in pages that are cross-origin isolated and say where the
   * `.mjs` file lies. The first backend on onnxruntime-web decides for the whole page.
   *
   * @throws {BackendUnavailableError} for several threads in a page that is not isolated.
   */
  readonly threads?: number | undefined;
  /** Default: `all` for graphs whose weights are constants, else `extended`. */
  readonly graphOptimizationLevel?: OptimizationLevel | undefined;
  /** Every graph goes through the runtime, however small. For tests. Default false. */
  readonly forceOnnx?: boolean | undefined;
  /** Weights that stay the same become constants of the graph. Default true. */
  readonly freezeWeights?: boolean | undefined;
  /** `node` is onnxruntime-node, `web` onnxruntime-web. Default: where the program runs. */
  readonly runtime?: 'node' | 'web' | undefined;
  /**
   * Where the files of onnxruntime-web's `dist` folder are served: the address of a folder that has
   * `ort-wasm-simd-threaded.wasm` and its `.mjs`, or of each. The `.mjs` file is only needed for
   * several threads. Relative addresses start from the page; onnxruntime-node needs no address.
   * Default: beside the script that the bundler put the runtime into.
   */
  readonly wasmPaths?: string | WasmPaths | undefined;
}

/** Addresses of the runtime's files. */
export interface WasmPaths {
  /** Of `ort-wasm-simd-threaded.wasm`. */
  readonly wasm: string;
  /** Of `ort-wasm-simd-threaded.mjs`. Default: what the bundle holds, which has one thread. */
  readonly mjs?: string | undefined;
}

const LEVELS: readonly string[] = ['disabled', 'basic', 'extended', 'all'];

const CHECKS: {
  readonly [Name in keyof Required<OnnxOptions>]: [string, (value: unknown) => boolean];
} = {
  threads: [
    'a whole number of at least 1',
    (value) => Number.isInteger(value) && Number(value) > 0,
  ],
  graphOptimizationLevel: [LEVELS.join(', '), (value) => LEVELS.includes(value as string)],
  forceOnnx: ['true or false', (value) => typeof value === 'boolean'],
  freezeWeights: ['true or false', (value) => typeof value === 'boolean'],
  runtime: ['node or web', (value) => value === 'node' || value === 'web'],
  wasmPaths: ['the address of a folder, or { wasm, mjs } with addresses', isWasmPaths],
};

function isWasmPaths(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (typeof value !== 'object' || value === null) return false;
  const { wasm, mjs, ...others } = value as Readonly<Record<string, unknown>>;
  const isRight = typeof wasm === 'string' && (mjs === undefined || typeof mjs === 'string');
  return isRight && Object.keys(others).length === 0;
}

/** Options as they came from a program or a configuration file, checked. */
export function checkOptions(options: Readonly<Record<string, unknown>>): OnnxOptions {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name)) {
      const known = Object.keys(CHECKS).join(', ');
      throw new ArgumentError(`the onnx backend has no option "${name}"; it takes: ${known}`);
    }
    const [expected, isRight] = CHECKS[name as keyof OnnxOptions];
    if (value !== undefined && !isRight(value)) {
      throw new ArgumentError(
        `option "${name}" of the onnx backend is ${JSON.stringify(value)}; expected ${expected}`,
      );
    }
  }
  return options;
}
