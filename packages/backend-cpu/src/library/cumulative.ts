/** Running reductions: floats accumulate in float64 and round at each element, integers wrap. */
import type { DType } from '@addax/core';
import { isFloat } from '@addax/core';
import { onNumbers, sizeOf } from './call.ts';
import type { Call, CallContext, NodeOf } from './call.ts';

type Fold = (total: number, value: number) => number;

function foldOf(fn: NodeOf<'cumulative'>['attrs']['fn'], dtype: DType): Fold {
  switch (fn) {
    case 'min':
      return Math.min;
    case 'max':
      return Math.max;
    case 'sum':
      if (dtype === 'bool') return (total, value) => total | value;
      return isFloat(dtype)
        ? (total, value) => total + value
        : (total, value) => (total + value) | 0;
    case 'prod':
      return isFloat(dtype) ? (total, value) => total * value : Math.imul;
  }
}

/** Prepares `cumulative`. */
export function cumulative(node: NodeOf<'cumulative'>, { avals }: CallContext): Call {
  const aval = avals[node.inputs[0]];
  const { fn, axis, reverse } = node.attrs;
  const fold = foldOf(fn, aval.dtype);
  const length = aval.shape[axis];
  const step = aval.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const lines = length === 0 ? 0 : sizeOf(aval) / length;
  return onNumbers([aval], aval.dtype, ([x], [out]) => {
    for (let line = 0; line < lines; line++) {
      const first = Math.floor(line / step) * length * step + (line % step);
      let at = reverse ? first + (length - 1) * step : first;
      const move = reverse ? -step : step;
      let total = x[at];
      out[at] = total;
      for (let i = 1; i < length; i++) {
        at += move;
        total = fold(total, x[at]);
        out[at] = total;
      }
    }
  });
}
