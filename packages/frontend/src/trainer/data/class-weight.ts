/** Class weights become sample weights: each sample weighs what its class does. */
import { ArgumentError, type HostTensor, isRecord } from '@addax/core';
import { HostLeaf, type HostTree } from './arrays.ts';

/** Weights by class index. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Sample weights for labels (class indices, or one-hot rows); classes without a weight count 1. */
export function classWeights(weights: ClassWeight, labels: HostTree): HostLeaf {
  if (!isRecord(weights) || Object.values(weights).some((weight) => !Number.isFinite(weight))) {
    throw new ArgumentError('classWeight must map class numbers to numbers, as in { 0: 1, 1: 5 }.');
  }
  if (!(labels instanceof HostLeaf)) {
    throw new ArgumentError(
      'classWeight is for models with one output: give sampleWeight instead.',
    );
  }
  const classes = classesOf(labels);
  const data = Float32Array.from(classes, (index) => weights[index] ?? 1);
  return new HostLeaf({ shape: [classes.length], dtype: 'float32', data });
}

function classesOf({ shape, data }: HostTensor): number[] {
  const samples = shape[0]!;
  const width = shape.length > 1 ? shape.at(-1)! : 1;
  if (data.length !== samples * width) {
    throw new ArgumentError(
      `classWeight needs labels of shape [batch], [batch, 1] or [batch, classes], got ` +
        `[${shape.join(', ')}].`,
    );
  }
  return Array.from({ length: samples }, (_, row) => {
    if (width === 1) return Math.round(Number(data[row]));
    let best = 0;
    for (let i = 1; i < width; i++) {
      if (data[row * width + i]! > data[row * width + best]!) best = i;
    }
    return best;
  });
}
