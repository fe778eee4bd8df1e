/** The JavaScript machine as the planner sees it. */
import type { Target } from '@addax/codegen';
import type { DType } from '@addax/core';
import { DTypeError, highest, isFloat, lowest } from '@addax/core';
import { roundBfloat16, roundFloat16 } from './numerics/half.ts';
import { decodeElement, storedWidth } from './storage.ts';

/** Values of an integer dtype as stored. */
function integerRange(dtype: DType): [number, number] {
  if (dtype === 'int64') return [lowest('int32'), highest('int32')];
  return [lowest(dtype), highest(dtype)];
}

function round(value: number, dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return Math.fround(value);
    case 'float64':
      return value;
    case 'float16':
      return roundFloat16(value);
    case 'bfloat16':
      return roundBfloat16(value);
    case 'bool':
      return value === 0 ? 0 : 1;
    default: {
      const [low, high] = integerRange(dtype);
      if (value >= low && value <= high) return Math.trunc(value) + 0;
      throw new DTypeError(`constant ${value} does not fit into ${dtype} (${low} to ${high})`);
    }
  }
}

/** Plans for typed arrays. */
export const target: Target = {
  byteWidth: storedWidth,
  accumulator: (dtype) => (isFloat(dtype) ? 'float64' : dtype),
  round,
  decode: decodeElement,
  range: (dtype) => (isFloat(dtype) ? [-Infinity, Infinity] : integerRange(dtype)),
  inPlaceOperand: (node) => (node.op === 'scatter' || node.op === 'dynamicUpdateSlice' ? 0 : -1),
  alignment: 64,
  maxKernelNodes: 128,
};
