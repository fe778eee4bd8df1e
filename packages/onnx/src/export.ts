/**
 * Functions as `.onnx` files: traced, with what they capture as constants, and emitted for any
 * execution provider. Large constants go into a second file, because a protobuf message ends at 2 GiB
 * and is slow long before.
 */
import { toBinary } from '@bufbuild/protobuf';
import {
  ArgumentError,
  type Aval,
  type DType,
  type Graph,
  type HostArray,
  inTrace,
  mapTree,
  optimize,
  storageOf,
  Tensor,
  Trace,
  UnsupportedError,
  type ValueId,
  Variable,
} from '@addax/core';
import { emitMessage, type EmittedMessage } from './emit.ts';
import { type ExternalData, moveOut } from './external.ts';
import { generalize } from './generalize.ts';
import { DEFAULT_OPSET, type EmittedValue, type Target } from './options.ts';
import { ModelProtoSchema } from './proto/onnx_pb.ts';
import { supportsComposite } from './support.ts';

/** An input of the exported function. */
export interface InputSpec {
  /** Sizes of all axes; `null` for the batch axis, the first, where it is dynamic. */
  readonly shape: readonly (number | null)[];
  /** Default float32. */
  readonly dtype?: DType | undefined;
  /** Name in the model. */
  readonly name?: string | undefined;
}

/** Options of {@link exportOnnx}. */
export interface ExportOptions {
  /**
   * `dynamic`: the first axis of every input (with at least one axis) is one and the same unknown
   * size, whatever the examples have there. Default `static`, unless a spec has `null` there.
   */
  readonly batch?: 'static' | 'dynamic' | undefined;
  /**
   * Version of the standard operator set, 18 to 21, or 23, in which attention is one operator. Default
   * 21.
   */
  readonly opset?: number | undefined;
  /** Default `portable`: standard operators only. */
  readonly target?: Target | undefined;
  /** Names of the inputs in order; they go before the names of specs. */
  readonly inputNames?: readonly string[] | undefined;
  /** Names of the outputs in order. */
  readonly outputNames?: readonly string[] | undefined;
  /** Name of the graph. */
  readonly label?: string | undefined;
  /** Written into the model's metadata. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Constants larger than this in all go into a second file. Default 268,435,456 (256 MiB). */
  readonly externalAbove?: number | undefined;
  /** Name of the second file, beside the first. Default `model.onnx.data`. */
  readonly externalName?: string | undefined;
}

/** A model ready to be written. */
export interface ExportedModel {
  /** The `.onnx` file. */
  readonly bytes: Uint8Array;
  /** The second file, if there is one: it must lie beside the first under this name. */
  readonly external: ExternalData | undefined;
  readonly inputs: readonly ExportedValue[];
  readonly outputs: readonly ExportedValue[];
}

/** An input or output of an exported model. */
export interface ExportedValue {
  readonly name: string;
  readonly dtype: DType;
  /** `null`: every size, the same for all. */
  readonly shape: readonly (number | null)[];
}

/** Batch sizes that models for every batch are made from; primes, so that nothing is one by chance. */
const BATCHES = [83, 89, 97] as const;

const EXTERNAL_ABOVE = 256 * 2 ** 20;

/** A function of tensors, jitted or not. */
export type Exportable = (...args: never[]) => unknown;

/**
 * A function as an ONNX model. Variables that it reads and tensors that it captures become constants.
 *
 * @param fn A synchronous function of tensors (and arrays or records of them).
 * @param examples Its arguments: tensors, or {@link InputSpec}s where only shapes matter; numbers,
 *   booleans and strings are static.
 * @returns The bytes of the file or files. Reading the constants waits for the backend.
 * @throws {UnsupportedError} naming the node or variable, if the function cannot be written down:
 *   it assigns a variable, or depends on the batch size unevenly.
 *
 * @example
 * const dense = jit((x: Tensor) => ops.relu(ops.add(ops.matmul(x, kernel), bias)));
 * const { bytes } = await exportOnnx(dense, [{ shape: [null, 784], name: 'image' }]);
 * await writeFile('dense.onnx', bytes);
 */
export async function exportOnnx(
  fn: Exportable,
  examples: readonly unknown[],
  options: ExportOptions = {},
): Promise<ExportedModel> {
  const dynamic = options.batch === 'dynamic' || hasUnknownBatch(examples);
  if (dynamic && options.batch === 'static') {
    throw new ArgumentError("exportOnnx: a spec has null as its batch, but batch is 'static'");
  }
  const constants = new Constants();
  const messageOf = async (batch: number | undefined): Promise<EmittedMessage> => {
    const traced = traceCall(fn, examples, batch);
    const graph = await constants.embed(traced);
    const { label, metadata, opset = DEFAULT_OPSET, target = 'portable' } = options;
    const supports = optimize(graph, (node, avals) =>
      supportsComposite(node, avals, { training: false, opset }),
    );
    return emitMessage(supports, {
      target,
      opset,
      label,
      metadata,
      dynamic,
      inputNames: options.inputNames ?? traced.inputNames,
      outputNames: options.outputNames ?? traced.outputNames,
      constantNames: constants.namesIn(supports),
    });
  };
  const message = dynamic ? await dynamicMessage(messageOf) : await messageOf(undefined);
  const { proto, inputs, outputs } = message;
  const described = (values: readonly EmittedValue[]): ExportedValue[] =>
    values.map(({ name, aval }) => ({ name, dtype: aval.dtype, shape: knownSizes(aval, dynamic) }));
  const above = options.externalAbove ?? EXTERNAL_ABOVE;
  const external = moveOut(proto, options.externalName ?? 'model.onnx.data', above);
  const bytes = toBinary(ModelProtoSchema, proto);
  return { bytes, external, inputs: described(inputs), outputs: described(outputs) };
}

