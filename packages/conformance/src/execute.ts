/** Running a graph on a backend from host values to host values. */
import {
  type Aval,
  type Backend,
  decode,
  encode,
  type Graph,
  type HostArray,
  isFloat,
  isInteger,
  isUnsigned,
  optimize,
  sizeOf,
} from '@addax/core';
import type { SampleInput } from '@addax/core/samples';

/** Compiles, uploads, runs, downloads and releases. */
export async function runGraph(
  backend: Backend,
  graph: Graph,
  inputs: readonly HostArray[],
): Promise<HostArray[]> {
  const optimized = optimize(graph, (node, avals) => backend.supports(node, avals));
  const executable = backend.compile(optimized, { label: 'conformance', donate: [] });
  await executable.ready;
  const buffers = graph.inputs.map((id, i) => backend.upload(inputs[i]!, graph.avals[id]!));
  const outputs = executable.run(buffers);
  const results: HostArray[] = [];
  for (const [i, id] of graph.outputs.entries()) {
    results.push(await backend.download(outputs[i]!, graph.avals[id]!));
  }
  for (const buffer of [...buffers, ...outputs]) backend.release(buffer);
  executable.dispose();
  return results;
}

/** A small deterministic generator (mulberry32), so that every backend meets the same values. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Host values of a sample's operand. */
export function sampleValues(input: SampleInput, seed: number): HostArray {
  const { values, shape, dtype } = input;
  if (typeof values !== 'string') return encode(values, dtype);
  const next = randomNumbers(seed);
  const draw = (): number => {
    switch (values) {
      case 'normal':
        return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      case 'uniform':
        return next();
      case 'positive':
        return 0.2 + 2.8 * next();
      case 'unit':
        return -0.9 + 1.8 * next();
      case 'integers':
        return isUnsigned(dtype) ? Math.floor(10 * next()) : Math.floor(19 * next()) - 9;
      case 'bool':
        return next() < 0.5 ? 0 : 1;
    }
  };
  return encode(Array.from({ length: sizeOf(shape) }, draw), dtype);
}

/** Numbers of a host array, 16-bit floats decoded. */
export function numbersOf(data: HostArray, aval: Aval): number[] {
  return Array.from(decode(data, aval.dtype) as ArrayLike<number | bigint>, Number);
}

/** Whether values of this dtype must agree exactly. */
export function isExact(aval: Aval): boolean {
  return aval.dtype === 'bool' || isInteger(aval.dtype) || !isFloat(aval.dtype);
}
