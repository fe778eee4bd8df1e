/** A WebGPU device as the planner sees it. */
import { devicePasses } from '@addax/codegen/device';
import type { Target } from '@addax/codegen';
import type { AnyNode, DType, HostArray } from '@addax/core';
import { DTypeError, highest, isFloat, lowest } from '@addax/core';
import { bfloat16ToFloat, floatToBfloat16, floatToHalf, halfToFloat } from '@addax/core';
import type { Abilities } from '../launch.ts';
import { isNamed } from '../library/composites.ts';
import { fuses } from '../library/library.ts';
import { bytesPerElement, valueType } from '../storage.ts';

/** Values of an integer dtype as stored. */
function integerRange(dtype: DType): [number, number] {
  return dtype === 'int64' ? [lowest('int32'), highest('int32')] : [lowest(dtype), highest(dtype)];
}

function checked(value: number, dtype: DType): number {
  const [low, high] = integerRange(dtype);
  if (value >= low && value <= high) return Math.trunc(value) + 0;
  throw new DTypeError(
    `${dtype} value ${value} does not fit: the webgpu backend holds ${dtype} from ${low} to ` +
      `${high}; use smaller values or float32`,
  );
}

function round(value: number, dtype: DType): number {
  valueType(dtype);
  switch (dtype) {
    case 'float16':
      return halfToFloat(floatToHalf(value));
    case 'bfloat16':
      return bfloat16ToFloat(floatToBfloat16(value));
    case 'bool':
      return value === 0 ? 0 : 1;
    default:
      return isFloat(dtype) ? Math.fround(value) : checked(value, dtype);
  }
}

/** Element of a host array as a number. */
function decodeElement(data: HostArray, dtype: DType, i: number): number {
  const value = Number(data[i]);
  if (dtype === 'float16') return halfToFloat(value);
  if (dtype === 'bfloat16') return bfloat16ToFloat(value);
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  return dtype === 'int64' ? checked(value, dtype) : value;
}

/** Operand that a call can overwrite with its first output, or −1. */
export function inPlaceOperand(node: AnyNode): number {
  return node.op === 'scatter' || node.op === 'dynamicUpdateSlice' ? 0 : -1;
}

/** Plans for a device: words, buffers of their own, launches of few bindings. */
export function targetOf(abilities: Abilities): Target {
  return {
    byteWidth: (dtype) => bytesPerElement(dtype, abilities),
    accumulator: (dtype) => (isFloat(dtype) ? 'float32' : dtype),
    round,
    decode: decodeElement,
    range: (dtype) => (isFloat(dtype) ? [-Infinity, Infinity] : integerRange(dtype)),
    inPlaceOperand,
    alignment: 256,
    maxKernelNodes: 128,
    passes: devicePasses,
    // One binding is left for the table of a batched kernel.
    maxKernelBuffers: abilities.maxBindings - 1,
    rowAccumulators: false,
    longestReduction: 512,
    wideBooleans: true,
    runsComposite: (node, avals) => isNamed(node, avals, abilities),
    // The updates of all variables are better one launch than each a kernel of its own.
    fusesEpilogue: (node, { buffers }) =>
      fuses(node.op) && buffers.filter(({ use }) => use === 'write').length <= 2,
  };
}
