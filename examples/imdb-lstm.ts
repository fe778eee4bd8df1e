/**
 * Reviews of different lengths through a masked embedding and a bidirectional LSTM. The text is
 * synthetic: a review is good if it has more good words than bad ones.
 */
import { input, layers, Model, tensor, utils } from '@addax/frontend';
import { randomNumbers, steps } from './settings.ts';

const WORDS = 200;
const LONGEST = 30;
const next = randomNumbers(11);

/** Word ids 1–20 are good, 21–40 bad, the rest say nothing. */
function review(): { words: number[]; good: number } {
  const length = 8 + Math.floor(next() * (LONGEST - 8));
  const good = next() < 0.5;
  const words = Array.from({ length }, () => {
    const choice = next();
    if (choice < 0.3) return (good ? 1 : 21) + Math.floor(next() * 20);
    if (choice < 0.36) return (good ? 21 : 1) + Math.floor(next() * 20);
    return 41 + Math.floor(next() * (WORDS - 41));
  });
  return { words, good: good ? 1 : 0 };
}

utils.setRandomSeed(1);
const reviews = Array.from({ length: steps(512, 48) }, review);
const x = utils.padSequences(
  reviews.map(({ words }) => words),
  { padding: 'post', maxlen: LONGEST },
);
const y = tensor(
  Float32Array.from(reviews, ({ good }) => good),
  [reviews.length, 1],
);

const inputs = input({ shape: [null], dtype: 'int32' });
let h = layers.embedding({ inputDim: WORDS, outputDim: 16, maskZero: true })(inputs);
h = layers.bidirectional({ layer: layers.lstm({ units: 16 }) })(h);
const outputs = layers.dense({ units: 1, activation: 'sigmoid' })(h);
const model = new Model({ inputs, outputs });
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
model.summary();
await model.fit(x, y, { epochs: steps(6, 1), batchSize: 16, validationSplit: 0.2 });

// A batch padded to another length runs through the same model.
const short = utils.padSequences(
  [
    [1, 2, 3, 4],
    [21, 22, 23],
  ],
  { padding: 'post' },
);
const scores = await model.predict(short, { verbose: 0 });
console.log(`four good words ${String(await scores.array())}`);
