/** Tensors of a file: their sizes must be what their bytes say. */
import { FormatError } from '@addax/core';
import {
  TensorProto_DataLocation as Location,
  TensorProto_DataType as DataType,
  type TensorProto,
} from '../proto/onnx_pb.ts';

/** Bits of an element; undefined for strings, which have no fixed width. */
const BITS: Readonly<Record<number, number>> = {
  [DataType.FLOAT]: 32,
  [DataType.UINT8]: 8,
  [DataType.INT8]: 8,
  [DataType.UINT16]: 16,
  [DataType.INT16]: 16,
  [DataType.INT32]: 32,
  [DataType.INT64]: 64,
  [DataType.BOOL]: 8,
  [DataType.FLOAT16]: 16,
  [DataType.DOUBLE]: 64,
  [DataType.UINT32]: 32,
  [DataType.UINT64]: 64,
  [DataType.COMPLEX64]: 64,
  [DataType.COMPLEX128]: 128,
  [DataType.BFLOAT16]: 16,
  [DataType.FLOAT8E4M3FN]: 8,
  [DataType.FLOAT8E4M3FNUZ]: 8,
  [DataType.FLOAT8E5M2]: 8,
  [DataType.FLOAT8E5M2FNUZ]: 8,
  [DataType.UINT4]: 4,
  [DataType.INT4]: 4,
  [DataType.FLOAT4E2M1]: 4,
  [DataType.FLOAT8E8M0]: 8,
  [DataType.UINT2]: 2,
  [DataType.INT2]: 2,
};

/** Says how many bytes a file beside the model has; undefined if there is none. */
export type ExternalSize = (name: string) => number | undefined;

function shown({ name }: TensorProto): string {
  return `tensor ${JSON.stringify(name.slice(0, 80))}`;
}

/** Product of dims, or an error for negative and immense ones. */
export function elementCount(dims: readonly bigint[], what: string): number {
  let count = 1;
  for (const dim of dims) {
    if (dim < 0n || dim > 2n ** 48n) throw new FormatError(`${what} has the size ${dim}`);
    count *= Number(dim);
  }
  if (count > 2 ** 48) throw new FormatError(`${what} has ${count} elements`);
  return count;
}

/** A path that stays in the folder of the model. */
export function checkLocation(location: string, what: string): void {
  const parts = location.split('/');
  const escapes =
    location === '' ||
    /[\\:\0]/.test(location) ||
    parts.some((part) => part === '' || part === '..' || part === '.');
  if (escapes) {
    throw new FormatError(
      `${what} wants its data from ${JSON.stringify(location.slice(0, 80))}, which is not a file ` +
        'in the folder of the model',
    );
  }
}

function externalNumber(value: string | undefined, missing: number, what: string): number {
  if (value === undefined) return missing;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number)) {
    throw new FormatError(`${what} has the offset or length ${value.slice(0, 40)}`);
  }
  return number;
}

function checkExternal(tensor: TensorProto, bytes: number, sizeOf: ExternalSize | undefined): void {
  const what = shown(tensor);
  const entries = Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries['location'] ?? '';
  checkLocation(location, what);
  const offset = externalNumber(entries['offset'], 0, what);
  const length = externalNumber(entries['length'], bytes, what);
  if (length !== bytes) {
    throw new FormatError(`${what} needs ${bytes} bytes but points to ${length}`);
  }
  if (sizeOf === undefined) {
    throw new FormatError(
      `${what} keeps its data in the file ${JSON.stringify(location)}: load the model by its ` +
        'path, so that the file beside it can be read',
    );
  }
  const size = sizeOf(location);
  if (size === undefined) throw new FormatError(`${what}: the file ${location} is missing`);
  if (offset + length > size) {
    throw new FormatError(`${what} reaches beyond the ${size} bytes of ${location}`);
  }
}

function typedCount(tensor: TensorProto): number {
  const { floatData, int32Data, int64Data, doubleData, uint64Data } = tensor;
  const total = floatData.length + int32Data.length + int64Data.length;
  return total + doubleData.length + uint64Data.length;
}

/** Throws a {@link FormatError} unless a tensor's data is as large as its shape says. */
export function checkTensor(tensor: TensorProto, sizeOf: ExternalSize | undefined): void {
  const what = shown(tensor);
  const count = elementCount(tensor.dims, what);
  if (tensor.dataType === DataType.STRING) {
    if (tensor.stringData.length === count) return;
    throw new FormatError(`${what} has ${tensor.stringData.length} of ${count} strings`);
  }
  const bits = BITS[tensor.dataType];
  if (bits === undefined) throw new FormatError(`${what} has the unknown type ${tensor.dataType}`);
  const bytes = Math.ceil((count * bits) / 8);
  if (tensor.dataLocation === Location.EXTERNAL) return checkExternal(tensor, bytes, sizeOf);
  if (tensor.rawData.length > 0 || typedCount(tensor) === 0) {
    if (tensor.rawData.length === bytes) return;
    throw new FormatError(`${what} has ${tensor.rawData.length} bytes, its shape needs ${bytes}`);
  }
  const isComplex =
    tensor.dataType === DataType.COMPLEX64 || tensor.dataType === DataType.COMPLEX128;
  const packed = bits < 8 ? Math.ceil((count * bits) / 8) : count * (isComplex ? 2 : 1);
  const given = typedCount(tensor);
  if (given !== packed) {
    throw new FormatError(`${what} has ${given} numbers, its shape needs ${packed}`);
  }
}
