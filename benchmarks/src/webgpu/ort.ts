/**
 * Products on onnxruntime-web's WebGPU provider, which cannot train: a model of one MatMul whose
 * operands stay on the device and whose result is read back.
 */
import { GraphBuilder } from '@addax/core';
import { emit } from '@addax/onnx';
import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { numbers } from '../workloads/data.ts';
import type { Workload } from '../workloads/workload.ts';
import type { GpuWorkload } from './workloads.ts';

type Ort = typeof import('onnxruntime-web/webgpu');

/** STORAGE | COPY_SRC | COPY_DST. */
const USAGE = 128 | 4 | 8;

/** Where a page finds the runtime's WebAssembly; Node finds it beside the package. */
export const ORT_WASM = 'ort-wasm-simd-threaded.asyncify.wasm';

let started: Promise<Ort> | undefined;

async function start(): Promise<Ort> {
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.wasm.numThreads = 1;
  if ('document' in globalThis) ort.env.wasm.wasmPaths = { wasm: `/${ORT_WASM}` };
  return ort;
}

function product(size: number): { bytes: Uint8Array; inputs: string[]; output: string } {
  const builder = new GraphBuilder();
  const square = { shape: [size, size], dtype: 'float32' } as const;
  const operands = [builder.input(square), builder.input(square)];
  const attrs = { batch: [], contract: [[1, 0]] } as const;
  const model = emit(builder.finish(builder.add('dot', operands, attrs)), { target: 'portable' });
  const inputs = model.inputs.map(({ name }) => name);
  return { bytes: model.bytes, inputs, output: model.outputs[0]!.name };
}

async function matmul(ort: Ort, size: number): Promise<Workload> {
  const { bytes, inputs, output } = product(size);
  const executionProviders: InferenceSession.SessionOptions['executionProviders'] = ['webgpu'];
  const session = await ort.InferenceSession.create(bytes, { executionProviders });
  const device = (await ort.env.webgpu.device) as GPUDevice;
  const upload = (seed: number): Tensor => {
    const buffer = device.createBuffer({ size: size * size * 4, usage: USAGE });
    device.queue.writeBuffer(buffer, 0, numbers(size * size, seed));
    return ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: [size, size] });
  };
  const feeds = Object.fromEntries(inputs.map((name, i) => [name, upload(i + 1)]));
  return async () => {
    const results = await session.run(feeds);
    await results[output]!.getData(true);
  };
}

/** Starts the runtime and makes a workload. */
export async function ortWorkload(name: GpuWorkload): Promise<Workload> {
  started ??= start();
  const ort = await started;
  switch (name) {
    case 'matmul512':
      return matmul(ort, 512);
    case 'matmul1024':
      return matmul(ort, 1024);
    default:
      throw new Error(`onnxruntime-web does not train; ${name} is a training step`);
  }
}
