/** Samples of the composites: each the `call` node that its function makes. */
import { intern } from '../../tensor/avals.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { traceGraph } from '../../trace/trace.ts';
import { operand, type OpSample, sample, type SampleInput } from '../sample.ts';
import { adamUpdate } from './adam-update.ts';
import { attention } from './attention.ts';
import { batchNormInfer } from './batch-norm-infer.ts';
import { batchNormTrain } from './batch-norm-train.ts';
import { dropout } from './dropout.ts';
import { gelu } from './gelu.ts';
import { layerNorm } from './layer-norm.ts';
import { logSoftmax } from './log-softmax.ts';
import { logSumExp } from './log-sum-exp.ts';
import { lstm, type LstmOptions } from './lstm.ts';
import { softmax } from './softmax.ts';
import { sparseCrossEntropy } from './sparse-cross-entropy.ts';

/** The sample of a function that binds one composite on its operands, in their order. */
function composed(
  name: string,
  inputs: readonly SampleInput[],
  bind: (...operands: Tensor[]) => unknown,
  gradient = false,
): OpSample {
  const avals = inputs.map(({ shape, dtype }) => intern({ shape, dtype }));
  const graph = traceGraph(avals, (operands) => {
    bind(...operands);
    return [];
  });
  const node = graph.nodes.find(({ op }) => op === 'call');
  if (node?.op !== 'call' || graph.nodes.length !== 1) {
    throw new TypeError(`the sample "${name}" must bind exactly one composite`);
  }
  return sample('call', `${node.attrs.name}, ${name}`, inputs, node.attrs, gradient);
}

const x64 = operand([2, 3, 4], 'float64');
const x32 = operand([3, 5]);
const channels64 = operand([4], 'float64', 'positive');
const edges = operand([2, 4], 'float32', [-Infinity, 0, 1, 2, 1e30, -1e30, 88, 1]);
const half = operand([3, 5], 'float16');

const rows: OpSample[] = [
  composed('last axis', [x64], (x) => softmax(x), true),
  composed('two axes', [x64], (x) => softmax(x, [0, 2]), true),
  composed('edges', [edges], (x) => softmax(x)),
  composed('float16', [half], (x) => softmax(x)),
  composed('last axis', [x64], (x) => logSoftmax(x), true),
  composed('first axis', [x32], (x) => logSoftmax(x, 0)),
  composed('edges', [edges], (x) => logSoftmax(x)),
  composed('last axis', [x64], (x) => logSumExp(x, -1), true),
  composed('all axes', [x32], (x) => logSumExp(x, [0, 1])),
  composed('edges', [edges], (x) => logSumExp(x, 1)),
  composed('infinity', [operand([2, 2], 'float32', [-Infinity, -Infinity, Infinity, 1])], (x) =>
    logSumExp(x, 1),
  ),
  composed('tanh', [x64], (x) => gelu(x, true), true),
  composed('erf', [x64], (x) => gelu(x, false), true),
  composed('bfloat16', [operand([6], 'bfloat16')], (x) => gelu(x, false)),
];

const norms: OpSample[] = [
  composed(
    'scale and offset',
    [x64, channels64, channels64],
    (x, scale, offset) => layerNorm(x, { axis: -1, epsilon: 1e-3, scale, offset }),
    true,
  ),
  composed('two axes', [x64], (x) => layerNorm(x, { axis: [1, 2], epsilon: 1e-3 }), true),
  composed('float16', [half], (x) => layerNorm(x, { axis: -1, epsilon: 1e-3 })),
  composed(
    'channels last',
    [x64, channels64, channels64],
    (x, scale, offset) => batchNormTrain(x, { axis: -1, epsilon: 1e-3, scale, offset }),
    true,
  ),
  composed(
    'masked',
    [x64, operand([2, 3], 'bool', [1, 0, 1, 1, 1, 0])],
    (x, mask) => batchNormTrain(x, { axis: -1, epsilon: 1e-3, mask }),
    true,
  ),
  composed('channels first', [operand([2, 3, 4, 4])], (x) =>
    batchNormTrain(x, { axis: 1, epsilon: 1e-3 }),
  ),
  composed(
    'all',
    [x64, channels64, channels64, channels64, channels64],
    (x, mean, variance, scale, offset) =>
      batchNormInfer(x, { axis: -1, epsilon: 1e-3, mean, variance, scale, offset }),
    true,
  ),
];

