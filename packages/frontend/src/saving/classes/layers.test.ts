import { describe, expect, test } from '@jest/globals';
import { type Layer, layers } from '../../index.ts';
import { LAYERS } from './layers.ts';

/** Options that a class cannot do without. */
const REQUIRED: Readonly<Record<string, object>> = {
  Dense: { units: 2 },
  EinsumDense: { equation: 'ab,bc->ac', outputShape: 3 },
  Embedding: { inputDim: 5, outputDim: 2 },
  ReversibleEmbedding: { inputDim: 5, outputDim: 2 },
  Lambda: { function: (x: unknown) => x },
  Rescaling: { scale: 2 },
  Activation: { activation: 'relu' },
  SimpleRNNCell: { units: 2 },
  LSTMCell: { units: 2 },
  GRUCell: { units: 2 },
  SimpleRNN: { units: 2 },
  LSTM: { units: 2 },
  GRU: { units: 2 },
  MultiHeadAttention: { numHeads: 2, keyDim: 3 },
  GroupQueryAttention: { headDim: 2, numQueryHeads: 4, numKeyValueHeads: 2 },
  Dot: { axes: 1 },
  Reshape: { targetShape: [2, -1] },
  Permute: { dims: [2, 1] },
  RepeatVector: { n: 3 },
  Dropout: { rate: 0.5 },
  AlphaDropout: { rate: 0.5 },
  GaussianDropout: { rate: 0.5 },
  GaussianNoise: { stddev: 0.5 },
};

function required(className: string): object {
  if (className.includes('Conv')) return { filters: 2, kernelSize: 3 };
  if (className.startsWith('Adaptive')) return { outputSize: 2 };
  if (className.startsWith('SpatialDropout')) return { rate: 0.5 };
  return REQUIRED[className] ?? inner(className);
}

function inner(className: string): object {
  switch (className) {
    case 'RNN':
      return { cell: layers.lstmCell({ units: 2 }) };
    case 'StackedRNNCells':
      return { cells: [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 3 })] };
    case 'Bidirectional':
      return { layer: layers.gru({ units: 2 }) };
    case 'TimeDistributed':
    case 'SpectralNormalization':
      return { layer: layers.dense({ units: 2 }) };
    default:
      return {};
  }
}

const plain = (config: object): unknown => JSON.parse(JSON.stringify(config));

describe.each(LAYERS.map((entry) => [entry.className, entry] as const))('%s', (name, entry) => {
  const make = entry.make as new (options: object) => Layer;
  const { filters, ...options } = required(name) as { filters?: number };
  const needsFilters = filters !== undefined && !name.startsWith('Depthwise');
  const layer = new make(needsFilters ? { filters, ...options } : options);

  test('its configuration makes an equal layer', () => {
    const config = layer.getConfig();
    expect(plain(new make(config).getConfig())).toEqual(plain(config));
  });

  test('every option has a key in files', () => {
    const config = { ...layer.getConfig(), ...options };
    expect(Object.keys(config).filter((key) => !(key in entry.names))).toEqual([]);
  });
});
