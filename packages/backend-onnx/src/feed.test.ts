import { expect, test } from '@jest/globals';
import { Feed } from './feed.ts';
import type { Ort, OrtData, OrtTensor } from './runtime.ts';

/** A runtime's tensor: elements and place behind getters. */
class RuntimeTensor implements OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly #data: OrtData;

  constructor(type: string, data: OrtData, dims: readonly number[]) {
    this.type = type;
    this.#data = data;
    this.dims = dims;
  }

  get data(): OrtData {
    return this.#data;
  }

  get location(): string {
    return 'cpu';
  }
}

/** One that makes an array of its own kind, as newer engines do of the bits of float16. */
class ConvertingTensor extends RuntimeTensor {
  constructor(type: string, data: OrtData, dims: readonly number[]) {
    super(type, Float64Array.from(data as Uint16Array), dims);
  }
}

const run = (feed: Feed, Tensor: Ort['Tensor'], ...values: number[]): OrtTensor =>
  feed.tensor(Tensor, Float32Array.from(values));

test('keeps one tensor, which shows the memory of the run without a getter', () => {
  const feed = new Feed('x', 'float32', 'float32', [2]);
  const first = run(feed, RuntimeTensor, 1, 2);
  expect(first).toBeInstanceOf(RuntimeTensor);
  const memory = Float32Array.of(3, 4);
  expect(feed.tensor(RuntimeTensor, memory)).toBe(first);
  expect(Object.getOwnPropertyDescriptor(first, 'data')).toMatchObject({ value: memory });
  expect(Object.getOwnPropertyDescriptor(first, 'location')).toMatchObject({ value: 'cpu' });
});

test('keeps nothing of a run that is over', () => {
  const feed = new Feed('x', 'float32', 'float32', [2]);
  const tensor = run(feed, RuntimeTensor, 1, 2);
  feed.rest();
  expect(tensor.data).toHaveLength(0);
  expect(run(feed, RuntimeTensor, 3, 4).data).toEqual(Float32Array.of(3, 4));
});

test('makes a tensor for every run where the runtime shows other elements than ours', () => {
  const feed = new Feed('x', 'float32', 'float32', [2]);
  const first = run(feed, ConvertingTensor, 1, 2);
  const second = run(feed, ConvertingTensor, 3, 4);
  expect(second).not.toBe(first);
  expect([first.data, second.data].map((data) => data[0])).toEqual([1, 3]);
});
