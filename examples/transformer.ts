/** A transformer block as a custom layer: attention, normalization, a nested feed-forward model. */
import {
  input,
  Layer,
  type LayerOptions,
  layers,
  Model,
  ops,
  Sequential,
  type Tensor,
  tensor,
  utils,
} from '@addax/frontend';
import { randomNumbers, steps } from './settings.ts';

interface BlockOptions extends LayerOptions {
  width: number;
  heads: number;
  feedForward: number;
  rate?: number;
}

class TransformerBlock extends Layer {
  attention: layers.MultiHeadAttention;
  feedForward: Sequential;
  first = layers.layerNormalization({ epsilon: 1e-6 });
  second = layers.layerNormalization({ epsilon: 1e-6 });
  drop: layers.Dropout;
  constructor({ width, heads, feedForward, rate = 0.1, ...options }: BlockOptions) {
    super(options);
    this.attention = layers.multiHeadAttention({ numHeads: heads, keyDim: width / heads });
    this.feedForward = new Sequential([
      layers.dense({ units: feedForward, activation: 'relu' }),
      layers.dense({ units: width }),
    ]);
    this.drop = layers.dropout({ rate });
  }
  override call(x: Tensor, { training }: { training?: boolean } = {}): Tensor {
    const attended = this.drop(this.attention(x, { value: x }), { training });
    const h = this.first(ops.add(x, attended));
    return this.second(ops.add(h, this.drop(this.feedForward(h), { training })));
  }
}

class PositionEmbedding extends Layer {
  tokens: layers.Embedding;
  positions: layers.Embedding;
  constructor(options: { length: number; vocabulary: number; width: number }) {
    super();
    const { length, vocabulary, width } = options;
    this.tokens = layers.embedding({ inputDim: vocabulary, outputDim: width });
    this.positions = layers.embedding({ inputDim: length, outputDim: width });
  }
  override call(x: Tensor): Tensor {
    return ops.add(this.tokens(x), this.positions(ops.arange(x.shape[1]!)));
  }
}

// The task: is the first token repeated later in the sequence?
const LENGTH = 12;
const VOCABULARY = 30;
utils.setRandomSeed(4);
const next = randomNumbers(9);
const samples = Array.from({ length: steps(1024, 64) }, () => {
  const tokens = Array.from({ length: LENGTH }, () => Math.floor(next() * VOCABULARY));
  const repeated = next() < 0.5;
  if (repeated) tokens[1 + Math.floor(next() * (LENGTH - 1))] = tokens[0]!;
  return { tokens, label: tokens.slice(1).includes(tokens[0]!) ? 1 : 0 };
});
const x = tensor(Int32Array.from(samples.flatMap(({ tokens }) => tokens)), [
  samples.length,
  LENGTH,
]);
const y = tensor(Int32Array.from(samples, ({ label }) => label));

const inputs = input({ shape: [LENGTH], dtype: 'int32' });
let h = new PositionEmbedding({ length: LENGTH, vocabulary: VOCABULARY, width: 32 })(inputs);
h = new TransformerBlock({ width: 32, heads: 2, feedForward: 64 })(h);
h = layers.globalAveragePooling1d()(h);
const outputs = layers.dense({ units: 2, activation: 'softmax' })(h);
const model = new Model({ inputs, outputs });
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
await model.fit(x, y, { epochs: steps(10, 1), batchSize: 32, validationSplit: 0.1 });
