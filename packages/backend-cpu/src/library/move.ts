/** Copies that are no loops over one index: long concatenations and padding between elements. */
import type { Storage } from '../storage.ts';
import { sizeOf, stridesOf } from './call.ts';
import type { Call, CallContext, NodeOf } from './call.ts';

/** Prepares a concatenation of many operands. */
export function concat(node: NodeOf<'concat'>, { avals }: CallContext): Call {
  const { axis } = node.attrs;
  const shapes = node.inputs.map((value) => avals[value].shape);
  const outer = shapes[0].slice(0, axis).reduce((a, b) => a * b, 1);
  const widths = shapes.map((shape) => shape.slice(axis).reduce((a, b) => a * b, 1));
  const total = widths.reduce((a, b) => a + b, 0);
  return (inputs, [out]) => {
    let start = 0;
    inputs.forEach((input, operand) => {
      const width = widths[operand];
      for (let i = 0; i < outer; i++) {
        out.set(input.subarray(i * width, (i + 1) * width), i * total + start);
      }
      start += width;
    });
  };
}

/** Prepares padding with gaps between elements. */
export function pad(node: NodeOf<'pad'>, { avals }: CallContext): Call {
  const input = avals[node.inputs[0]];
  const { shape } = avals[node.outputs[0]];
  const strides = stridesOf(shape);
  const { low, interior } = node.attrs;
  const total = sizeOf(input);
  const rank = shape.length;
  return ([x, value], [out]) => {
    out.fill(value[0]);
    const index = new Array<number>(rank).fill(0);
    for (let from = 0; from < total; from++) {
      place(out, x[from], index);
      for (let axis = rank - 1; axis >= 0 && ++index[axis] === input.shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
  };

  function place(out: Storage, value: number, index: readonly number[]): void {
    let to = 0;
    for (let axis = 0; axis < rank; axis++) {
      const at = low[axis] + index[axis] * (interior[axis] + 1);
      if (at < 0 || at >= shape[axis]) return; // cropped
      to += at * strides[axis];
    }
    out[to] = value;
  }
}
