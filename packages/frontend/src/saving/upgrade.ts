/**
 * Configurations of older writers (Keras 2, early Keras 3, TensorFlow.js) in today's form. One table says
 * what changed; classes of one's own are never touched.
 */
import { isRecord, UnsupportedError } from '@addax/core';
import { legacyActivation } from './legacy-activations.ts';
import { isKerasObject, type KerasObject } from './read-context.ts';
import { asFormatErrors } from './reading-errors.ts';

type Config = Readonly<Record<string, unknown>>;

/** Whose configuration it is: some words mean something else in Keras 3. TensorFlow.js follows Keras 2. */
export type Writer = 'keras2' | 'keras3';

/** The writer by the version in a file ("2.15.0", "tfjs-layers 4.22.0"). */
export function writerOf(version: unknown): Writer {
  return typeof version === 'string' && /^([12]\.|tfjs|TensorFlow\.js)/.test(version)
    ? 'keras2'
    : 'keras3';
}

function words(text: string): readonly string[] {
  return text.split(' ');
}

const RECURRENT = words('time_major implementation');
const DEPTHWISE = words('kernel_initializer kernel_regularizer kernel_constraint');

/** Keys that change nothing, by class. */
const DROPPED: Readonly<Record<string, readonly string[]>> = {
  BatchNormalization: ['fused'],
  Bidirectional: ['time_major'],
  ConvLSTM1D: RECURRENT,
  ConvLSTM2D: RECURRENT,
  ConvLSTM3D: RECURRENT,
  DepthwiseConv1D: DEPTHWISE,
  DepthwiseConv2D: DEPTHWISE,
  Embedding: ['input_length'],
  GRU: RECURRENT,
  GRUCell: RECURRENT,
  LSTM: RECURRENT,
  LSTMCell: RECURRENT,
  RNN: RECURRENT,
  SeparableConv1D: DEPTHWISE,
  SeparableConv2D: DEPTHWISE,
  SimpleRNN: RECURRENT,
  SimpleRNNCell: RECURRENT,
};

/** Layers for which Keras 2 wrote `groups: 1`, although they have none. */
const UNGROUPED = new Set(
  words(
    'DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D Conv1DTranspose ' +
      'Conv2DTranspose Conv3DTranspose',
  ),
);

const OPTIMIZERS = new Set(
  words('SGD RMSprop Adam AdamW Adagrad Adadelta Adamax Nadam Ftrl Lion Adafactor'),
);
const OPTIMIZER_KEYS = words('is_legacy_optimizer jit_compile');

/** Initializers once had a dtype. */
const INITIALIZERS = new Set(
  words(
    'Zeros Ones Constant RandomNormal RandomUniform TruncatedNormal Identity VarianceScaling ' +
      'Orthogonal GlorotUniform GlorotNormal HeUniform HeNormal LecunUniform LecunNormal',
  ),
);

const LOSSES = new Set(
  words(
    'BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy Hinge Poisson Huber ' +
      'MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError ' +
      'CosineSimilarity KLDivergence LogCosh CategoricalHinge SquaredHinge',
  ),
);

/** Classes that have another name today. */
const CLASSES: Readonly<Record<string, string>> = {
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  Convolution3D: 'Conv3D',
  SyncBatchNormalization: 'BatchNormalization',
};

/**
 * A configuration as Keras writes it today.
 *
 * @throws FormatError for what is none.
 */
export function upgradeConfig(value: unknown, writer: Writer = 'keras3'): unknown {
  return asFormatErrors(
    'the configuration',
    () => false,
    () => upgrade(value, writer),
  );
}

function upgrade(value: unknown, writer: Writer): unknown {
  if (Array.isArray(value)) return value.map((item) => upgrade(item, writer));
  if (!isRecord(value)) return value;
  if (isKerasObject(value)) return upgradeObject(value, writer);
  return upgradeValues(value, writer);
}

function upgradeValues(record: Config, writer: Writer): Config {
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => [key, upgrade(item, writer)]),
  );
}

