/**
 * @packageDocumentation
 * Keras 3 for TypeScript: layers, models, losses, metrics, optimizers and training, and from
 * `@addax/core` what programs need beside them. The cpu backend is embedded as the default.
 */
import { embedBackend } from '@addax/core';
import { cpu } from '#cpu';
import { learnAllNames } from './all-names.ts';
import { enableSaving } from '@addax/frontend/files';

embedBackend(cpu);
learnAllNames();
enableSaving();

export {
  AddaxError,
  ArgumentError,
  type Backend,
  type BackendInfo,
  type BackendModule,
  backends,
  BackendUnavailableError,
  type DecodedArray,
  DeviceLostError,
  type DType,
  DTypeError,
  FormatError,
  getBackend,
  grad,
  GradientTape,
  type HostTensor,
  init,
  jit,
  type JitOptions,
  keep,
  type Nested,
  type NestedNumbers,
  type Operand,
  ops,
  type Out,
  OutOfMemoryError,
  random,
  type ReduceOptions,
  registerBackend,
  scope,
  setBackend,
  ShapeError,
  StateError,
  type Struct,
  SymbolicTensor,
  type SymbolicShape,
  Tensor,
  tensor,
  type TypedArray,
  UnsupportedError,
  useBackend,
  valueAndGrad,
  Variable,
  type VariableOptions,
} from '@addax/core';

export * as activations from './activations/index.ts';
export * as callbacks from './callbacks/index.ts';
export * as config from './settings.ts';
export * as constraints from './constraints/index.ts';
export * as initializers from './initializers/index.ts';
export * as layers from './layers/index.ts';
export * as losses from './losses/index.ts';
export * as metrics from './metrics/index.ts';
export * as optimizers from './optimizers/index.ts';
export * as regularizers from './regularizers/index.ts';
export * as schedules from './optimizers/schedules/index.ts';
export * as utils from './utils/index.ts';

export { Callback } from './callbacks/callback.ts';
export type { History } from './callbacks/history.ts';
export { DTypePolicy, type DTypePolicyLike } from './dtype-policies/dtype-policy.ts';
export { input, InputLayer, inputLayer, type InputOptions } from './layers/input.ts';
export type { InputSpec } from './layers/input-spec.ts';
export { Layer, type MaskStruct } from './layers/layer.ts';
export { getMask, setMask } from './layers/masking.ts';
export type {
  CallOptions,
  LayerOptions,
  ResolvedCallOptions,
  Shape,
  ShapeStruct,
  WeightOptions,
} from './layers/types.ts';
export { Loss } from './losses/loss.ts';
export { Metric } from './metrics/metric.ts';
export * from './models/index.ts';
export { Optimizer } from './optimizers/optimizer.ts';
export { loadModel } from '@addax/frontend/files';
export type {
  CompanionFiles,
  LoadOptions,
  LoadSource,
  LoadWeightsOptions,
} from './saving/load-options.ts';
export type { AssetReader, AssetWriter, HasAssets } from './saving/assets.ts';
export type {
  ByteTarget,
  ExportInput,
  ExportModelOptions,
  SaveOptions,
  SaveTarget,
  SaveWeightsOptions,
} from './saving/save-options.ts';
export { registerSerializable, type RegisterOptions } from './saving/registry.ts';
export type {
  BatchStream,
  CompileOptions,
  DataStruct,
  EvaluateOptions,
  FitOptions,
  Logs,
  LossStruct,
  LossWeightStruct,
  MetricStruct,
  OnBatchOptions,
  OutputLossLike,
  PredictOptions,
  StepValues,
  TensorLogs,
} from './trainer/types.ts';
