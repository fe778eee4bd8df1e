import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from '@jest/globals';
import { type Aval, type Graph, GraphBuilder, parse, UnsupportedError } from '@addax/core';
import { emit } from './emit.ts';
import { ModelProtoSchema } from './proto/onnx_pb.ts';
import { runOnRuntime } from './testing/node.ts';

function opsOf(graph: Graph, target: 'cpu' | 'portable' = 'cpu'): string[] {
  const { bytes } = emit(graph, { target });
  return fromBinary(ModelProtoSchema, bytes).graph!.node.map(({ opType }) => opType);
}

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });

describe('emit', () => {
  test('names inputs and outputs and says their types', () => {
    const graph = parse('graph(%0: bfloat16[2], %1: float32[]) { return %0, %1 }');
    const names = { inputNames: ['image', 'rate'], outputNames: ['logits', 'same'] };
    const model = emit(graph, { target: 'portable', border: 'runtime', ...names });
    expect(model.inputs.map(({ name, onnxType }) => [name, onnxType])).toEqual([
      ['image', 1],
      ['rate', 1],
    ]);
    expect(model.outputs.map(({ name }) => name)).toEqual(['logits', 'same']);
  });

  test('leaves out what no output needs', () => {
    const builder = new GraphBuilder();
    const x = builder.input(f(4));
    const [y] = builder.add('unary', [x], { fn: 'exp' });
    builder.add('unary', [x], { fn: 'erf' });
    expect(opsOf(builder.finish([y!]))).toEqual(['Exp', 'Identity']);
  });

  test('writes a dense layer as one Gemm and its activation', () => {
    const builder = new GraphBuilder();
    const [x, w, b] = [f(2, 3), f(3, 5), f(5)].map((aval) => builder.input(aval));
    const [product] = builder.add('dot', [x!, w!], { batch: [], contract: [[1, 0]] });
    const [bias] = builder.add('broadcast', [b!], { shape: [2, 5], axes: [1] });
    const [sum] = builder.add('binary', [product!, bias!], { fn: 'add' });
    const [zero] = builder.add('full', [], { value: 0, shape: [2, 5], dtype: 'float32' });
    const [y] = builder.add('binary', [sum!, zero!], { fn: 'max' });
    expect(opsOf(builder.finish([y!]))).toEqual(['Gemm', 'Relu', 'Identity']);
  });

  test('keeps a chain of channels-last convolutions channels-first inside', () => {
    const builder = new GraphBuilder();
    const x = builder.input(f(1, 6, 6, 2));
    const w = builder.input(f(3, 3, 2, 2));
    const attrs = {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      dilation: [1, 1],
      groups: 1,
      layout: 'channelsLast',
    } as const;
    let [y] = builder.add('conv', [x, w], attrs);
    [y] = builder.add('unary', [y!], { fn: 'tanh' });
    [y] = builder.add('conv', [y!, w], attrs);
    const expected = ['Transpose', 'Transpose', 'Conv', 'Tanh', 'Conv', 'Transpose', 'Identity'];
    expect(opsOf(builder.finish([y!]))).toEqual(expected);
  });

  test('uses standard operators only in portable models', () => {
    const builder = new GraphBuilder();
    const [a, b] = [f(2, 3, 4), f(2, 5, 4)].map((aval) => builder.input(aval));
    const [y] = builder.add('dot', [a!, b!], { batch: [[0, 0]], contract: [[2, 2]] });
    const graph = builder.finish([y!]);
    expect(opsOf(graph)).toEqual(['FusedMatMul', 'Identity']);
    expect(opsOf(graph, 'portable')).toEqual(['Transpose', 'MatMul', 'Identity']);
  });

  test('takes large constants as inputs on request', async () => {
    const builder = new GraphBuilder();
    const x = builder.input(f(100));
    const ones = new Float32Array(100).fill(1);
    const [y] = builder.add('binary', [x, builder.constant(f(100), ones)], { fn: 'add' });
    const graph = builder.finish([y!]);
    const model = emit(graph, { target: 'cpu', embedConstants: false });
    expect(model.inputs.map(({ constant }) => constant)).toEqual([undefined, 1]);
    const options = { target: 'cpu', embedConstants: false } as const;
    expect((await runOnRuntime(graph, [ones], options))[0]![99]).toBe(2);
  });

  test('says which node it cannot write', () => {
    const builder = new GraphBuilder();
    const x = builder.input(f(2));
    const graph = builder.finish(builder.add('bitcast', [x], { dtype: 'int32' }, 'layer/bits'));
    expect(() => emit(graph, { target: 'cpu' })).toThrow(UnsupportedError);
    expect(() => emit(graph, { target: 'cpu' })).toThrow('bitcast (layer/bits): the runtime has');
  });

  test('refuses operator sets that it does not write', () => {
    const graph = parse('graph(%0: float32[2]) { return %0 }');
    expect(() => emit(graph, { target: 'cpu', opset: 9 })).toThrow(
      'opset 9: use 18, 19, 20, 21 or 23',
    );
  });
});
