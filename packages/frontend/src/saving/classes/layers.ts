/** How layers stand in files: class, Keras' name for it, and the names of its options. */
import * as layers from '../../layers/index.ts';
import type { SerializableClass, SerializableEntry } from '../registry.ts';

/** Options of every layer. */
const BASE = { name: 'name', trainable: 'trainable', dtype: 'dtype' };

/** Penalty of the output, which many layers take. */
const ACTIVITY = { activityRegularizer: 'activity_regularizer' };

/** Initializer, regularizer and constraint of one weight. */
const KERNEL = {
  kernelInitializer: 'kernel_initializer',
  kernelRegularizer: 'kernel_regularizer',
  kernelConstraint: 'kernel_constraint',
};
const BIAS = {
  biasInitializer: 'bias_initializer',
  biasRegularizer: 'bias_regularizer',
  biasConstraint: 'bias_constraint',
};
const RECURRENT = {
  recurrentInitializer: 'recurrent_initializer',
  recurrentRegularizer: 'recurrent_regularizer',
  recurrentConstraint: 'recurrent_constraint',
};
const DEPTHWISE = {
  depthwiseInitializer: 'depthwise_initializer',
  depthwiseRegularizer: 'depthwise_regularizer',
  depthwiseConstraint: 'depthwise_constraint',
};
const POINTWISE = {
  pointwiseInitializer: 'pointwise_initializer',
  pointwiseRegularizer: 'pointwise_regularizer',
  pointwiseConstraint: 'pointwise_constraint',
};
const EMBEDDINGS = {
  embeddingsInitializer: 'embeddings_initializer',
  embeddingsRegularizer: 'embeddings_regularizer',
  embeddingsConstraint: 'embeddings_constraint',
};
const AFFINE = {
  center: 'center',
  scale: 'scale',
  betaInitializer: 'beta_initializer',
  gammaInitializer: 'gamma_initializer',
  betaRegularizer: 'beta_regularizer',
  gammaRegularizer: 'gamma_regularizer',
  betaConstraint: 'beta_constraint',
  gammaConstraint: 'gamma_constraint',
};

const DATA_FORMAT = { dataFormat: 'data_format' };
const ACTIVATION = { activation: 'activation', useBias: 'use_bias', ...BIAS, ...ACTIVITY };
const WINDOW = { strides: 'strides', padding: 'padding', ...DATA_FORMAT };
const CONV = {
  filters: 'filters',
  kernelSize: 'kernel_size',
  ...WINDOW,
  dilationRate: 'dilation_rate',
  ...ACTIVATION,
  ...KERNEL,
};
const DEPTHWISE_CONV = {
  kernelSize: 'kernel_size',
  depthMultiplier: 'depth_multiplier',
  ...WINDOW,
  dilationRate: 'dilation_rate',
  ...ACTIVATION,
  ...DEPTHWISE,
};
const SEPARABLE_CONV = { ...DEPTHWISE_CONV, filters: 'filters', ...POINTWISE };
const POOLING = { poolSize: 'pool_size', ...WINDOW };
const GLOBAL_POOLING = { ...DATA_FORMAT, keepdims: 'keepdims' };
const ADAPTIVE_POOLING = { outputSize: 'output_size', ...DATA_FORMAT };
const RANDOM = { rate: 'rate', seed: 'seed' };
const CELL = {
  units: 'units',
  activation: 'activation',
  useBias: 'use_bias',
  ...KERNEL,
  ...RECURRENT,
  ...BIAS,
  dropout: 'dropout',
  recurrentDropout: 'recurrent_dropout',
  seed: 'seed',
};
const GATES = { recurrentActivation: 'recurrent_activation' };
const LSTM_CELL = { ...CELL, ...GATES, unitForgetBias: 'unit_forget_bias' };
const CONV_LSTM = {
  filters: 'filters',
  kernelSize: 'kernel_size',
  ...WINDOW,
  dilationRate: 'dilation_rate',
  ...LSTM_CELL,
};
const GRU_CELL = { ...CELL, ...GATES, resetAfter: 'reset_after' };
const SEQUENCES = {
  returnSequences: 'return_sequences',
  returnState: 'return_state',
  goBackwards: 'go_backwards',
  stateful: 'stateful',
  unroll: 'unroll',
  zeroOutputForMask: 'zero_output_for_mask',
  ...ACTIVITY,
};
const HEADS = {
  dropout: 'dropout',
  useBias: 'use_bias',
  useGate: 'use_gate',
  slidingWindow: 'sliding_window',
  seed: 'seed',
  ...KERNEL,
  ...BIAS,
  ...ACTIVITY,
};
const PLAIN_ATTENTION = { useScale: 'use_scale', dropout: 'dropout', seed: 'seed' };

