/** Models of others: any `.onnx` file, ready to predict. */
import {
  ArgumentError,
  convert,
  type DType,
  DTypeError,
  FormatError,
  fromHostArray,
  type HostArray,
  hostTensor,
  isFloat,
  isRecord,
  type Nested,
  ShapeError,
  storageOf,
  Tensor,
  type TypedArray,
  UnsupportedError,
} from '@addax/core';
import { type ModelValue, type OnnxFile, readModel } from '@addax/onnx';
import { type OnnxModelSource, openSource } from './model-source.ts';
import type { OnnxOptions } from './options.ts';
import { checkOptions } from './options.ts';
import type { Ort, OrtSession, OrtTensor } from './runtime.ts';
import { startRuntime } from './start.ts';
import { dtypeOfRuntime, fromRuntimeRaw, runtimeType } from './values.ts';
import { DEFAULT_RUNTIME } from '#platform';

export type { OnnxModelSource } from './model-source.ts';

/** One input: a tensor, or numbers in nested arrays or a typed array. */
export type OnnxModelInput = Tensor | Nested | TypedArray;

/** The only input, all inputs in their order, or inputs by name. */
export type OnnxModelInputs =
  OnnxModelInput | readonly OnnxModelInput[] | Readonly<Record<string, OnnxModelInput>>;

/** Options of {@link OnnxModel.load}. */
export interface OnnxModelOptions extends Pick<OnnxOptions, 'threads' | 'runtime' | 'wasmPaths'> {
  /** How far the runtime rewrites the model. Default `all`. */
  readonly graphOptimizationLevel?: OnnxOptions['graphOptimizationLevel'];
  /** Files beside a model that is not loaded by its path, by name. Default none. */
  readonly externalData?: Readonly<Record<string, Uint8Array>> | undefined;
}

/**
 * An `.onnx` file, ready to predict.
 *
 * @example
 * const model = await OnnxModel.load('model.onnx');
 * model.inputs; // [{ name: 'images', dtype: 'float32', shape: [null, 28, 28, 1] }]
 * const scores = await model.predict(images);
 */
export class OnnxModel {
  /** Names, dtypes and shapes of what goes in; `null` stands for any size. */
  readonly inputs: readonly ModelValue[];
  /** Names, dtypes and shapes of what comes out. */
  readonly outputs: readonly ModelValue[];
  /** Version of the standard operator set. */
  readonly opset: number;
  /** The program that wrote the file. */
  readonly producer: string;
  /** Further entries of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly #ort: Ort;
  readonly #session: OrtSession;

  private constructor(file: OnnxFile, ort: Ort, session: OrtSession) {
    this.inputs = file.inputs;
    this.outputs = file.outputs;
    this.opset = file.opset;
    this.producer = file.producer;
    this.metadata = file.metadata;
    this.#ort = ort;
    this.#session = session;
  }

  /**
   * Loads a model. Integer divisions and conversions in it are guarded first, since some of their edge
   * values would end the process.
   *
   * @param source A path or address, the bytes, or a Blob.
   * @throws FormatError if the file is damaged, hostile or refused by the runtime.
   * @throws BackendUnavailableError if the runtime is not installed.
   */
  static async load(source: OnnxModelSource, options: OnnxModelOptions = {}): Promise<OnnxModel> {
    const { externalData = {}, ...others } = options;
    const { graphOptimizationLevel = 'all', runtime, threads } = checkOptions(others);
    const kind = runtime ?? DEFAULT_RUNTIME;
    const folder = await openSource(source, externalData);
    const file = readModel(folder.bytes, { externalSize: folder.sizeOf });
    const ort = await startRuntime(kind, options);
    const beside = file.externalFiles.map(async (path) => ({
      path,
      data: await folder.read!(path),
    }));
    try {
      const session = await ort.InferenceSession.create(file.bytes, {
        executionProviders: [kind === 'web' ? 'wasm' : 'cpu'],
        graphOptimizationLevel,
        logSeverityLevel: 3,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        ...(beside.length === 0 ? {} : { externalData: await Promise.all(beside) }),
      });
      return new OnnxModel(file, ort, session);
    } catch (error) {
      const { message } = error as Error;
      throw new FormatError(`ONNX Runtime refuses the model: ${message}`, { cause: error });
    }
  }

