/**
 * The border between our typed arrays and the runtime's tensors. Most cross as they are, without a copy:
 * bool is bytes and float16 its bits on both sides. int64 is held in 32 bits here, bfloat16 crosses as
 * float32.
 */
import {
  bfloat16ToFloat,
  type DType,
  DTYPES,
  floatToBfloat16,
  type HostArray,
  sizeOf,
  UnsupportedError,
} from '@addax/core';
import type { Storage } from './host.ts';
import type { OrtData } from './runtime.ts';

/** Names of the runtime's tensor types by their number in ONNX. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
};

/** Name of a tensor type for the runtime's `Tensor`. */
export function typeName(onnxType: number): string {
  const name = TYPE_NAMES[onnxType];
  if (name !== undefined) return name;
  throw new UnsupportedError(`ONNX Runtime has no JavaScript tensors of the ONNX type ${onnxType}`);
}

/** An array of zeros that the runtime can write a tensor into. */
export function emptyArray(onnxType: number, shape: readonly number[]): OrtData {
  const size = sizeOf(shape);
  switch (typeName(onnxType)) {
    case 'float32':
      return new Float32Array(size);
    case 'float64':
      return new Float64Array(size);
    case 'int8':
      return new Int8Array(size);
    case 'int16':
      return new Int16Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'uint16':
    case 'float16':
      return new Uint16Array(size);
    case 'uint32':
      return new Uint32Array(size);
    case 'int64':
      return new BigInt64Array(size);
    case 'uint64':
      return new BigUint64Array(size);
    default:
      return new Uint8Array(size);
  }
}

/** Name of the runtime's tensor type for a dtype. */
export function runtimeType(dtype: DType): string {
  if (dtype !== 'bfloat16') return dtype;
  throw new UnsupportedError('ONNX Runtime has no JavaScript tensors of bfloat16');
}

/** dtype of a tensor of the runtime; undefined for what tensors of ours lack. */
export function dtypeOfRuntime(type: string): DType | undefined {
  return DTYPES.find((dtype) => dtype === type);
}

/** What the runtime gave as a host array; int64 stays what it is. */
export function fromRuntimeRaw(data: OrtData, dtype: DType): HostArray {
  return data instanceof BigInt64Array ? data : fromRuntime(data, dtype);
}

/** Our memory as the runtime takes it; a copy only where the two sides differ. */
export function toRuntime(storage: Storage, dtype: DType, type: string): OrtData {
  if (type === 'int64') return BigInt64Array.from(storage as Int32Array, BigInt);
  if (dtype === 'bfloat16' && type === 'float32') {
    return Float32Array.from(storage as Uint16Array, (bits) => bfloat16ToFloat(bits));
  }
  return storage;
}

/** What the runtime gave as our memory; a copy only where the two sides differ. */
export function fromRuntime(data: OrtData, dtype: DType): Storage {
  if (data instanceof BigInt64Array) return Int32Array.from(data as never, Number);
  if (dtype === 'bfloat16' && data instanceof Float32Array) {
    return Uint16Array.from(data, (value) => floatToBfloat16(value));
  }
  if (dtype === 'float16' && !(data instanceof Uint16Array)) {
    // Newer engines have a Float16Array; ours are the bits.
    const { buffer, byteOffset, length } = data as unknown as Uint16Array;
    return new Uint16Array(buffer, byteOffset, length);
  }
  return data as Storage;
}
