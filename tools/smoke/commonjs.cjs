/** What a CommonJS user writes; `require` and `import` must give one and the same module. */
const required = require('@addax/frontend');

async function main() {
  const imported = await import('@addax/frontend');
  if (imported.Sequential !== required.Sequential) throw new Error('two copies of the frontend');
  const model = new required.Sequential([required.layers.dense({ units: 1, inputShape: [1] })]);
  model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
  const loss = await model.trainOnBatch([[0], [1]], [[1], [3]]);
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
  console.log('trained');
}

void main();
