/** Large constants in a file of their own, beside the model. */
import { clearField, create } from '@bufbuild/protobuf';
import {
  type ModelProto,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as Location,
  TensorProtoSchema,
} from './proto/onnx_pb.ts';

/** A file of constants. */
export interface ExternalData {
  /** Its name, relative to the folder of the model. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** Its bytes in order; views on the constants, so that nothing is copied. */
  readonly chunks: readonly Uint8Array[];
}

/** Constants below this stay in the model. */
const SMALL = 1024;

/** Offsets are multiples of a page, so that runtimes can map the file. */
const PAGE = 4096;

/** Moves constants out of the model if they are more than `above` bytes; changes it in place. */
export function moveOut(model: ModelProto, name: string, above: number): ExternalData | undefined {
  const tensors = model.graph!.initializer;
  const total = tensors.reduce((sum, { rawData }) => sum + rawData.length, 0);
  if (total <= above) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const tensor of tensors) {
    const { length } = tensor.rawData;
    if (length < SMALL) continue;
    const gap = (PAGE - (size % PAGE)) % PAGE;
    if (gap > 0) chunks.push(new Uint8Array(gap));
    size += gap;
    chunks.push(tensor.rawData);
    const entries = { location: name, offset: String(size), length: String(length) };
    tensor.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
    tensor.dataLocation = Location.EXTERNAL;
    clearField(tensor, TensorProtoSchema.field.rawData);
    size += length;
  }
  return { name, size, chunks };
}
