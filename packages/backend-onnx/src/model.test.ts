import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import {
  ArgumentError,
  DTypeError,
  FormatError,
  ops,
  ShapeError,
  type Tensor,
  tensor,
  useBackend,
} from '@addax/core';
import { exportOnnx } from '@addax/onnx';
import onnx, { OnnxModel } from './index.ts';

const probe = await onnx.probe();
const withRuntime = probe.ok ? describe : describe.skip;

withRuntime('a model file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'addax-model-'));
  const kernel = Float32Array.from({ length: 1024 }, (_, i) => i % 7);
  let one: Uint8Array;
  let two: Uint8Array;

  beforeAll(async () => {
    useBackend(cpu.createSync!());
    const weights = tensor(kernel, [2, 512]);
    const dense = (x: Tensor): Tensor => ops.matmul(x, weights) as Tensor;
    const spec = { shape: [null, 2], name: 'x' };
    const options = { outputNames: ['y'], externalAbove: 100, externalName: 'dense.data' };
    const written = await exportOnnx(dense, [spec], options);
    writeFileSync(join(folder, 'dense.onnx'), written.bytes);
    writeFileSync(join(folder, 'dense.data'), Buffer.concat(written.external!.chunks));
    ({ bytes: one } = await exportOnnx((x: Tensor) => ops.multiply(x, 2), [spec], {
      outputNames: ['twice'],
    }));
    const both = (a: Tensor, b: Tensor): Tensor[] =>
      [ops.add(a, b), ops.subtract(a, b)] as Tensor[];
    const specs = ['a', 'b'].map((name) => ({ shape: [2], dtype: 'int64' as const, name }));
    ({ bytes: two } = await exportOnnx(both, specs, { outputNames: ['sum', 'difference'] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('says what goes in and what comes out', async () => {
    const model = await OnnxModel.load(one);
    expect(model.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [null, 2] }]);
    expect(model.outputs).toMatchObject([{ name: 'twice', dtype: 'float32' }]);
    expect(model.opset).toBeGreaterThanOrEqual(18);
    await model.dispose();
  });

  test('predicts from tensors, nested arrays, arrays and records', async () => {
    const model = await OnnxModel.load(one);
    const x = [
      [1, 2],
      [3, 4],
    ];
    const answer = await (await model.predict(tensor(x))).array();
    expect(answer).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(await (await model.predict(x)).array()).toEqual(answer);
    expect(await (await model.predict({ x })).array()).toEqual(answer);
  });

  test('gives several outputs by name, and takes other integers for int64', async () => {
    const model = await OnnxModel.load(two);
    const inputs = { a: tensor([5, 6], [2], 'int32'), b: [1, 2] };
    const results = await model.predict<Record<string, Tensor>>(inputs);
    expect(results['sum']!.dtype).toBe('int64');
    expect(await results['sum']!.array()).toEqual([6, 8]);
    expect(await results['difference']!.array()).toEqual([4, 4]);
    expect(await model.predict([inputs.a, inputs.b])).toHaveProperty('sum');
  });

  test('finds weights in the file beside it', async () => {
    const model = await OnnxModel.load(join(folder, 'dense.onnx'));
    const y = await model.predict([[1, 0]]);
    expect(await y.data()).toEqual(kernel.slice(0, 512));
  });

  test('takes the files beside it from the caller', async () => {
    const bytes = readFileSync(join(folder, 'dense.onnx'));
    await expect(OnnxModel.load(bytes)).rejects.toThrow(FormatError);
    const externalData = { 'dense.data': readFileSync(join(folder, 'dense.data')) };
    const model = await OnnxModel.load(new Blob([bytes]), { externalData });
    expect((await model.predict([[0, 1]])).shape).toEqual([1, 512]);
  });

  test('does not follow a link out of its folder', async () => {
    const inner = mkdtempSync(join(folder, 'inner-'));
    copyFileSync(join(folder, 'dense.onnx'), join(inner, 'dense.onnx'));
    symlinkSync(join(folder, 'dense.data'), join(inner, 'dense.data'));
    await expect(OnnxModel.load(join(inner, 'dense.onnx'))).rejects.toThrow(/missing/);
  });

  test('refuses inputs that do not fit, by name', async () => {
    const model = await OnnxModel.load(one);
    await expect(model.predict([[1, 2, 3]])).rejects.toThrow(ShapeError);
    await expect(model.predict([[1, 2, 3]])).rejects.toThrow(
      /"x" .* shape \[null, 2\] but got \[1, 3\]/,
    );
    await expect(model.predict(tensor([[1, 2]], [1, 2], 'int32'))).rejects.toThrow(DTypeError);
    await expect(model.predict({ z: [[1, 2]] })).rejects.toThrow(ArgumentError);
    await expect((await OnnxModel.load(two)).predict([1])).rejects.toThrow(/"a", "b"/);
  });

  test('that is damaged, or not one, is a FormatError', async () => {
    await expect(OnnxModel.load(one.slice(0, one.length - 20))).rejects.toThrow(FormatError);
    await expect(OnnxModel.load(Uint8Array.of(1, 2, 3))).rejects.toThrow(FormatError);
    await expect(OnnxModel.load(new Uint8Array(0))).rejects.toThrow(FormatError);
    const unknown = Buffer.from(
      Buffer.from(one).toString('latin1').replaceAll('Mul', 'Nul'),
      'latin1',
    );
    await expect(OnnxModel.load(unknown)).rejects.toThrow(/refuses the model/);
  });
});
