/** Models of others, read with care: what is damaged or hostile is a `FormatError`, never a crash. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type DType, FormatError } from '@addax/core';
import { dtypeOf } from '../carriers.ts';
import { type ModelProto, ModelProtoSchema, type ValueInfoProto } from '../proto/onnx_pb.ts';
import { guardIntegerNodes } from './guard.ts';
import type { ExternalSize } from './tensors.ts';
import { validate } from './validate.ts';
import { scanMessage } from './wire.ts';

/** Options of {@link readModel}. */
export interface ReadOptions {
  /** Size of a file beside the model; without it, models with external data are refused. */
  readonly externalSize?: ExternalSize | undefined;
  /** Bytes that everything but the data of tensors may have. Default 33,554,432 (32 MiB). */
  readonly structureBytes?: number | undefined;
  /** Elements that an input or a tensor made from a constant shape may have. Default 2³¹. */
  readonly elements?: number | undefined;
}

/** An input or output of a model. */
export interface ModelValue {
  readonly name: string;
  /** Undefined for types that no tensor of ours has: strings, sequences, 8-bit floats. */
  readonly dtype: DType | undefined;
  /** `null` where the size is not known; undefined if even the number of axes is not. */
  readonly shape: readonly (number | null)[] | undefined;
}

/** A model that was read. */
export interface OnnxFile {
  /** The model to hand to the runtime: integer divisions and conversions in it are guarded. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Version of the standard operator set. */
  readonly opset: number;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Files beside the model that hold its data. */
  readonly externalFiles: readonly string[];
}

const STRUCTURE_BYTES = 2 ** 25;
const LIMITS = { elements: 2 ** 31, nodes: 2 ** 20, depth: 32 } as const;

/** Messages within messages: two per graph within a graph, and a few. */
const WIRE_DEPTH = 3 * LIMITS.depth + 8;

/**
 * Reads an `.onnx` file.
 *
 * @throws {FormatError} if the bytes are damaged, not a model, or ask for what no model needs: data
 *   outside the folder, functions that call themselves, immense tensors.
 *
 * @example
 * const { inputs, bytes } = readModel(await readFile('model.onnx'));
 */
export function readModel(file: Uint8Array, options: ReadOptions = {}): OnnxFile {
  const { structureBytes = STRUCTURE_BYTES, elements = LIMITS.elements } = options;
  const model = decoded(file, structureBytes);
  validate(model, { ...LIMITS, elements }, options.externalSize);
  const graph = model.graph!;
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const externalFiles = new Set(
    graph.initializer.flatMap(({ externalData }) =>
      externalData.flatMap(({ key, value }) => (key === 'location' ? [value] : [])),
    ),
  );
  const changed = guardIntegerNodes(model);
  return {
    bytes: changed ? toBinary(ModelProtoSchema, model) : file,
    inputs: graph.input.filter(({ name }) => !constants.has(name)).map(described),
    outputs: graph.output.map(described),
    opset: Number(model.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0n),
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    externalFiles: [...externalFiles],
  };
}

function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function decoded(file: Uint8Array, structureBytes: number): ModelProto {
  if (file.length === 0) throw new FormatError('not an ONNX model: the file is empty');
  scanMessage(file, ModelProtoSchema, { structureBytes, depth: WIRE_DEPTH });
  try {
    return fromBinary(ModelProtoSchema, file, { readUnknownFields: false });
  } catch (error) {
    throw new FormatError(`not an ONNX model: ${(error as Error).message}`, { cause: error });
  }
}

function described({ name, type }: ValueInfoProto): ModelValue {
  if (type?.value.case !== 'tensorType') return { name, dtype: undefined, shape: undefined };
  const { elemType, shape } = type.value.value;
  const sizes = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' && value.value >= 0n ? Number(value.value) : null,
  );
  return { name, dtype: dtypeOf(elemType), shape: sizes };
}
