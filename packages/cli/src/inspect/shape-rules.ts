/** Output shapes of layers that often come last in a model, from their settings. */
import { configOf, isKerasObject, type KerasObject, type Shape, shapeOf } from './keras-objects.ts';

type Config = Readonly<Record<string, unknown>>;
type Rule = (config: Config, input: Shape) => Shape | undefined;

function words(text: string): readonly string[] {
  return text.split(' ');
}

/** Layers whose output is shaped like their input. */
const SAME = words(
  'Activation ActivityRegularization AlphaDropout BatchNormalization Dropout ELU GaussianDropout ' +
    'GaussianNoise GroupNormalization Identity LayerNormalization LeakyReLU Masking Normalization ' +
    'PReLU RMSNormalization ReLU Rescaling Softmax SpatialDropout1D SpatialDropout2D ' +
    'SpatialDropout3D ThresholdedReLU UnitNormalization',
);

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(SAME.map((name) => [name, (_: Config, input: Shape) => input])),
  Dense: ({ units }, input) => [...input.slice(0, -1), numberOf(units)],
  Embedding: ({ output_dim: size }, input) => [...input, numberOf(size)],
  Flatten: (_, [batch = null, ...axes]) => [
    batch,
    axes.reduce<number | null>((a, b) => (a === null || b === null ? null : a * b), 1),
  ],
  Reshape: ({ target_shape: target }, [batch = null]) => {
    const shape = shapeOf(target);
    return shape === undefined || shape.includes(-1) ? undefined : [batch, ...shape];
  },
  RepeatVector: ({ n }, [batch = null, size = null]) => [batch, numberOf(n), size],
  LSTM: recurrent,
  GRU: recurrent,
  SimpleRNN: recurrent,
  Bidirectional: ({ layer, merge_mode: mode = 'concat' }, input) => {
    const shape = isKerasObject(layer) ? shapeByRule(layer, input) : undefined;
    const size = shape?.at(-1);
    if (shape === undefined || mode === null) return undefined;
    return mode === 'concat' ? [...shape.slice(0, -1), size == null ? null : 2 * size] : shape;
  },
  TimeDistributed: ({ layer }, [batch = null, steps = null, ...rest]) => {
    const shape = isKerasObject(layer) ? shapeByRule(layer, [batch, ...rest]) : undefined;
    return shape === undefined ? undefined : [batch, steps, ...shape.slice(1)];
  },
  ...overDimensions('Conv', (config, input) => spatial(config, input, config['filters'])),
  ...overDimensions('SeparableConv', (config, input) => spatial(config, input, config['filters'])),
  ...overDimensions('DepthwiseConv', (config, input) => {
    const channels = input.at(isChannelsFirst(config) ? 1 : -1) ?? null;
    const { depth_multiplier: factor = 1 } = config;
    return spatial(config, input, channels === null ? null : channels * Number(factor));
  }),
  ...overDimensions('MaxPooling', pooled),
  ...overDimensions('AveragePooling', pooled),
  ...overDimensions('GlobalMaxPooling', globallyPooled),
  ...overDimensions('GlobalAveragePooling', globallyPooled),
};

/** The output shape of a layer; undefined if there is no rule. */
export function shapeByRule(layer: KerasObject, input: Shape | undefined): Shape | undefined {
  const { class_name: className } = layer;
  if (input === undefined || input.length === 0 || !Object.hasOwn(RULES, className)) {
    return undefined;
  }
  return RULES[className]!(configOf(layer), input);
}

function overDimensions(name: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries([1, 2, 3].map((dimensions) => [`${name}${dimensions}D`, rule]));
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function isChannelsFirst({ data_format: format }: Config): boolean {
  return format === 'channels_first';
}

function recurrent(config: Config, [batch = null, steps = null]: Shape): Shape {
  const units = numberOf(config['units']);
  return config['return_sequences'] === true ? [batch, steps, units] : [batch, units];
}

function globallyPooled(config: Config, input: Shape): Shape {
  const [batch = null] = input;
  const first = isChannelsFirst(config);
  const channels = input.at(first ? 1 : -1) ?? null;
  if (config['keepdims'] !== true) return [batch, channels];
  const ones = input.slice(2).map(() => 1);
  return first ? [batch, channels, ...ones] : [batch, ...ones, channels];
}

function pooled(config: Config, input: Shape): Shape | undefined {
  const { pool_size: size, strides } = config;
  const channels = input.at(isChannelsFirst(config) ? 1 : -1) ?? null;
  return spatial({ ...config, kernel_size: size, strides: strides ?? size }, input, channels);
}

/** The shape after a window has moved over the axes between batch and channels. */
function spatial(config: Config, input: Shape, channels: unknown): Shape | undefined {
  const { kernel_size: kernel, strides = 1, dilation_rate: dilation = 1, padding } = config;
  if (padding !== 'same' && padding !== 'valid') return undefined;
  const first = isChannelsFirst(config);
  const axes = first ? input.slice(2) : input.slice(1, -1);
  const moved = axes.map((size, axis) => {
    const stride = along(strides, axis);
    const reach = (along(kernel, axis) - 1) * along(dilation, axis) + 1;
    if (size === null) return null;
    return Math.ceil((padding === 'same' ? size : size - reach + 1) / stride);
  });
  if (moved.some(Number.isNaN)) return undefined;
  const [batch = null] = input;
  const last = numberOf(channels);
  return first ? [batch, last, ...moved] : [batch, ...moved, last];
}

function along(setting: unknown, axis: number): number {
  return Number(Array.isArray(setting) ? (setting as unknown[])[axis] : setting);
}
