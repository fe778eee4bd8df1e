/** Data of the one-batch methods. */
import { ArgumentError, Tensor } from '@addax/core';
import { makeSource } from './data/source.ts';
import type { OnBatchOptions } from './types.ts';

/** What a batch is made of. */
export interface WholeBatch {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly classWeight?: OnBatchOptions['classWeight'];
}

/** Data as one batch on the device. Tensors are used as they are. */
export async function wholeBatch({ x, ...rest }: WholeBatch): Promise<unknown> {
  const { y, sampleWeight, classWeight } = rest;
  if (classWeight === undefined && x instanceof Tensor && isTensorOrNothing(y)) {
    if (sampleWeight === undefined) return y === undefined ? x : [x, y];
  }
  const source = await makeSource(x, { ...rest, steps: 1 });
  for await (const { data } of source.batches(0)) return data;
  throw new ArgumentError('there is no data: x is empty.');
}

function isTensorOrNothing(value: unknown): boolean {
  return value === undefined || value instanceof Tensor;
}
