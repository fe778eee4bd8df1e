/** Small makers of ONNX messages: what the emitter writes goes through here. */
import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Kind,
  type AttributeProto,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './proto/onnx_pb.ts';

/** A float attribute; a bare number is an integer one. */
export interface FloatAttribute {
  readonly float: number;
}

/** An attribute of a node. */
export type Attribute = number | string | FloatAttribute | GraphProto | readonly number[];

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

const text = new TextEncoder();

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: Kind.STRING, s: text.encode(value) });
  }
  if ('float' in value) {
    return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: value.float });
  }
  if ('$typeName' in value) {
    return create(AttributeProtoSchema, { name, type: Kind.GRAPH, g: value });
  }
  return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: value.map(BigInt) });
}

/** A node. */
export function nodeProto(
  opType: string,
  domain: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes,
  name: string,
): NodeProto {
  const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
  return create(NodeProtoSchema, {
    opType,
    domain,
    input: [...input],
    output: [...output],
    attribute,
    name,
  });
}

/** A tensor that stands in the model. */
export function tensorProto(
  name: string,
  dataType: number,
  dims: readonly number[],
  data: ArrayBufferView,
): TensorProto {
  const rawData = new Uint8Array(
    data.buffer,
    data.byteOffset,
    data.byteLength,
  ) as Uint8Array<ArrayBuffer>;
  return create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData });
}

/** Name and type of an input or output; a text instead of a size names a symbolic one. */
export function valueInfo(
  name: string,
  elemType: number,
  dims: readonly (number | string)[],
): ValueInfoProto {
  const dim = dims.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  const value = { case: 'tensorType' as const, value: { elemType, shape: { dim } } };
  return create(ValueInfoProtoSchema, { name, type: { value } });
}

/** Name and type of a sequence of float32 numbers. */
export function sequenceInfo(name: string): ValueInfoProto {
  const number = { case: 'tensorType' as const, value: { elemType: 1, shape: { dim: [] } } };
  const value = { case: 'sequenceType' as const, value: { elemType: { value: number } } };
  return create(ValueInfoProtoSchema, { name, type: { value } });
}

/** A graph. */
export function graphProto(
  name: string,
  node: readonly NodeProto[],
  input: readonly ValueInfoProto[],
  output: readonly ValueInfoProto[],
  initializer: readonly TensorProto[] = [],
): GraphProto {
  return create(GraphProtoSchema, {
    name,
    node: [...node],
    input: [...input],
    output: [...output],
    initializer: [...initializer],
  });
}

/** Domain of what ONNX Runtime adds to the standard. */
export const MICROSOFT = 'com.microsoft';

/** The first version of the file format that allows an operator set. */
function irVersion(opset: number): bigint {
  if (opset <= 18) return 8n;
  if (opset <= 20) return 9n;
  return opset <= 22 ? 10n : 11n;
}

/** A model. */
export function modelProto(
  graph: GraphProto,
  opset: number,
  domains: readonly string[],
  metadata: Readonly<Record<string, string>>,
): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: irVersion(opset),
    producerName: 'addax',
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      ...domains.map((domain) => ({ domain, version: 1n })),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph,
  });
}
