/** The composites, for the Keras-named ops, layers and optimizers. */
export { adamUpdate, type AdamOptions, type AdamState } from './adam-update.ts';
export { attention, type AttentionOptions } from './attention.ts';
export { batchNormInfer, type BatchNormInferOptions } from './batch-norm-infer.ts';
export {
  batchNormTrain,
  type BatchNormTrainOptions,
  type BatchNormTrainResult,
} from './batch-norm-train.ts';
export { dropout } from './dropout.ts';
export { gelu } from './gelu.ts';
export { layerNorm, type LayerNormOptions } from './layer-norm.ts';
export { logSoftmax } from './log-softmax.ts';
export { logSumExp } from './log-sum-exp.ts';
export { lstm, type GateActivation, type LstmOptions, type LstmResult } from './lstm.ts';
export { softmax } from './softmax.ts';
export { sparseCrossEntropy } from './sparse-cross-entropy.ts';
