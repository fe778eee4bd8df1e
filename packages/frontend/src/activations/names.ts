/** All activations by name. */
import * as functions from './activations.ts';
import type { Activation, ActivationName } from './get.ts';

/** `threshold` takes two more arguments, so by name alone it cannot be applied. */
export const ACTIVATIONS: Readonly<Record<ActivationName, Activation>> = {
  celu: functions.celu,
  elu: functions.elu,
  exponential: functions.exponential,
  gelu: functions.gelu,
  glu: functions.glu,
  hardShrink: functions.hardShrink,
  hardSigmoid: functions.hardSigmoid,
  hardSilu: functions.hardSilu,
  hardSwish: functions.hardSilu,
  hardTanh: functions.hardTanh,
  leakyRelu: functions.leakyRelu,
  linear: functions.linear,
  logSigmoid: functions.logSigmoid,
  logSoftmax: functions.logSoftmax,
  mish: functions.mish,
  relu: functions.relu,
  relu6: functions.relu6,
  selu: functions.selu,
  sigmoid: functions.sigmoid,
  silu: functions.silu,
  softShrink: functions.softShrink,
  softmax: functions.softmax,
  softplus: functions.softplus,
  softsign: functions.softsign,
  sparsePlus: functions.sparsePlus,
  sparseSigmoid: functions.sparseSigmoid,
  sparsemax: functions.sparsemax,
  squareplus: functions.squareplus,
  swish: functions.silu,
  tanh: functions.tanh,
  tanhShrink: functions.tanhShrink,
  threshold: functions.threshold as unknown as Activation,
};
