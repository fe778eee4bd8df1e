/** How layers stand in files: class, Keras' name for it, and the names of its options. */
import * as layers from '../../layers/index.ts';
import { optionNames } from './layer-options.ts';
import type { SerializableClass, SerializableEntry } from '../registry.ts';

/** Options of every layer. */
const BASE = { name: 'name', trainable: 'trainable', dtype: 'dtype' };

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

/** All built-in layers but InputLayer, which `models` writes. */
export const LAYERS: readonly SerializableEntry[] = layerEntries();

// A function, because bundlers keep a table whose rows are put together outside of one.
function layerEntries(): readonly SerializableEntry[] {
  const {
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
  } = optionNames();
  return [
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
}
