/** Stable sorting along an axis: merge sort of keys with their positions, NaN last either way. */
import { decodeBfloat16, decodeFloat16 } from '../numerics/half.ts';
import { sizeOf } from './call.ts';
import type { Call, CallContext, NodeOf } from './call.ts';

/** Runs of this length are sorted by insertion before merging. */
const RUN = 12;

/** Prepares `sort`. */
export function sort(node: NodeOf<'sort'>, { avals }: CallContext): Call {
  const aval = avals[node.inputs[0]];
  const { axis, descending } = node.attrs;
  const length = aval.shape[axis];
  const step = aval.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const lines = length === 0 ? 0 : sizeOf(aval) / length;
  const decode =
    aval.dtype === 'float16'
      ? decodeFloat16
      : aval.dtype === 'bfloat16'
        ? decodeBfloat16
        : undefined;
  const sign = descending ? -1 : 1;
  return ([x], [values, indices]) => {
    const sorter = new Sorter(length);
    for (let line = 0; line < lines; line++) {
      const start = Math.floor(line / step) * length * step + (line % step);
      for (let i = 0; i < length; i++) {
        const raw = x[start + i * step];
        sorter.push((decode === undefined ? raw : decode(raw)) * sign);
      }
      const order = sorter.order();
      for (let i = 0; i < length; i++) {
        values[start + i * step] = x[start + order[i] * step];
        indices[start + i * step] = order[i];
      }
    }
  };
}

/** Sorts one line at a time, with memory for all of them. */
class Sorter {
  private keys: Float64Array;
  private positions: Int32Array;
  private otherKeys: Float64Array;
  private otherPositions: Int32Array;
  private readonly nans: Int32Array;
  private numbers = 0;
  private nanCount = 0;

  constructor(length: number) {
    this.keys = new Float64Array(length);
    this.positions = new Int32Array(length);
    this.otherKeys = new Float64Array(length);
    this.otherPositions = new Int32Array(length);
    this.nans = new Int32Array(length);
  }

  push(key: number): void {
    const position = this.numbers + this.nanCount;
    if (key !== key) {
      this.nans[this.nanCount++] = position;
    } else {
      this.keys[this.numbers] = key;
      this.positions[this.numbers++] = position;
    }
  }

  /** Positions of the pushed keys in ascending order; starts over. */
  order(): Int32Array {
    const count = this.numbers;
    for (let start = 0; start < count; start += RUN)
      this.insert(start, Math.min(start + RUN, count));
    for (let width = RUN; width < count; width *= 2) {
      for (let start = 0; start < count; start += 2 * width) {
        this.merge(start, Math.min(start + width, count), Math.min(start + 2 * width, count));
      }
      [this.keys, this.otherKeys] = [this.otherKeys, this.keys];
      [this.positions, this.otherPositions] = [this.otherPositions, this.positions];
    }
    for (let i = 0; i < this.nanCount; i++) this.positions[count + i] = this.nans[i];
    this.numbers = 0;
    this.nanCount = 0;
    return this.positions;
  }

  private insert(start: number, end: number): void {
    const { keys, positions } = this;
    for (let i = start + 1; i < end; i++) {
      const key = keys[i];
      const position = positions[i];
      let j = i - 1;
      for (; j >= start && keys[j] > key; j--) {
        keys[j + 1] = keys[j];
        positions[j + 1] = positions[j];
      }
      keys[j + 1] = key;
      positions[j + 1] = position;
    }
  }

  private merge(start: number, middle: number, end: number): void {
    const { keys, positions, otherKeys, otherPositions } = this;
    let left = start;
    let right = middle;
    for (let to = start; to < end; to++) {
      const takesRight = left >= middle || (right < end && keys[right] < keys[left]);
      const from = takesRight ? right++ : left++;
      otherKeys[to] = keys[from];
      otherPositions[to] = positions[from];
    }
  }
}
