/** What `fit`, `evaluate` and `predict` run, fetched as one when the first of them is called. */
export { runEvaluate } from './evaluate.ts';
export { runFit } from './fit.ts';
export { onBatch, predictOnBatch } from './on-batch.ts';
export { withoutLabels } from './options.ts';
export { runPredict } from './predict.ts';
