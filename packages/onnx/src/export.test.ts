import { createRequire } from 'node:module';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import cpu from '@addax/backend-cpu';
import { jit, ops, tensor, type Tensor, useBackend, Variable } from '@addax/core';
import type * as Runtime from 'onnxruntime-node';
import { exportOnnx } from './export.ts';
import { ModelProtoSchema } from './proto/onnx_pb.ts';
import { SESSION } from './testing/node.ts';

const runtime = createRequire(import.meta.url)('onnxruntime-node') as typeof Runtime;

beforeAll(() => useBackend(cpu.createSync!()));

function counted(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => ((i * 37) % 11) / 11 - 0.4),
    shape,
  );
}

async function run(
  model: string | Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Runtime.InferenceSession.ReturnType> {
  const session = await runtime.InferenceSession.create(model as string, SESSION);
  const entries = await Promise.all(
    Object.entries(feeds).map(async ([name, x]) => {
      const data = (await x.data()) as Float32Array;
      return [name, new runtime.Tensor(x.dtype as 'float32', data, x.shape)] as const;
    }),
  );
  return session.run(Object.fromEntries(entries));
}

function convolutional(): (x: Tensor) => Tensor {
  const kernel = new Variable(counted(3, 3, 2, 4), { name: 'kernel' });
  const weights = new Variable(counted(36, 5), { name: 'weights' });
  return jit((x: Tensor) => {
    const y = ops.relu(ops.conv(x, kernel.value, { padding: 'same' }));
    const pooled = ops.maxPool(y, 2);
    const flat = ops.reshape(pooled, [x.shape[0]!, 36]);
    return ops.softmax(ops.matmul(flat, weights.value));
  });
}

describe('exportOnnx', () => {
  test('writes a function with its variables as named constants', async () => {
    const fn = convolutional();
    const x = counted(2, 6, 6, 2);
    const { bytes, inputs, outputs } = await exportOnnx(fn, [x], { metadata: { made: 'here' } });
    const model = fromBinary(ModelProtoSchema, bytes);
    expect(model.graph!.initializer.map(({ name }) => name)).toContain('weights');
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['made', 'here']]);
    expect(inputs).toEqual([{ name: 'input_0', dtype: 'float32', shape: [2, 6, 6, 2] }]);
    expect(outputs[0]!.name).toBe('output_0');
    const result = await run(bytes, { input_0: x });
    const expected = await fn(x).data();
    expect(result['output_0']!.dims).toEqual([2, 5]);
    (result['output_0']!.data as Float32Array).forEach((value, i) =>
      expect(value).toBeCloseTo(Number(expected[i]), 5),
    );
  });

  test('a dynamic batch takes every size', async () => {
    const fn = convolutional();
    const spec = { shape: [null, 6, 6, 2], name: 'image' };
    const { bytes, outputs } = await exportOnnx(fn, [spec], { outputNames: ['classes'] });
    expect(outputs).toEqual([{ name: 'classes', dtype: 'float32', shape: [null, 5] }]);
    const info = fromBinary(ModelProtoSchema, bytes).graph!.input[0]!.type!.value;
    expect(info.case === 'tensorType' && info.value.shape!.dim[0]!.value).toEqual({
      case: 'dimParam',
      value: 'batch',
    });
    for (const batch of [1, 3, 100]) {
      const x = counted(batch, 6, 6, 2);
      const result = await run(bytes, { image: x });
      const expected = await fn(x).data();
      expect(result['classes']!.dims).toEqual([batch, 5]);
      (result['classes']!.data as Float32Array).forEach((value, i) =>
        expect(value).toBeCloseTo(Number(expected[i]), 5),
      );
    }
  });

  test('a dynamic batch goes through broadcasts, counters and loops', async () => {
    const fn = (x: Tensor): Tensor => {
      const [batch, steps] = x.shape as [number, number];
      const rows = ops.broadcastTo(ops.reshape(ops.arange(batch), [batch, 1]), [batch, steps]);
      const sums = ops.cumsum(ops.add(x, ops.cast(rows, 'float32')), { axis: 0 });
      return ops.concatenate([sums, ops.flip(x, { axis: 0 })], { axis: 1 });
    };
    const { bytes } = await exportOnnx(fn, [counted(2, 3)], { batch: 'dynamic' });
    for (const batch of [1, 4]) {
      const x = counted(batch, 3);
      const result = await run(bytes, { input_0: x });
      const expected = Array.from(await fn(x).data(), Number);
      (result['output_0']!.data as Float32Array).forEach((value, i) =>
        expect(value).toBeCloseTo(expected[i]!, 5),
      );
    }
  });

  test('names inputs and outputs after the keys of records', async () => {
    const fn = ({ a, b }: { a: Tensor; b: Tensor }): { sum: Tensor } => ({ sum: ops.add(a, b) });
    const { inputs, outputs } = await exportOnnx(fn, [{ a: { shape: [2] }, b: { shape: [2] } }]);
    expect([...inputs, ...outputs].map(({ name }) => name)).toEqual(['a', 'b', 'sum']);
  });

  test('a mean over the batch divides by its size', async () => {
    const { bytes } = await exportOnnx((x: Tensor) => ops.mean(x), [{ shape: [null, 2] }]);
    const result = await run(bytes, { input_0: tensor([1, 2, 3, 4, 5, 6], [3, 2]) });
    expect(Array.from(result['output_0']!.data as Float32Array)).toEqual([3.5]);
  });

  test('says what depends on the batch in a way that cannot be written down', async () => {
    const fn = (x: Tensor): Tensor => ops.multiply(x, 1 / x.shape[0]!);
    const promise = exportOnnx(fn, [{ shape: [null, 2] }]);
    await expect(promise).rejects.toThrow("export it with batch: 'static'");
  });

  test('refuses functions that assign variables', async () => {
    const count = new Variable(tensor([0]), { name: 'count' });
    const fn = (x: Tensor): Tensor => {
      count.assign(ops.add(count.value, 1));
      return x;
    };
    await expect(exportOnnx(fn, [{ shape: [1] }])).rejects.toThrow('assigns variable "count"');
  });

  test('puts large constants into a second file that the runtime finds', async () => {
    const fn = convolutional();
    const x = counted(2, 6, 6, 2);
    const options = { externalAbove: 100, externalName: 'weights.bin', batch: 'dynamic' } as const;
    const { bytes, external } = await exportOnnx(fn, [x], options);
    const folder = await mkdtemp(join(tmpdir(), 'onnx-'));
    try {
      await writeFile(join(folder, 'model.onnx'), bytes);
      await writeFile(join(folder, external!.name), Buffer.concat(external!.chunks));
      const result = await run(join(folder, 'model.onnx'), { input_0: x });
      expect((result['output_0']!.data as Float32Array)[0]).toBeCloseTo(
        Number((await fn(x).data())[0]),
        5,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
