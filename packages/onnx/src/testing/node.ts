/** Runs emitted models on ONNX Runtime, from host values to host values, for the tests beside. */
import { createRequire } from 'node:module';
import {
  type Aval,
  bfloat16ToFloat,
  floatToBfloat16,
  type Graph,
  type HostArray,
} from '@addax/core';
import type * as Runtime from 'onnxruntime-node';
import { emit } from '../emit.ts';
import type { EmitOptions, EmittedValue } from '../options.ts';

const runtime = createRequire(import.meta.url)('onnxruntime-node') as typeof Runtime;

/** How every test makes its sessions. */
export const SESSION: Runtime.InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'extended',
  intraOpNumThreads: 1,
  logSeverityLevel: 3,
};

function tensorOf(data: HostArray, aval: Aval): Runtime.Tensor {
  const { shape, dtype } = aval;
  if (dtype === 'bfloat16') {
    const floats = Float32Array.from(data as Uint16Array, (bits) => bfloat16ToFloat(bits));
    return new runtime.Tensor('float32', floats, shape);
  }
  return new runtime.Tensor(dtype, data as Float32Array, shape);
}

function hostOf(tensor: Runtime.Tensor, { aval }: EmittedValue): HostArray {
  const data = tensor.data as HostArray;
  if (aval.dtype === 'bfloat16') {
    return Uint16Array.from(data as Float32Array, (value) => floatToBfloat16(value));
  }
  if (aval.dtype === 'float16') {
    return new Uint16Array(data.buffer, data.byteOffset, data.length);
  }
  return data;
}

/** The outputs of a graph, as ONNX Runtime computes them. */
export async function runOnRuntime(
  graph: Graph,
  inputs: readonly HostArray[],
  options: EmitOptions = { target: 'cpu' },
  session: Runtime.InferenceSession.SessionOptions = {},
): Promise<HostArray[]> {
  const model = emit(graph, { border: 'runtime', ...options });
  const settings = { ...SESSION, ...session };
  const created = await runtime.InferenceSession.create(model.bytes, settings);
  const feeds: Record<string, Runtime.Tensor> = {};
  model.inputs.forEach(({ name, aval, constant }, i) => {
    const data = constant === undefined ? inputs[i]! : graph.constants.get(constant)!;
    feeds[name] = tensorOf(data, aval);
  });
  const results = await created.run(feeds);
  await created.release();
  return model.outputs.map((output) => hostOf(results[output.name]!, output));
}
