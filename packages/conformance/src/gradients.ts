/** Gradients of every op's samples against central differences in float64. */
import { type Backend, type DType, type Graph, isFloat, optimize, vjp } from '@addax/core';
import type { OpSample } from '@addax/core/samples';
import { randomNumbers, runGraph, sampleValues } from './execute.ts';
import { sampleGraph } from './samples.ts';

const STEP = 1e-5;
const RTOL = 2e-5;
const ATOL = 2e-6;

/** The sample with float64 in place of any float. */
export function asFloat64(sample: OpSample): OpSample {
  const widen = (dtype: DType): DType => (isFloat(dtype) ? 'float64' : dtype);
  const inputs = sample.inputs.map((input) => ({ ...input, dtype: widen(input.dtype) }));
  return { ...sample, inputs } as OpSample;
}

/** Throws unless the vjp of the sample's op agrees with central differences. */
export async function checkGradient(backend: Backend, sample: OpSample): Promise<void> {
  const wide = asFloat64(sample);
  const graph = sampleGraph(wide);
  const inputs = wide.inputs.map((input, i) => sampleValues(input, 77 + i));
  const next = randomNumbers(5);
  const outputs = graph.outputs.filter((id) => isFloat(graph.avals[id]!.dtype));
  const cotangents = outputs.map((id) => {
    const size = graph.avals[id]!.shape.reduce((a, b) => a * b, 1);
    return Float64Array.from({ length: size }, () => next() - 0.5);
  });
  const gradients = await runGraph(backend, vjp(graph), [...inputs, ...cotangents]);
  const floats = graph.inputs.flatMap((id, i) => (isFloat(graph.avals[id]!.dtype) ? [i] : []));
  const forward = compiled(backend, graph);
  for (const [position, index] of floats.entries()) {
    const base = inputs[index] as Float64Array;
    const gradient = gradients[position] as Float64Array;
    for (let element = 0; element < base.length; element++) {
      const value = (delta: number): number => {
        const moved = base.slice();
        moved[element] = moved[element]! + delta;
        return weighted(forward(inputs.with(index, moved) as Float64Array[]), graph, cotangents);
      };
      const numeric = (value(STEP) - value(-STEP)) / (2 * STEP);
      const analytic = gradient[element]!;
      if (Math.abs(numeric - analytic) > ATOL + RTOL * Math.max(1, Math.abs(numeric))) {
        throw new Error(
          `${sample.op} "${sample.name}": d/d(input ${index})[${element}] is ${analytic}, ` +
            `central differences give ${numeric}`,
        );
      }
    }
  }
}

function compiled(
  backend: Backend,
  graph: Graph,
): (inputs: readonly Float64Array[]) => Float64Array[] {
  const optimized = optimize(graph, (node, avals) => backend.supports(node, avals));
  const executable = backend.compile(optimized, { label: 'gradient check', donate: [] });
  return (inputs) => {
    const buffers = graph.inputs.map((id, i) => backend.upload(inputs[i]!, graph.avals[id]!));
    const outputs = executable.run(buffers);
    return graph.outputs.map((id, i) => {
      const data = backend.downloadSync!(outputs[i]!, graph.avals[id]!);
      return data as Float64Array;
    });
  };
}

function weighted(
  outputs: readonly Float64Array[],
  graph: Graph,
  cotangents: readonly Float64Array[],
): number {
  let total = 0;
  let float = 0;
  graph.outputs.forEach((id, i) => {
    if (!isFloat(graph.avals[id]!.dtype)) return;
    const weights = cotangents[float++]!;
    outputs[i]!.forEach((value, k) => {
      total += value * weights[k]!;
    });
  });
  return total;
}
