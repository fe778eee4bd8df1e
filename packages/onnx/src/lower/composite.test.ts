import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { firstDifference, numbersOf, runGraph } from '@addax/conformance';
import {
  type Aval,
  type Graph,
  type HostArray,
  intern,
  type Tensor,
  traceGraph,
} from '@addax/core';
import {
  attention,
  batchNormInfer,
  gelu,
  layerNorm,
  logSoftmax,
  lstm,
  softmax,
} from '@addax/core/graph-ops';
import { emit } from '../emit.ts';
import { ModelProtoSchema } from '../proto/onnx_pb.ts';
import { supportsComposite } from '../support.ts';
import { runOnRuntime } from '../testing/node.ts';

const reference = cpu.createSync!();

function traced(
  shapes: readonly (readonly number[])[],
  bind: (...operands: Tensor[]) => Tensor[],
): Graph {
  const avals = shapes.map((shape) => intern({ shape, dtype: 'float32' }));
  return traceGraph(avals, (operands) => bind(...operands));
}

/** Values between 0.1 and 1, so that they may also be variances. */
function values({ shape }: Aval, seed: number): HostArray {
  const size = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from(
    { length: size },
    (_, i) => 0.1 + (((i + 1) * 7919 * seed) % 900) / 1000,
  );
}

const x = [2, 4, 3];
const weights = [[3, 8], [2, 8], [8], [2, 2], [2, 2]];

const CASES: readonly (readonly [operator: string, title: string, graph: Graph])[] = [
  ['Softmax', 'last axis', traced([x], (a) => [softmax(a)])],
  ['Softmax', 'inner axis', traced([x], (a) => [softmax(a, 1)])],
  ['LogSoftmax', 'last axis', traced([x], (a) => [logSoftmax(a)])],
  ['Gelu', 'by erf', traced([x], (a) => [gelu(a, false)])],
  ['Gelu', 'by tanh', traced([x], (a) => [gelu(a, true)])],
  [
    'LayerNormalization',
    'two axes, scaled',
    traced([x, [4, 3], [4, 3]], (a, scale, offset) => [
      layerNorm(a, { axis: [1, 2], epsilon: 1e-3, scale, offset }),
    ]),
  ],
  ['LayerNormalization', 'bare', traced([x], (a) => [layerNorm(a, { axis: -1, epsilon: 1e-3 })])],
  [
    'BatchNormalization',
    'channels last',
    traced([x, [3], [3], [3], [3]], (a, mean, variance, scale, offset) => [
      batchNormInfer(a, { axis: -1, epsilon: 1e-3, mean, variance, scale, offset }),
    ]),
  ],
  [
    'BatchNormalization',
    'channels first, bare',
    traced([x, [4], [4]], (a, mean, variance) => [
      batchNormInfer(a, { axis: 1, epsilon: 1e-3, mean, variance }),
    ]),
  ],
  [
    'LSTM',
    'last output',
    traced([x, ...weights.slice(0, 2)], (a, kernel, recurrentKernel) => {
      const { output, hidden, cell } = lstm(a, { kernel, recurrentKernel });
      return [output, hidden, cell];
    }),
  ],
  [
    'LSTM',
    'backwards, sequences, bias and state',
    traced([x, ...weights], (a, kernel, recurrentKernel, bias, initialHidden, initialCell) => {
      const state = { bias, initialHidden, initialCell };
      const options = { goBackwards: true, returnSequences: true };
      const { output, hidden, cell } = lstm(a, { kernel, recurrentKernel, ...state, ...options });
      return [output, hidden, cell];
    }),
  ],
];

describe('composites that the runtime has by name', () => {
  test.each(CASES)('%s, %s', async (operator, _, graph) => {
    const { bytes } = emit(graph, { target: 'portable' });
    const ops = fromBinary(ModelProtoSchema, bytes).graph!.node.map(({ opType }) => opType);
    expect(ops).toContain(operator);
    const inputs = graph.inputs.map((id, i) => values(graph.avals[id]!, i + 1));
    const expected = await runGraph(reference, graph, inputs);
    const actual = await runOnRuntime(graph, inputs);
    const differences = graph.outputs.map((id, i) => {
      const [given, wanted] = [actual, expected].map((all) => numbersOf(all[i]!, graph.avals[id]!));
      return firstDifference(given!, wanted!, { rtol: 2e-5, atol: 1e-5 });
    });
    expect(differences.filter(Boolean)).toEqual([]);
  });

  const queries = [2, 4, 4, 6];
  const keys = [2, 5, 2, 6];
  const attends: readonly (readonly [title: string, graph: Graph])[] = [
    ['as it is', traced([queries, queries, queries], (q, k, v) => [attention(q, k, v)])],
    [
      'grouped heads, causal',
      traced([queries, keys, keys], (q, k, v) => [attention(q, k, v, { causal: true })]),
    ],
    [
      'bias and mask',
      traced([queries, keys, keys, [2, 1, 4, 5], [4, 5]], (q, k, v, bias, m) => [
        attention(q, k, v, { bias, mask: m.greater(0.5), scale: 0.3 }),
      ]),
    ],
    [
      'a mask that leaves nothing',
      traced([queries, keys, keys, [5]], (q, k, v, m) => [
        attention(q, k, v, { mask: m.greater(2) }),
      ]),
    ],
  ];
  test.each(attends)('Attention, %s, from set 23 on', async (_, graph) => {
    const opsOf = (opset: number): string[] =>
      fromBinary(
        ModelProtoSchema,
        emit(graph, { target: 'portable', opset }).bytes,
      ).graph!.node.map(({ opType }) => opType);
    expect(opsOf(23)).toContain('Attention');
    expect(opsOf(21)).not.toContain('Attention');
    const inputs = graph.inputs.map((id, i) => values(graph.avals[id]!, i + 1));
    const expected = await runGraph(reference, graph, inputs);
    const actual = await runOnRuntime(graph, inputs, { target: 'portable', opset: 23 });
    const [given, wanted] = [actual, expected].map((all) =>
      numbersOf(all[0]!, graph.avals[graph.outputs[0]!]!),
    );
    expect(firstDifference(given!, wanted!, { rtol: 2e-5, atol: 1e-5 })).toBeUndefined();
  });

  test('are claimed for inference only', () => {
    const [, , graph] = CASES[0]!;
    const node = graph.nodes[0]!;
    expect(supportsComposite(node, graph.avals, { training: false })).toBe(true);
    expect(supportsComposite(node, graph.avals, { training: true })).toBe(false);
  });
});
