/** What a TypeScript user writes; compiled without `skipLibCheck`, so our declarations must hold. */
import { input, layers, Model, ops, Sequential, type Tensor } from '@addax/frontend';

const model = new Sequential([layers.dense({ units: 2, inputShape: [3], activation: 'relu' })]);
model.compile({ loss: 'meanSquaredError', optimizer: 'adam' });
export const loss: Promise<number> = model.trainOnBatch([[1, 2, 3]], [[0, 1]]);

const inputs = input({ shape: [3] });
export const functional: Model = new Model({
  inputs,
  outputs: layers.dense({ units: 1 })(inputs),
});

export function total(x: Tensor): Tensor {
  return ops.sum(ops.add(x, 1));
}
