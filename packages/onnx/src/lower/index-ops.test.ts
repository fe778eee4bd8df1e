import { expect, test } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { type Graph, GraphBuilder } from '@addax/core';
import { emit } from '../emit.ts';
import { ModelProtoSchema } from '../proto/onnx_pb.ts';
import { runOnRuntime } from '../testing/node.ts';

function scattering(mode: 'add' | 'set', count: number, rows: number, width: number): Graph {
  const builder = new GraphBuilder();
  const x = builder.input({ shape: [rows, width], dtype: 'float32' });
  const indices = builder.input({ shape: [count], dtype: 'int32' });
  const updates = builder.input({ shape: [count, width], dtype: 'float32' });
  const attrs = { axis: 0, batchDims: 0, mode } as const;
  return builder.finish(builder.add('scatter', [x, indices, updates], attrs));
}

function opsOf(graph: Graph, threads?: number): string[] {
  const { bytes } = emit(graph, { target: 'cpu', threads });
  return fromBinary(ModelProtoSchema, bytes).graph!.node.map(({ opType }) => opType);
}

test('sums of many updates of few rows are whole with several threads', async () => {
  const count = 300_000;
  const inputs = [
    new Float32Array(3),
    Int32Array.from({ length: count }, (_, i) => i % 3),
    new Float32Array(count).fill(1),
  ];
  const session = { intraOpNumThreads: 4 };
  const [sums] = await runOnRuntime(scattering('add', count, 3, 1), inputs, undefined, session);
  expect(Array.from(sums!, Number)).toEqual([100_000, 100_000, 100_000]);
});

test('the quick scatter is for models that run with one thread', () => {
  const graph = scattering('add', 4, 3, 2);
  expect(opsOf(graph)).toContain('ScatterElements');
  expect(opsOf(graph, 1)).toContain('ScatterND');
});

test('of equal indices the last one is set', async () => {
  const inputs = [
    new Float32Array(4),
    new Int32Array([1, 1, 0]),
    new Float32Array([1, 2, 3, 4, 5, 6]),
  ];
  const [result] = await runOnRuntime(scattering('set', 3, 2, 2), inputs);
  expect(Array.from(result!, Number)).toEqual([5, 6, 3, 4]);
});
