/** The model of the minimal bundle learns the sum of its inputs. */
import { type Tensor, tensor } from '@addax/core';
import { model } from './minimal-model.ts';

const ROWS = 32;

/** Losses by epoch, and the predictions afterwards. */
export default async function minimal(): Promise<{
  readonly losses: Float64Array;
  readonly predictions: Float32Array;
}> {
  const values = Float32Array.from({ length: 4 * ROWS }, (_, i) => ((7 * i) % 11) / 11);
  const sums = Float32Array.from({ length: ROWS }, (_, row) =>
    values.subarray(4 * row, 4 * row + 4).reduce((a, b) => a + b),
  );
  const x = tensor(values, [ROWS, 4]);
  const y = tensor(sums, [ROWS, 1]);
  // Weights from a seed of the program's own, which need no name of the whole frontend.
  model.setWeights([tensor([[0.1], [0.2], [0.3], [0.4]]), tensor([0])]);
  const { history } = await model.fit(x, y, {
    epochs: 30,
    batchSize: 8,
    shuffle: false,
    verbose: 0,
  });
  const predictions = (await (
    (await model.predict(x, { verbose: 0 })) as Tensor
  ).data()) as Float32Array;
  return { losses: Float64Array.from(history['loss']!), predictions };
}