  /**
   * Runs the model.
   *
   * @param x The only input, an array of all in their order, or a record by name.
   * @returns The only output as a tensor; several as a record by name.
   * @throws ShapeError or DTypeError if an input does not fit what the file says of it.
   */
  async predict<R = Tensor>(x: OnnxModelInputs): Promise<R> {
    const given = this.#byName(x);
    const feeds: Record<string, OrtTensor> = {};
    for (const [i, value] of this.inputs.entries())
      feeds[value.name] = await this.#feed(value, given[i]!);
    const results = await this.#session.run(feeds);
    const tensors = this.outputs.map(({ name }) => [name, tensorOf(name, results[name]!)] as const);
    return (tensors.length === 1 ? tensors[0]![1] : Object.fromEntries(tensors)) as R;
  }

  /** Gives the runtime's memory back; the model cannot be used afterwards. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }

  /** Inputs in the order of the file's. */
  #byName(x: OnnxModelInputs): OnnxModelInput[] {
    const names = this.inputs.map(({ name }) => name);
    const listed = names.map((name) => `"${name}"`).join(', ');
    if (isRecord(x) && !(x instanceof Tensor)) {
      const unknown = Object.keys(x).find((name) => !names.includes(name));
      const missing = names.find((name) => !Object.hasOwn(x, name));
      if (unknown === undefined && missing === undefined) {
        return names.map((name) => (x as Readonly<Record<string, OnnxModelInput>>)[name]!);
      }
      const what = unknown === undefined ? `no input "${missing}"` : `an input "${unknown}"`;
      throw new ArgumentError(`predict got ${what}; the model takes ${listed}`);
    }
    if (names.length === 1) return [x as OnnxModelInput];
    if (Array.isArray(x) && x.length === names.length) return x as OnnxModelInput[];
    throw new ArgumentError(
      `the model takes ${names.length} inputs (${listed}): give predict an array of them or a record`,
    );
  }

  async #feed(value: ModelValue, input: OnnxModelInput): Promise<OrtTensor> {
    const { name, dtype, shape } = value;
    if (dtype === undefined) {
      throw new UnsupportedError(
        `input "${name}" of the model has a type that tensors do not have`,
      );
    }
    const host = await hostValue(input, dtype);
    checkShape(name, host.shape, shape);
    return new this.#ort.Tensor(runtimeType(dtype), host.data, [...host.shape]);
  }
}

async function hostValue(
  input: OnnxModelInput,
  dtype: DType,
): Promise<{ readonly shape: readonly number[]; readonly data: HostArray }> {
  if (!(input instanceof Tensor)) return hostTensor(input, dtype);
  if (isFloat(input.dtype) !== isFloat(dtype) || (input.dtype === 'bool') !== (dtype === 'bool')) {
    throw new DTypeError(
      `the model takes ${dtype} but got a tensor of ${input.dtype}: cast it with ` +
        `tensor.cast('${dtype}')`,
    );
  }
  const { backend, buffer } = storageOf(input);
  const raw = await backend.download(buffer, input.aval);
  return { shape: input.shape, data: convert(raw, input.dtype, dtype) };
}

function checkShape(name: string, actual: readonly number[], expected: ModelValue['shape']): void {
  if (expected === undefined) return;
  const fits =
    actual.length === expected.length &&
    expected.every((size, axis) => size === null || size === actual[axis]);
  if (fits) return;
  throw new ShapeError(
    `input "${name}" of the model has shape [${expected.map(String).join(', ')}] but got ` +
      `[${actual.join(', ')}]`,
  );
}

function tensorOf(name: string, { type, data, dims }: OrtTensor): Tensor {
  const dtype = dtypeOfRuntime(type);
  if (dtype === undefined) {
    throw new UnsupportedError(
      `output "${name}" of the model has the type ${type}, which tensors lack`,
    );
  }
  return fromHostArray(fromRuntimeRaw(data, dtype), dims.map(Number), dtype, true);
}