const heads = (positions: number, count: number): SampleInput =>
  operand([2, positions, count, 3], 'float64');

const attentions: OpSample[] = [
  composed('plain', [heads(4, 2), heads(5, 2), heads(5, 2)], (q, k, v) => attention(q, k, v), true),
  composed(
    'causal',
    [heads(4, 2), heads(4, 2), heads(4, 2)],
    (q, k, v) => attention(q, k, v, { causal: true }),
    true,
  ),
  composed(
    'bias, mask and grouped heads',
    [
      heads(2, 4),
      heads(3, 2),
      heads(3, 2),
      operand([1, 4, 2, 3], 'float64'),
      operand([2, 1, 1, 3], 'bool', [1, 1, 0, 1, 0, 1]),
    ],
    (q, k, v, bias, mask) => attention(q, k, v, { bias, mask, scale: 0.4 }),
    true,
  ),
];

/** Batch 2, 4 steps, 3 features, 2 units. */
const lstmInputs = [
  operand([2, 4, 3], 'float64', 'unit'),
  operand([3, 8], 'float64', 'unit'),
  operand([2, 8], 'float64', 'unit'),
];
const extras = [
  operand([8], 'float64', 'unit'),
  operand([2, 2], 'float64', 'unit'),
  operand([2, 2], 'float64', 'unit'),
  operand([2, 4], 'bool', [1, 1, 1, 0, 0, 1, 0, 0]),
];

function lstmSample(name: string, options: Partial<LstmOptions>, masked: boolean): OpSample {
  const inputs = masked ? [...lstmInputs, ...extras] : lstmInputs;
  return composed(
    name,
    inputs,
    (x, kernel, recurrentKernel, bias, initialHidden, initialCell, mask) =>
      lstm(x, {
        kernel,
        recurrentKernel,
        bias,
        initialHidden,
        initialCell,
        mask,
        ...options,
      }),
    true,
  );
}

const others: OpSample[] = [
  lstmSample('last', {}, false),
  lstmSample('sequences', { returnSequences: true }, true),
  lstmSample('backwards', { returnSequences: true, goBackwards: true }, true),
  lstmSample('zero output', { zeroOutputForMask: true }, true),
  composed(
    'labels',
    [operand([4, 3], 'float64'), operand([4], 'int32', [0, 2, 1, 2])],
    (logits, labels) => sparseCrossEntropy(logits, labels),
    true,
  ),
  composed(
    'steps, large logits',
    [
      operand([1, 3, 2], 'float32', [1e4, -1e4, 0, 0, -1e4, 1e4]),
      operand([1, 3], 'int32', [0, 1, 0]),
    ],
    (logits, labels) => sparseCrossEntropy(logits, labels),
  ),
  composed(
    'half',
    [operand([4, 5], 'float64'), operand([2], 'uint32', [1, 2])],
    (x, key) => dropout(x, key, 0.5),
    true,
  ),
  composed('rate 1', [x32, operand([2], 'uint32', [1, 2])], (x, key) => dropout(x, key, 1)),
  composed(
    'shared noise, rate as tensor',
    [x32, operand([2], 'uint32', [3, 4]), operand([], 'float32', [0.3])],
    (x, key, rate) => dropout(x, key, rate, [3, 1]),
  ),
  composed(
    'first step',
    [
      x32,
      x32,
      x32,
      operand([3, 5], 'float32', 'positive'),
      operand([], 'float32', [0.1]),
      operand([], 'float32', [1]),
    ],
    (parameter, gradient, momentum, velocity, learningRate, step) =>
      adamUpdate({ parameter, momentum, velocity }, gradient, {
        learningRate,
        step,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-7,
      }),
  ),
];

export const SAMPLES: readonly OpSample[] = [...rows, ...norms, ...attentions, ...others];
