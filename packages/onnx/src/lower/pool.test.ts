import { describe, expect, test } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import cpu from '@addax/backend-cpu';
import { firstDifference, numbersOf, runGraph } from '@addax/conformance';
import {
  type Aval,
  type Graph,
  type HostArray,
  intern,
  ops,
  optimize,
  type Tensor,
  traceGraph,
  valueAndGrad,
} from '@addax/core';
import { emit } from '../emit.ts';
import { ModelProtoSchema } from '../proto/onnx_pb.ts';
import { runOnRuntime } from '../testing/node.ts';

const reference = cpu.createSync!();

type Model = (x: Tensor, weights: Tensor, bias: Tensor) => Tensor;

/** Gradients of Σ model(x)³, which differ for every window. */
function gradients(
  model: Model,
  shapes: readonly (readonly number[])[],
): { graph: Graph; ops: string[] } {
  const avals = shapes.map((shape) => intern({ shape, dtype: 'float32' }));
  const loss: Model = (x, weights, bias) => {
    const y = model(x, weights, bias);
    return ops.sum(ops.multiply(ops.multiply(y, y), y));
  };
  const traced = traceGraph(avals, (operands) => {
    const [x, weights, bias] = operands as [Tensor, Tensor, Tensor];
    return [
      model(x, weights, bias),
      ...valueAndGrad(loss, { argnums: [0, 1, 2] })(x, weights, bias)[1],
    ];
  });
  const graph = optimize(traced, () => false);
  const { bytes } = emit(graph, { target: 'cpu' });
  const nodes = fromBinary(ModelProtoSchema, bytes).graph!.node;
  return { graph, ops: nodes.map(({ opType }) => opType) };
}

/** Few different values, so that many windows have equal maxima. */
function tied({ shape }: Aval, seed: number): HostArray {
  const size = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: size }, (_, i) => (((i + seed) * 7919) % 4) / 4 - 0.25);
}

async function check(graph: Graph, change: (x: Float32Array) => void = () => {}): Promise<void> {
  const inputs = graph.inputs.map((id, i) => tied(graph.avals[id]!, 3 * i + 1));
  change(inputs[0] as Float32Array);
  const expected = await runGraph(reference, graph, inputs);
  const actual = await runOnRuntime(graph, inputs);
  graph.outputs.forEach((id, i) => {
    const [given, wanted] = [actual, expected].map((all) => numbersOf(all[i]!, graph.avals[id]!));
    expect(firstDifference(given!, wanted!, { rtol: 2e-5, atol: 2e-5 })).toBeUndefined();
  });
}

const layer =
  (padding: 'same' | 'valid', strides: number, activate: boolean): Model =>
  (x, weights, bias) => {
    const y = ops.add(ops.conv(x, weights, { padding, strides }), bias);
    return ops.maxPool(activate ? ops.relu(y) : y, 2);
  };

describe('max pooling in training', () => {
  test.each([
    ['same', 1, true],
    ['same', 1, false],
    ['valid', 1, true],
    ['same', 2, true],
  ] as const)(
    'of a small convolution (%s, strides %d, relu %j)',
    async (padding, strides, relu) => {
      const size = { same: 8 * strides, valid: 10 }[padding];
      const shapes = [[2, size, size, 2], [3, 3, 2, 4], [4]];
      const { graph, ops: written } = gradients(layer(padding, strides, relu), shapes);
      expect(written.filter((op) => op === 'Conv')).toHaveLength(4);
      expect(written).not.toContain('MaxPool');
      await check(graph);
    },
  );

  test('of a large convolution keeps the places of the maxima', async () => {
    const shapes = [[2, 4, 4, 16], [3, 3, 16, 4], [4]];
    const { graph, ops: written } = gradients(layer('same', 1, true), shapes);
    expect(written).toEqual(expect.arrayContaining(['If', 'MaxUnpool']));
    await check(graph);
  });

  test('keeps the places too where the last window does not fit', async () => {
    const shapes = [[2, 5, 7, 16], [3, 3, 16, 4], [4]];
    const { graph, ops: written } = gradients(layer('same', 1, true), shapes);
    expect(written).toEqual(expect.arrayContaining(['If', 'MaxUnpool']));
    await check(graph);
  });

  test('hands NaN and infinities on', async () => {
    const { graph } = gradients(layer('same', 1, true), [[2, 4, 4, 16], [3, 3, 16, 4], [4]]);
    await check(graph, (x) => (x[40] = -Infinity));
    const pooled = (x: Tensor): Tensor => ops.maxPool(x, 2);
    const plain = gradients(pooled, [[1, 4, 4, 1], [1], [1]]).graph;
    await check(plain, (x) => x.fill(-Infinity, 0, 8));
    const inputs = plain.inputs.map((id, i) => tied(plain.avals[id]!, i));
    inputs[0]![5] = NaN;
    expect(Number((await runOnRuntime(plain, inputs))[0]![0])).toBeNaN();
  });
});
