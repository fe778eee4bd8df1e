import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { FormatError, GraphBuilder } from '@addax/core';
import type * as Runtime from 'onnxruntime-node';
import { emit } from '../emit.ts';
import { graphProto, modelProto, nodeProto, tensorProto, valueInfo } from '../model.ts';
import {
  FunctionProtoSchema,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
} from '../proto/onnx_pb.ts';
import { SESSION } from '../testing/node.ts';
import { readModel } from './read.ts';

const runtime = createRequire(import.meta.url)('onnxruntime-node') as typeof Runtime;

const [FLOAT, INT32, INT64] = [1, 6, 7];

function bytesOf(graph: GraphProto, change: (model: ModelProto) => void = () => {}): Uint8Array {
  const model = modelProto(graph, 21, [], {});
  change(model);
  return toBinary(ModelProtoSchema, model);
}

const x = valueInfo('x', FLOAT, [2]);
const y = valueInfo('y', FLOAT, [2]);
const relu = nodeProto('Relu', '', ['x'], ['y'], {}, '');

function dense(): Uint8Array {
  const builder = new GraphBuilder();
  const a = builder.input({ shape: [2, 3], dtype: 'float32' });
  const data = Float32Array.from({ length: 300 }, (_, i) => i / 300);
  const w = builder.constant({ shape: [3, 100], dtype: 'float32' }, data);
  const product = builder.add('dot', [a, w], { batch: [], contract: [[1, 0]] });
  return emit(builder.finish(product), { target: 'portable', metadata: { made: 'here' } }).bytes;
}