/** A shape of the first model, with the sizes that depend on the batch left open. */
function knownSizes({ shape }: Aval, dynamic: boolean): (number | null)[] {
  const batch = BATCHES[0];
  return shape.map((size, axis) => (dynamic && axis === 0 && size % batch === 0 ? null : size));
}

async function dynamicMessage(
  messageOf: (batch: number) => Promise<EmittedMessage>,
): Promise<EmittedMessage> {
  const messages: EmittedMessage[] = [];
  for (const batch of BATCHES) messages.push(await messageOf(batch));
  const sized = messages.map(({ proto }, i) => ({ batch: BATCHES[i]!, proto }));
  return { ...messages[0]!, proto: generalize(sized) };
}

function isSpec(value: unknown): value is InputSpec {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Tensor) &&
    Array.isArray((value as { shape?: unknown }).shape)
  );
}

/** The tree with specs and tensors replaced; specs are records, so they are met before their parts. */
function replaceInputs(
  tree: unknown,
  replace: (input: Tensor | InputSpec, key: string | undefined) => unknown,
  key?: string,
): unknown {
  if (tree instanceof Tensor || isSpec(tree)) return replace(tree, key);
  if (Array.isArray(tree)) return tree.map((item) => replaceInputs(item, replace));
  if (typeof tree === 'object' && tree !== null) {
    return Object.fromEntries(
      Object.entries(tree).map(([name, item]) => [name, replaceInputs(item, replace, name)]),
    );
  }
  return tree;
}

function hasUnknownBatch(examples: readonly unknown[]): boolean {
  let found = false;
  replaceInputs(examples, (input) => {
    if (input.shape.includes(null as never)) found = true;
    return input;
  });
  return found;
}

interface Traced {
  readonly graph: Graph;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** What stands behind the last inputs of the graph, with names. */
  readonly captured: readonly { readonly tensor: Tensor; readonly name: string | undefined }[];
}

function traceCall(
  fn: Exportable,
  examples: readonly unknown[],
  batch: number | undefined,
): Traced {
  const trace = new Trace('jit', undefined);
  const inputs: Tensor[] = [];
  const inputNames: string[] = [];
  const args = replaceInputs(examples, (input, key) => {
    const shape = input.shape.map((size, i) => sizeAt(size, i, batch));
    const tensor = trace.input({ shape, dtype: input.dtype ?? 'float32' });
    const name = input instanceof Tensor ? undefined : input.name;
    inputNames.push(name ?? key ?? `input_${inputs.length}`);
    inputs.push(tensor);
    return tensor;
  }) as never[];
  const result = inTrace(trace, () => fn(...args));
  const outputs: Tensor[] = [];
  const outputNames: string[] = [];
  mapTree(result, (leaf, path) => {
    if (!(leaf instanceof Tensor)) return leaf;
    outputNames.push(/^\d*$/.test(path) ? `output_${outputs.length}` : path);
    outputs.push(leaf);
    return leaf;
  });
  if (outputs.length === 0) throw new ArgumentError('exportOnnx: the function returned no tensor');
  for (const [variable, { changed }] of trace.variables) {
    if (!changed) continue;
    throw new UnsupportedError(
      `exportOnnx: the function assigns variable "${variable.name}", and a model has no state; ` +
        'export a function that only reads (call models with training: false)',
    );
  }
  const reads = [...trace.variables].flatMap(([variable, { input }]) =>
    input === undefined ? [] : [{ tensor: variable.snapshot, input, name: nameOf(variable) }],
  );
  const graph = trace.finish(outputs, () => [
    ...inputs,
    ...trace.captures.values(),
    ...reads.map(({ input }) => input),
  ]);
  const captures = [...trace.captures.keys()].map((tensor) => ({ tensor, name: undefined }));
  return { graph, inputNames, outputNames, captured: [...captures, ...reads] };
}

function nameOf(variable: { readonly name: string }): string {
  return variable instanceof Variable ? variable.path : variable.name;
}

function sizeAt(size: number | null, axis: number, batch: number | undefined): number {
  if (axis === 0 && batch !== undefined) return batch;
  if (size !== null) return size;
  throw new UnsupportedError(
    `exportOnnx: axis ${axis} of an input is unknown; only the first axis, the batch, may be`,
  );
}

/** Values of captured tensors, read once. */
class Constants {
  readonly #data = new Map<Tensor, HostArray>();
  readonly #names = new Map<HostArray, string>();

  /** The graph with its captured inputs as constants. */
  async embed({ graph, captured }: Traced): Promise<Graph> {
    const count = graph.inputs.length - captured.length;
    const constants = new Map(graph.constants);
    for (const [i, { tensor, name }] of captured.entries()) {
      let data = this.#data.get(tensor);
      if (data === undefined) {
        const { backend, buffer } = storageOf(tensor);
        data = await backend.download(buffer, tensor.aval);
        this.#data.set(tensor, data);
        if (name !== undefined) this.#names.set(data, name);
      }
      constants.set(graph.inputs[count + i]!, data);
    }
    return { ...graph, inputs: graph.inputs.slice(0, count), constants };
  }

  /** Names of a graph's constants. */
  namesIn(graph: Graph): Map<ValueId, string> {
    const names = new Map<ValueId, string>();
    for (const [id, data] of graph.constants) {
      const name = this.#names.get(data);
      if (name !== undefined) names.set(id, name);
    }
    return names;
  }
}
