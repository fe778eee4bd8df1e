/** Writes at computed positions: scatter and dynamicUpdateSlice; in place where the plan allows. */
import type { Storage } from '../storage.ts';
import { isSixteenBit, onNumbers, sizeOf, stridesOf } from './call.ts';
import type { Call, CallContext, NodeOf } from './call.ts';

function copyInto(out: Storage, x: Storage): void {
  if (out !== x) out.set(x);
}

/** Prepares `scatter`. */
export function scatter(node: NodeOf<'scatter'>, { avals }: CallContext): Call {
  const [x, indices, updates] = node.inputs.map((value) => avals[value]);
  const { axis, batchDims, mode } = node.attrs;
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const batches = product(x.shape.slice(0, batchDims));
  const before = product(x.shape.slice(batchDims, axis));
  const size = x.shape[axis];
  const row = product(x.shape.slice(axis + 1));
  const count = product(indices.shape.slice(batchDims));
  const put = WRITERS[mode];
  const call: Call = ([data, positions, values], [out]) => {
    copyInto(out, data);
    let from = 0;
    for (let batch = 0; batch < batches; batch++) {
      for (let outer = 0; outer < before; outer++) {
        const origin = (batch * before + outer) * size;
        for (let i = 0; i < count; i++, from += row) {
          const at = positions[batch * count + i];
          if (at >= 0 && at < size) put(out, (origin + at) * row, values, from, row);
        }
      }
    }
  };
  // Bits can be set as they are; anything else needs numbers.
  if (mode === 'set' || !isSixteenBit(x.dtype)) return x.dtype === 'bool' ? asBool(call) : call;
  return onNumbers([x, indices, updates], x.dtype, call);
}

type Put = (out: Storage, to: number, values: Storage, from: number, count: number) => void;

const WRITERS: Readonly<Record<'set' | 'add' | 'min' | 'max', Put>> = {
  set: (out, to, values, from, count) => {
    for (let i = 0; i < count; i++) out[to + i] = values[from + i];
  },
  add: (out, to, values, from, count) => {
    for (let i = 0; i < count; i++) out[to + i] += values[from + i];
  },
  min: (out, to, values, from, count) => {
    for (let i = 0; i < count; i++) out[to + i] = Math.min(out[to + i], values[from + i]);
  },
  max: (out, to, values, from, count) => {
    for (let i = 0; i < count; i++) out[to + i] = Math.max(out[to + i], values[from + i]);
  },
};

/** Sums of bool are "any". */
function asBool(call: Call): Call {
  return (inputs, outputs) => {
    call(inputs, outputs);
    const [out] = outputs;
    for (let i = 0; i < out.length; i++) out[i] = out[i] === 0 ? 0 : 1;
  };
}

/** Prepares `dynamicUpdateSlice`. */
export function dynamicUpdateSlice(
  node: NodeOf<'dynamicUpdateSlice'>,
  { avals }: CallContext,
): Call {
  const [x, update] = node.inputs.map((value) => avals[value]);
  const strides = stridesOf(x.shape);
  const total = sizeOf(update);
  const rank = x.shape.length;
  const row = rank === 0 ? 1 : update.shape[rank - 1];
  return ([data, values, starts], [out]) => {
    copyInto(out, data);
    if (total === 0) return;
    let origin = 0;
    for (let axis = 0; axis < rank; axis++) {
      const room = x.shape[axis] - update.shape[axis];
      origin += Math.max(0, Math.min(starts[axis], room)) * strides[axis];
    }
    const index = new Array<number>(rank).fill(0);
    for (let from = 0; from < total; from += row) {
      let to = origin;
      for (let axis = 0; axis < rank - 1; axis++) to += index[axis] * strides[axis];
      for (let i = 0; i < row; i++) out[to + i] = values[from + i];
      for (let axis = rank - 2; axis >= 0 && ++index[axis] === update.shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
  };
}
