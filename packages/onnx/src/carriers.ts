/**
 * How a dtype is held inside a model. The runtime lacks kernels for many small types, so float16 and
 * bfloat16 are held as float32 numbers of their grid, and 8- and 16-bit integers as int32: an
 * operation computes on the carrier and ends by rounding or wrapping once.
 */
import { type DType, highest, lowest } from '@addax/core';
import { TensorProto_DataType as DataType } from './proto/onnx_pb.ts';

/** The types that values have between the nodes of a model. */
export type Carrier = 'float32' | 'float64' | 'int32' | 'int64' | 'uint32' | 'bool';

const CARRIERS: Readonly<Record<DType, Carrier>> = {
  float32: 'float32',
  float16: 'float32',
  bfloat16: 'float32',
  float64: 'float64',
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int64',
  uint8: 'int32',
  uint16: 'int32',
  uint32: 'uint32',
  bool: 'bool',
};

/** What holds values of a dtype. */
export function carrierOf(dtype: DType): Carrier {
  return CARRIERS[dtype];
}

const ONNX_TYPES: Readonly<Record<DType, DataType>> = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  bfloat16: DataType.BFLOAT16,
  float64: DataType.DOUBLE,
  int8: DataType.INT8,
  int16: DataType.INT16,
  int32: DataType.INT32,
  int64: DataType.INT64,
  uint8: DataType.UINT8,
  uint16: DataType.UINT16,
  uint32: DataType.UINT32,
  bool: DataType.BOOL,
};

/** The ONNX type of a dtype. */
export function onnxType(dtype: DType): DataType {
  return ONNX_TYPES[dtype];
}

/** The dtype of an ONNX type; undefined for types that no tensor of ours has. */
export function dtypeOf(type: number): DType | undefined {
  return (Object.keys(ONNX_TYPES) as DType[]).find((dtype) => ONNX_TYPES[dtype] === type);
}

/** Whether numbers of the carrier are floats. */
export function isFloatCarrier(carrier: Carrier): carrier is 'float32' | 'float64' {
  return carrier === 'float32' || carrier === 'float64';
}

/** Whether a dtype is held in a wider type, so that results are rounded or wrapped. */
export function isNarrow(dtype: DType): boolean {
  return CARRIERS[dtype] !== dtype;
}

/** The smallest and the largest value of an integer dtype. */
export function integerRange(dtype: DType): readonly [bigint, bigint] {
  if (dtype === 'int64') return [-(2n ** 63n), 2n ** 63n - 1n];
  return [BigInt(lowest(dtype)), BigInt(highest(dtype))];
}

/** Elements of a carrier as the bytes of a tensor. */
export function carrierArray(
  carrier: Carrier,
  values: ArrayLike<number | bigint>,
): Float32Array | Float64Array | Int32Array | BigInt64Array | Uint32Array | Uint8Array {
  const count = values.length;
  const numbers = (): number[] => Array.from(values, Number);
  switch (carrier) {
    case 'float32':
      return Float32Array.from(numbers());
    case 'float64':
      return Float64Array.from(numbers());
    case 'int32':
      return Int32Array.from(numbers());
    case 'uint32':
      return Uint32Array.from(numbers());
    case 'bool':
      return Uint8Array.from(numbers());
    case 'int64': {
      const result = new BigInt64Array(count);
      for (let i = 0; i < count; i++) result[i] = BigInt(values[i]!);
      return result;
    }
  }
}