function upgradeObject(object: KerasObject, writer: Writer): unknown {
  const { config, registered_name: registeredName, ...others } = object;
  const { class_name: written } = object;
  const className = Object.hasOwn(CLASSES, written) ? CLASSES[written]! : written;
  const rest = {
    ...upgradeValues(others, writer),
    class_name: className,
    ...(registeredName === undefined ? {} : { registered_name: registeredName }),
  };
  const custom = (registeredName ?? '').includes('>');
  if (custom || !isRecord(config)) {
    const plain = upgrade(config, writer);
    return { ...rest, config: className === 'Sequential' ? withInput(config, plain) : plain };
  }
  // Keras 2 called policies so; a plain name means the same.
  if (className === 'Policy') return config['name'];
  // And it wrapped metric functions.
  if (className === 'MeanMetricWrapper' && typeof config['fn'] === 'string') {
    return config['name'] === 'accuracy' ? 'accuracy' : config['fn'];
  }
  refuseLambda(className, config);
  const upgraded = upgradeValues(changed(className, cleaned(className, config), writer), writer);
  return { ...rest, config: className === 'Sequential' ? withInput(config, upgraded) : upgraded };
}

/** Without the keys that mean nothing any more. */
function cleaned(className: string, config: Config): Config {
  const dropped = new Set([
    ...(Object.hasOwn(DROPPED, className) ? DROPPED[className]! : []),
    ...(OPTIMIZERS.has(className) ? OPTIMIZER_KEYS : []),
    ...(INITIALIZERS.has(className) ? ['dtype'] : []),
    ...(LOSSES.has(className) ? ['fn'] : []),
    ...(UNGROUPED.has(className) && config['groups'] === 1 ? ['groups'] : []),
    // The schedule that it stood for is off.
    ...(OPTIMIZERS.has(className) && config['decay'] === 0 ? ['decay'] : []),
  ]);
  return Object.fromEntries(Object.entries(config).filter(([key]) => !dropped.has(key)));
}

/** With what is written in another way today. */
function changed(className: string, config: Config, writer: Writer): Config {
  const { batch_input_shape: shape, ...rest } = config;
  if (className === 'InputLayer')
    return shape === undefined ? rest : { ...rest, batch_shape: shape };
  const result: Record<string, unknown> = { ...rest };
  for (const key of ['activation', 'recurrent_activation']) {
    const legacy = writer === 'keras2' ? legacyActivation(rest[key]) : undefined;
    if (legacy !== undefined) result[key] = legacy;
  }
  if (className === 'BatchNormalization') {
    const { axis } = rest;
    if (Array.isArray(axis) && axis.length === 1) result['axis'] = axis[0] as unknown;
  }
  // TensorFlow.js and old Keras have only this form, and say nothing of it.
  if (className === 'GRU' || className === 'GRUCell') result['reset_after'] ??= false;
  if (className === 'VarianceScaling' && rest['distribution'] === 'normal') {
    result['distribution'] = 'truncated_normal';
  }
  if (LOSSES.has(className) && rest['reduction'] === 'auto') {
    result['reduction'] = 'sum_over_batch_size';
  }
  if (OPTIMIZERS.has(className) && 'lr' in rest) {
    result['learning_rate'] ??= rest['lr'];
    delete result['lr'];
  }
  return result;
}

/** A stack whose first layer says what its input is gets an input layer. */
function withInput(old: unknown, config: unknown): unknown {
  // Before Keras 2.2.3 the layers were the whole configuration.
  const record: Config = isRecord(config) ? config : { layers: config };
  const given: unknown = isRecord(old) ? old['layers'] : old;
  const first: unknown = Array.isArray(given) ? given[0] : undefined;
  if (!isKerasObject(first) || first.class_name === 'InputLayer' || !isRecord(first.config)) {
    return record;
  }
  const { batch_input_shape: shape, dtype, name } = first.config;
  if (!Array.isArray(shape)) return record;
  const input = {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: {
      batch_shape: shape,
      name: `${typeof name === 'string' ? name : 'layer'}_input`,
      ...(typeof dtype === 'string' && !dtype.startsWith('mixed') ? { dtype } : {}),
    },
  };
  return { ...record, layers: [input, ...(record['layers'] as readonly unknown[])] };
}

/** Keras 2 kept lambdas as marshalled code in the layer's own configuration. */
function refuseLambda(className: string, config: Config): void {
  if (className !== 'Lambda') return;
  if (config['function_type'] !== 'lambda' && !Array.isArray(config['function'])) return;
  throw new UnsupportedError(
    `the file's layer "${String(config['name'])}" is a Python lambda: code in files is never run. ` +
      'Replace it in Python by a layer or by a function registered with ' +
      'keras.saving.register_keras_serializable, and register one of the same name here with ' +
      'registerSerializable.',
  );
}
