/** A program that the tests of profiles run: one epoch in groups of four steps, narrow and wide. */
import { layers, random, Sequential, setBackend } from '@addax/frontend';

await setBackend('onnx', { threads: 1 });
for (const [name, units] of [
  ['narrow', 128],
  ['wide', 1024],
] as const) {
  const model = new Sequential(
    [
      layers.dense({ units, activation: 'relu', inputShape: [64] }),
      layers.dense({ units, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    { name },
  );
  model.compile({
    optimizer: 'adam',
    loss: 'sparseCategoricalCrossentropy',
    stepsPerExecution: 4,
  });
  const y = Int32Array.from({ length: 256 }, (_, i) => i % 10);
  await model.fit(random.normal([256, 64]), y, { batchSize: 64, verbose: 0 });
}