/** What differs from the usual row. */
interface Exceptions {
  /** Class name in files, where it is not the class's own. */
  readonly className?: string;
  /** Keys of files that mean nothing here. */
  readonly ignored?: readonly string[];
}

type LayerClass = SerializableClass & { readonly className: string };

function entry(
  make: LayerClass,
  names: Readonly<Record<string, string>>,
  { className = make.className, ignored }: Exceptions = {},
): SerializableEntry {
  const identifiers = 'dataFormat' in names ? ['dataFormat'] : undefined;
  const module = 'keras.layers';
  return { module, className, make, names: { ...BASE, ...names }, identifiers, ignored };
}

const QUANTIZATION = ['quantization_config', 'lora_rank', 'lora_alpha'];
const UNUSED_KERNEL = ['groups', ...Object.values(KERNEL)];
const UNUSED_RNN = ['time_major', 'implementation', 'use_cudnn'];

/** All built-in layers but InputLayer, which `models` writes. */
export const LAYERS: readonly SerializableEntry[] = [
  entry(layers.Dense, { units: 'units', ...ACTIVATION, ...KERNEL }, { ignored: QUANTIZATION }),
  entry(
    layers.EinsumDense,
    {
      equation: 'equation',
      outputShape: 'output_shape',
      biasAxes: 'bias_axes',
      activation: 'activation',
      ...KERNEL,
      ...BIAS,
      ...ACTIVITY,
    },
    { ignored: QUANTIZATION },
  ),
  entry(
    layers.Embedding,
    {
      inputDim: 'input_dim',
      outputDim: 'output_dim',
      maskZero: 'mask_zero',
      ...EMBEDDINGS,
      ...ACTIVITY,
    },
    { ignored: [...QUANTIZATION, 'input_length'] },
  ),
  entry(
    layers.ReversibleEmbedding,
    {
      inputDim: 'input_dim',
      outputDim: 'output_dim',
      maskZero: 'mask_zero',
      tieWeights: 'tie_weights',
      reverseDtype: 'reverse_dtype',
      logitSoftCap: 'logit_soft_cap',
      ...EMBEDDINGS,
      ...ACTIVITY,
    },
    { ignored: QUANTIZATION },
  ),
  entry(layers.Identity, {}),
  entry(
    layers.Lambda,
    { function: 'function', mask: 'mask', arguments: 'arguments' },
    { ignored: ['output_shape'] },
  ),
  entry(layers.Masking, { maskValue: 'mask_value' }),
  entry(layers.Rescaling, { scale: 'scale', offset: 'offset' }, { ignored: ['data_format'] }),
  entry(layers.Activation, { activation: 'activation' }),
  entry(layers.ReLU, {
    maxValue: 'max_value',
    negativeSlope: 'negative_slope',
    threshold: 'threshold',
  }),
  entry(layers.LeakyReLU, { negativeSlope: 'negative_slope' }),
  entry(layers.ELU, { alpha: 'alpha' }),
  entry(layers.PReLU, {
    alphaInitializer: 'alpha_initializer',
    alphaRegularizer: 'alpha_regularizer',
    alphaConstraint: 'alpha_constraint',
    sharedAxes: 'shared_axes',
  }),
  entry(layers.Softmax, { axis: 'axis' }),
  entry(layers.Conv1D, { ...CONV, groups: 'groups' }),
  entry(layers.Conv2D, { ...CONV, groups: 'groups' }),
  entry(layers.Conv3D, { ...CONV, groups: 'groups' }),
  entry(
    layers.Conv1DTranspose,
    { ...CONV, outputPadding: 'output_padding' },
    { ignored: ['groups'] },
  ),
  entry(
    layers.Conv2DTranspose,
    { ...CONV, outputPadding: 'output_padding' },
    { ignored: ['groups'] },
  ),
  entry(
    layers.Conv3DTranspose,
    { ...CONV, outputPadding: 'output_padding' },
    { ignored: ['groups'] },
  ),
  entry(layers.DepthwiseConv1D, DEPTHWISE_CONV, { ignored: UNUSED_KERNEL }),
  entry(layers.DepthwiseConv2D, DEPTHWISE_CONV, { ignored: UNUSED_KERNEL }),
  entry(layers.SeparableConv1D, SEPARABLE_CONV, { ignored: UNUSED_KERNEL }),
  entry(layers.SeparableConv2D, SEPARABLE_CONV, { ignored: UNUSED_KERNEL }),
  entry(layers.MaxPooling1D, POOLING),
  entry(layers.MaxPooling2D, POOLING),
  entry(layers.MaxPooling3D, POOLING),
  entry(layers.AveragePooling1D, POOLING),
  entry(layers.AveragePooling2D, POOLING),
  entry(layers.AveragePooling3D, POOLING),
  entry(layers.GlobalMaxPooling1D, GLOBAL_POOLING),
  entry(layers.GlobalMaxPooling2D, GLOBAL_POOLING),
  entry(layers.GlobalMaxPooling3D, GLOBAL_POOLING),
  entry(layers.GlobalAveragePooling1D, GLOBAL_POOLING),
  entry(layers.GlobalAveragePooling2D, GLOBAL_POOLING),
  entry(layers.GlobalAveragePooling3D, GLOBAL_POOLING),
  entry(layers.AdaptiveMaxPooling1D, ADAPTIVE_POOLING),
  entry(layers.AdaptiveMaxPooling2D, ADAPTIVE_POOLING),
  entry(layers.AdaptiveMaxPooling3D, ADAPTIVE_POOLING),
  entry(layers.AdaptiveAveragePooling1D, ADAPTIVE_POOLING),
  entry(layers.AdaptiveAveragePooling2D, ADAPTIVE_POOLING),
  entry(layers.AdaptiveAveragePooling3D, ADAPTIVE_POOLING),
  entry(
    layers.BatchNormalization,
    {
      axis: 'axis',
      momentum: 'momentum',
      epsilon: 'epsilon',
      ...AFFINE,
      movingMeanInitializer: 'moving_mean_initializer',
      movingVarianceInitializer: 'moving_variance_initializer',
      renorm: 'renorm',
      renormClipping: 'renorm_clipping',
      renormMomentum: 'renorm_momentum',
    },
    { ignored: ['synchronized'] },
  ),
  entry(
    layers.LayerNormalization,
    { axis: 'axis', epsilon: 'epsilon', ...AFFINE },
    { ignored: ['rms_scaling'] },
  ),
  entry(layers.RMSNormalization, { axis: 'axis', epsilon: 'epsilon' }),
  entry(layers.GroupNormalization, {
    groups: 'groups',
    axis: 'axis',
    epsilon: 'epsilon',
    ...AFFINE,
  }),
  entry(layers.SpectralNormalization, { layer: 'layer', powerIterations: 'power_iterations' }),
  entry(layers.UnitNormalization, { axis: 'axis' }),
  entry(layers.SimpleRNNCell, CELL),
  entry(layers.LSTMCell, LSTM_CELL, { ignored: ['implementation'] }),
  entry(layers.GRUCell, GRU_CELL, { ignored: ['implementation'] }),
  entry(layers.StackedRNNCells, { cells: 'cells' }),
  entry(layers.RNN, { cell: 'cell', ...SEQUENCES }, { ignored: ['input_shape'] }),
  entry(layers.SimpleRNN, { ...CELL, ...SEQUENCES }, { ignored: UNUSED_RNN }),
  entry(layers.LSTM, { ...LSTM_CELL, ...SEQUENCES }, { ignored: UNUSED_RNN }),
  entry(layers.GRU, { ...GRU_CELL, ...SEQUENCES }, { ignored: UNUSED_RNN }),
  entry(
    layers.Bidirectional,
    { layer: 'layer', mergeMode: 'merge_mode', backwardLayer: 'backward_layer' },
    { ignored: ['weights'] },
  ),
  entry(layers.ConvLSTM1D, { ...CONV_LSTM, ...SEQUENCES }, { ignored: UNUSED_RNN }),
  entry(layers.ConvLSTM2D, { ...CONV_LSTM, ...SEQUENCES }, { ignored: UNUSED_RNN }),
  entry(layers.ConvLSTM3D, { ...CONV_LSTM, ...SEQUENCES }, { ignored: UNUSED_RNN }),
  entry(layers.TimeDistributed, { layer: 'layer' }),
  entry(
    layers.MultiHeadAttention,
    {
      numHeads: 'num_heads',
      keyDim: 'key_dim',
      valueDim: 'value_dim',
      outputShape: 'output_shape',
      attentionAxes: 'attention_axes',
      ...HEADS,
    },
    { ignored: ['flash_attention', 'query_shape', 'key_shape', 'value_shape'] },
  ),
  entry(
    layers.GroupedQueryAttention,
    {
      headDim: 'head_dim',
      numQueryHeads: 'num_query_heads',
      numKeyValueHeads: 'num_key_value_heads',
      ...HEADS,
    },
    { className: 'GroupQueryAttention', ignored: ['flash_attention'] },
  ),
  entry(layers.Attention, { ...PLAIN_ATTENTION, scoreMode: 'score_mode' }),
  entry(layers.AdditiveAttention, PLAIN_ATTENTION),
  entry(layers.Add, {}),
  entry(layers.Subtract, {}),
  entry(layers.Multiply, {}),
  entry(layers.Average, {}),
  entry(layers.Maximum, {}),
  entry(layers.Minimum, {}),
  entry(layers.Concatenate, { axis: 'axis' }),
  entry(layers.Dot, { axes: 'axes', normalize: 'normalize' }),
  entry(layers.Flatten, DATA_FORMAT),
  entry(layers.Reshape, { targetShape: 'target_shape' }),
  entry(layers.Permute, { dims: 'dims' }),
  entry(layers.RepeatVector, { n: 'n' }),
  entry(layers.ZeroPadding1D, { padding: 'padding', ...DATA_FORMAT }),
  entry(layers.ZeroPadding2D, { padding: 'padding', ...DATA_FORMAT }),
  entry(layers.ZeroPadding3D, { padding: 'padding', ...DATA_FORMAT }),
  entry(layers.Cropping1D, { cropping: 'cropping' }),
  entry(layers.Cropping2D, { cropping: 'cropping', ...DATA_FORMAT }),
  entry(layers.Cropping3D, { cropping: 'cropping', ...DATA_FORMAT }),
  entry(layers.UpSampling1D, { size: 'size' }),
  entry(layers.UpSampling2D, { size: 'size', ...DATA_FORMAT, interpolation: 'interpolation' }),
  entry(layers.UpSampling3D, { size: 'size', ...DATA_FORMAT }),
  entry(layers.Dropout, { ...RANDOM, noiseShape: 'noise_shape' }),
  entry(layers.AlphaDropout, { ...RANDOM, noiseShape: 'noise_shape' }),
  entry(layers.GaussianDropout, RANDOM),
  entry(layers.GaussianNoise, { stddev: 'stddev', seed: 'seed' }),
  entry(layers.SpatialDropout1D, RANDOM),
  entry(layers.SpatialDropout2D, { ...RANDOM, ...DATA_FORMAT }),
  entry(layers.SpatialDropout3D, { ...RANDOM, ...DATA_FORMAT }),
  entry(layers.ActivityRegularization, { l1: 'l1', l2: 'l2' }),
];
