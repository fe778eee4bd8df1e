/** What models do with files, fetched when the first of them is asked for. */
export { exportModel } from './export.ts';
export { loadWeights } from './load-weights.ts';
export { saveModel, saveWeights } from './save.ts';
