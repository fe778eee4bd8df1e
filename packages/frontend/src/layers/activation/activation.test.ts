import { expect, test } from '@jest/globals';
import { ArgumentError, layers, ops, type Tensor, tensor } from '../../index.ts';

const x = tensor([-2, -1, 0, 1, 2]);

test('activation takes names and functions', async () => {
  expect(await layers.activation({ activation: 'relu' })(x).array()).toEqual([0, 0, 0, 1, 2]);
  const square = layers.activation({ activation: (t: Tensor) => ops.square(t) });
  expect(await square(x).array()).toEqual([4, 1, 0, 1, 4]);
});

test('an unknown name is answered with near ones', () => {
  expect(() => layers.activation({ activation: 'rleu' as 'relu' })).toThrow(/relu/);
});

test('relu has a ceiling, a slope and a threshold', async () => {
  const limited = layers.relu({ maxValue: 1.5, negativeSlope: 0.5 });
  expect(await limited(x).array()).toEqual([-1, -0.5, 0, 1, 1.5]);
  const late = layers.relu({ threshold: 1.5, negativeSlope: 1 });
  expect(await late(x).array()).toEqual([-3.5, -2.5, -1.5, -0.5, 2]);
  expect(() => layers.relu({ negativeSlope: -1 })).toThrow(ArgumentError);
});

test('leaky relu keeps 0.3 of what is negative', async () => {
  const [low] = (await layers
    .leakyReLU()(tensor([-10, 1]))
    .array()) as number[];
  expect(low).toBeCloseTo(-3, 5);
});

test('prelu learns a slope per feature, or one for shared axes', async () => {
  const own = layers.prelu({ alphaInitializer: 'ones' });
  expect(await own(tensor([[-3, 2]])).array()).toEqual([[-3, 2]]);
  const shared = layers.prelu({ sharedAxes: [1, 2] });
  shared.build([null, 4, 4, 3]);
  expect(shared.alpha.shape).toEqual([1, 1, 3]);
});
