/** Names of options that layers share, as files spell them. */

type Group = Readonly<Record<string, string>>;

/** Groups by what they are for. */
export interface OptionNames {
  readonly ACTIVITY: Group;
  readonly KERNEL: Group;
  readonly BIAS: Group;
  readonly EMBEDDINGS: Group;
  readonly AFFINE: Group;
  readonly DATA_FORMAT: Group;
  readonly ACTIVATION: Group;
  readonly CONV: Group;
  readonly DEPTHWISE_CONV: Group;
  readonly SEPARABLE_CONV: Group;
  readonly POOLING: Group;
  readonly GLOBAL_POOLING: Group;
  readonly ADAPTIVE_POOLING: Group;
  readonly RANDOM: Group;
  readonly CELL: Group;
  readonly LSTM_CELL: Group;
  readonly CONV_LSTM: Group;
  readonly GRU_CELL: Group;
  readonly SEQUENCES: Group;
  readonly HEADS: Group;
  readonly PLAIN_ATTENTION: Group;
  readonly QUANTIZATION: readonly string[];
  readonly UNUSED_KERNEL: readonly string[];
  readonly UNUSED_RNN: readonly string[];
}

/** Groups of option names. A function, because bundlers keep what is put together outside of one. */
export function optionNames(): OptionNames {
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
  const QUANTIZATION = ['quantization_config', 'lora_rank', 'lora_alpha'];
  const UNUSED_KERNEL = ['groups', ...Object.values(KERNEL)];
  const UNUSED_RNN = ['time_major', 'implementation', 'use_cudnn'];
  return {
    ACTIVITY,
    KERNEL,
    BIAS,
    EMBEDDINGS,
    AFFINE,
    DATA_FORMAT,
    ACTIVATION,
    CONV,
    DEPTHWISE_CONV,
    SEPARABLE_CONV,
    POOLING,
    GLOBAL_POOLING,
    ADAPTIVE_POOLING,
    RANDOM,
    CELL,
    LSTM_CELL,
    CONV_LSTM,
    GRU_CELL,
    SEQUENCES,
    HEADS,
    PLAIN_ATTENTION,
    QUANTIZATION,
    UNUSED_KERNEL,
    UNUSED_RNN,
  };
}
