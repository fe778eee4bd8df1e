/** A device that tests plan for: words of 4 bytes, buffers of their own, an accumulator per element. */
import { devicePasses } from '../device-plan.ts';
import type { Target } from '../target.ts';

/** The device, with what a test asks of it beside that. */
export function deviceTarget(more: Partial<Target> = {}): Target {
  return {
    byteWidth: () => 4,
    accumulator: () => 'float32',
    round: (value) => value,
    decode: (data, _, i) => Number(data[i]),
    range: () => [-Infinity, Infinity],
    inPlaceOperand: () => -1,
    alignment: 16,
    maxKernelNodes: 64,
    passes: devicePasses,
    rowAccumulators: false,
    ...more,
  };
}
