import { beforeEach, expect, test } from '@jest/globals';
import { input, layers, Model, Sequential, utils } from '../index.ts';

beforeEach(() => {
  utils.clearSession();
});

test('the table of a stack reads like Keras’', () => {
  const model = new Sequential([
    layers.dense({ units: 10, inputShape: [4] }),
    layers.dense({ units: 3 }),
  ]);
  expect(model.summary({ print: false })).toBe(`Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ (None, 10)             │            50 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ (None, 3)              │            33 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 83 (332.00 B)
 Trainable params: 83 (332.00 B)
 Non-trainable params: 0 (0.00 B)
`);
});

test('a model that branches says what each layer is connected to', () => {
  const x = input({ shape: [4], name: 'x' });
  const a = layers.dense({ units: 4, name: 'a' })(x);
  const model = new Model({ inputs: x, outputs: layers.add({ name: 'sum' })([x, a]) });
  const text = model.summary({ print: false });
  expect(text).toContain('Connected to');
  expect(text).toContain('x[0][0], a[0][0]');
});

test('it can be handed to a function of one’s own', () => {
  const lines: string[] = [];
  new Sequential([layers.dense({ units: 1 })]).summary({ print: (text) => lines.push(text) });
  expect(lines.join('')).toContain('0 (unbuilt)');
});