describe('readModel', () => {
  test('describes a model and leaves its bytes alone', () => {
    const bytes = dense();
    const file = readModel(bytes);
    expect(file.bytes).toBe(bytes);
    expect(file.inputs).toEqual([{ name: 'input_0', dtype: 'float32', shape: [2, 3] }]);
    expect(file.outputs).toEqual([{ name: 'output_0', dtype: 'float32', shape: [2, 100] }]);
    expect([file.opset, file.producer, file.metadata]).toEqual([21, 'addax', { made: 'here' }]);
  });

  test('refuses what is no model', () => {
    expect(() => readModel(new Uint8Array(0))).toThrow(FormatError);
    expect(() => readModel(new TextEncoder().encode('hello, world'))).toThrow(FormatError);
    expect(() => readModel(new Uint8Array([8, 10]))).toThrow('it has no graph');
  });

  test('refuses every truncation', () => {
    const bytes = dense();
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => readModel(bytes.slice(0, length))).toThrow(FormatError);
    }
  });

  test('refuses cycles and gaps', () => {
    const turn = [
      nodeProto('Add', '', ['x', 'b'], ['a'], {}, 'first'),
      nodeProto('Relu', '', ['a'], ['b'], {}, ''),
    ];
    const cycle = graphProto('g', turn, [x], [valueInfo('b', FLOAT, [2])]);
    expect(() => readModel(bytesOf(cycle))).toThrow('"b" before anything gives it');
    const gap = graphProto('g', [relu], [x], [valueInfo('z', FLOAT, [2])]);
    expect(() => readModel(bytesOf(gap))).toThrow('never computes its output z');
  });

  test('refuses tensors whose bytes are not what their shape says', () => {
    const short = tensorProto('w', FLOAT, [1_000_000, 1_000_000], new Float32Array(1));
    const graph = graphProto('g', [relu], [x], [y], [short]);
    expect(() => readModel(bytesOf(graph))).toThrow('has 4 bytes, its shape needs 4000000000000');
    const typed = tensorProto('w', 99, [1], new Float32Array(1));
    const unknown = graphProto('g', [relu], [x], [y], [typed]);
    expect(() => readModel(bytesOf(unknown))).toThrow('unknown type 99');
    const negative = tensorProto('w', FLOAT, [-1], new Float32Array(0));
    const wrong = graphProto('g', [relu], [x], [y], [negative]);
    expect(() => readModel(bytesOf(wrong))).toThrow('has the size -1');
  });

  test('refuses immense tensors that the model would make by itself', () => {
    const shape = tensorProto('s', INT64, [2], new BigInt64Array([2n ** 30n, 2n ** 10n]));
    const node = nodeProto('ConstantOfShape', '', ['s'], ['y'], {}, 'bomb');
    const graph = graphProto('g', [node], [x], [y], [shape]);
    expect(() => readModel(bytesOf(graph))).toThrow('ConstantOfShape "bomb" has 1099511627776');
  });

  test('refuses attributes that processors divide by', () => {
    const node = nodeProto('SpaceToDepth', '', ['x'], ['y'], { blocksize: 0 }, 'zero');
    const graph = graphProto('g', [node], [x], [y]);
    expect(() => readModel(bytesOf(graph))).toThrow('SpaceToDepth "zero": blocksize must be');
  });

  test('refuses functions that call themselves or grow without bound', () => {
    const opsetImport = [create(OperatorSetIdProtoSchema, { version: 21n })];
    const call = (name: string, from: string, to: string): ReturnType<typeof nodeProto> =>
      nodeProto(name, 'own', [from], [to], {}, '');
    const fn = (name: string, node: ReturnType<typeof nodeProto>[]) =>
      create(FunctionProtoSchema, {
        name,
        domain: 'own',
        input: ['a'],
        output: [node.at(-1)!.output[0]!],
        node,
        opsetImport,
      });
    const graph = graphProto('g', [call('F0', 'x', 'y')], [x], [y]);
    const itself = bytesOf(graph, (model) =>
      model.functions.push(fn('F0', [call('F0', 'a', 'b')])),
    );
    expect(() => readModel(itself)).toThrow('function F0 calls itself');
    const tenfold = bytesOf(graph, (model) => {
      for (let level = 0; level < 10; level++) {
        const steps = Array.from({ length: 10 }, (_, i) =>
          call(`F${level + 1}`, i === 0 ? 'a' : `v${i - 1}`, `v${i}`),
        );
        model.functions.push(fn(`F${level}`, steps));
      }
    });
    expect(() => readModel(tenfold)).toThrow('more than 1048576 nodes');
  });

  test('refuses graphs nested too deeply', () => {
    let inner = graphProto('g', [], [], []);
    for (let depth = 0; depth < 200; depth++) {
      const node = nodeProto('If', '', [], [], { then_branch: inner }, '');
      inner = graphProto('g', [node], [], []);
    }
    expect(() => readModel(bytesOf(inner))).toThrow(FormatError);
  });

  test('refuses structure without end', () => {
    const dims = Array.from({ length: 5000 }, () => 1);
    const many = tensorProto('w', FLOAT, dims, new Float32Array(1));
    const bytes = bytesOf(graphProto('g', [relu], [x], [y], [many]));
    expect(() => readModel(bytes, { structureBytes: 1000 })).toThrow('raise `structureBytes`');
  });

  describe('data in other files', () => {
    const external = (entries: Record<string, string>): Uint8Array => {
      const tensor = tensorProto('w', FLOAT, [2], new Float32Array(0));
      tensor.dataLocation = 1;
      tensor.externalData = Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      );
      return bytesOf(graphProto('g', [relu], [x], [y], [tensor]));
    };
    const externalSize = (name: string): number | undefined => (name === 'w.bin' ? 16 : undefined);

    test('is taken from the folder of the model', () => {
      const bytes = external({ location: 'w.bin', offset: '8', length: '8' });
      expect(readModel(bytes, { externalSize }).externalFiles).toEqual(['w.bin']);
    });

    test.each([
      ['/etc/passwd', 'not a file in the folder'],
      ['../w.bin', 'not a file in the folder'],
      ['a/../../w.bin', 'not a file in the folder'],
      ['C:\\w.bin', 'not a file in the folder'],
      ['', 'not a file in the folder'],
      ['other.bin', 'the file other.bin is missing'],
    ])('is refused at %j', (location, message) => {
      const bytes = external({ location });
      expect(() => readModel(bytes, { externalSize })).toThrow(message);
      expect(() => readModel(bytes, { externalSize })).toThrow(FormatError);
    });

    test('is refused beyond the end of its file, and without a folder', () => {
      const bytes = external({ location: 'w.bin', offset: '12', length: '8' });
      expect(() => readModel(bytes, { externalSize })).toThrow('reaches beyond the 16 bytes');
      expect(() => readModel(bytes)).toThrow('load the model by its path');
    });
  });

  test('a damaged file is an error of format or still a model', () => {
    const bytes = dense();
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(damage, (changes) => {
        const copy = bytes.slice();
        for (const [at, value] of changes) copy[at] = value;
        try {
          readModel(copy);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe('integer divisions of others', () => {
  async function run(
    op: string,
    attributes: Record<string, number>,
    divisor?: readonly number[],
  ): Promise<number[]> {
    const inputs = [valueInfo('a', INT32, [4])];
    if (divisor === undefined) inputs.push(valueInfo('b', INT32, [4]));
    const constants =
      divisor === undefined ? [] : [tensorProto('b', INT32, [4], Int32Array.from(divisor))];
    const node = nodeProto(op, '', ['a', 'b'], ['c'], attributes, '');
    const outputs = [valueInfo('c', INT32, [4])];
    const { bytes } = readModel(bytesOf(graphProto('g', [node], inputs, outputs, constants)));
    const session = await runtime.InferenceSession.create(bytes, SESSION);
    const tensorOf = (values: number[]): Runtime.Tensor =>
      new runtime.Tensor('int32', Int32Array.from(values), [4]);
    const a = tensorOf([-(2 ** 31), 7, -7, -(2 ** 31)]);
    const b = tensorOf([-1, 0, 3, 1]);
    const results = await session.run(divisor === undefined ? { a, b } : { a });
    return Array.from(results['c']!.data as Int32Array);
  }

  test('÷ 0 gives 0, and the smallest number ÷ −1 wraps', async () => {
    expect(await run('Div', {})).toEqual([-(2 ** 31), 0, -2, -(2 ** 31)]);
  });

  test('remainders keep the sign that the attribute asks for', async () => {
    expect(await run('Mod', { fmod: 1 })).toEqual([0, 0, -1, 0]);
    expect(await run('Mod', { fmod: 0 })).toEqual([0, 0, 2, 0]);
  });

  test('constant divisors that are safe stay as they are', async () => {
    expect(await run('Div', {}, [2, 7, 3, 1])).toEqual([-(2 ** 30), 1, -2, -(2 ** 31)]);
    const node = nodeProto('Div', '', ['a', 'b'], ['c'], {}, '');
    const b = tensorProto('b', INT32, [1], new Int32Array([2]));
    const infos = ['a', 'c'].map((name) => valueInfo(name, INT32, [4]));
    const bytes = bytesOf(graphProto('g', [node], [infos[0]!], [infos[1]!], [b]));
    expect(readModel(bytes).bytes).toBe(bytes);
  });

  test('float divisions stay, and values of unknown type are guarded', () => {
    const ops = (first: string, domain: string): string[] => {
      const nodes = [
        nodeProto(first, domain, ['x'], ['a'], {}, ''),
        nodeProto('Div', '', ['a', 'a'], ['y'], {}, ''),
      ];
      const { bytes } = readModel(bytesOf(graphProto('g', nodes, [x], [y])));
      return fromBinary(ModelProtoSchema, bytes).graph!.node.map(({ opType }) => opType);
    };
    expect(ops('Relu', '')).toEqual(['Relu', 'Div']);
    expect(ops('Mystery', 'somebody')).toContain('CastLike');
  });

  test('float to integer conversions saturate', async () => {
    const node = nodeProto('Cast', '', ['x'], ['y'], { to: INT32 }, '');
    const bytes = bytesOf(graphProto('g', [node], [x], [valueInfo('y', INT32, [2])]));
    const session = await runtime.InferenceSession.create(readModel(bytes).bytes, SESSION);
    const feed = new runtime.Tensor('float32', new Float32Array([1e20, NaN]), [2]);
    const result = await session.run({ x: feed });
    expect(Array.from(result['y']!.data as Int32Array)).toEqual([2 ** 31 - 1, 0]);
  });

  test('sets that are too old to guard are refused by name', () => {
    const node = nodeProto('Div', '', ['a', 'a'], ['c'], {}, 'ratio');
    const infos = ['a', 'c'].map((name) => valueInfo(name, INT32, [4]));
    const bytes = bytesOf(graphProto('g', [node], [infos[0]!], [infos[1]!]), (model) => {
      model.opsetImport[0]!.version = 9n;
    });
    expect(() => readModel(bytes)).toThrow('Div "ratio" divides integers');
  });
});
