/** What `fit`, `evaluate` and `predict` run, fetched as one when the first of them is called. */
export { runStep } from './build.ts';
export { runEvaluate } from './evaluate.ts';
export { runFit } from './fit.ts';
export { runPredict } from './predict.ts';
export { wholeBatch } from './whole-batch.ts';
