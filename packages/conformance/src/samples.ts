/** Tier 1: every op's samples, alone and inside a fused chain, against the reference. */
import {
  type Aval,
  type Backend,
  type DType,
  type Graph,
  GraphBuilder,
  type HostArray,
  isFloat,
  isInteger,
  parse,
  print,
  type ValueId,
} from '@addax/core';
import type { OpSample } from '@addax/core/samples';
import { isExact, numbersOf, runGraph, sampleValues } from './execute.ts';
import { firstDifference, toleranceOf } from './tolerances.ts';

/** A graph of the sample's one node. */
export function sampleGraph(sample: OpSample): Graph {
  const builder = new GraphBuilder();
  const inputs = sample.inputs.map((aval) => builder.input(aval));
  return builder.finish(builder.add(sample.op, inputs, sample.attrs as never));
}

/** The same node with pointwise nodes, which change nothing, before and after it. */
export function fusedGraph(sample: OpSample): Graph {
  const builder = new GraphBuilder();
  const inputs = sample.inputs.map((aval) => twice(builder, builder.input(aval), aval));
  const outputs = builder.add(sample.op, inputs, sample.attrs as never);
  return builder.finish(outputs.map((id) => twice(builder, id, builder.aval(id))));
}

/** −(−x), or not(not x): exact, and not simplified away. */
function twice(builder: GraphBuilder, id: ValueId, aval: Aval): ValueId {
  const fn = isFloat(aval.dtype) ? 'neg' : 'not';
  if (!isFloat(aval.dtype) && !isInteger(aval.dtype) && aval.dtype !== 'bool') return id;
  const once = builder.add('unary', [id], { fn })[0]!;
  return builder.add('unary', [once], { fn })[0]!;
}

/** Whether the backend holds every dtype of the sample. */
function supportsSample(backend: Backend, sample: OpSample): boolean {
  const graph = sampleGraph(sample);
  return graph.avals.every(({ dtype }) => backend.capabilities.dtypes[dtype] !== 'none');
}

/**
 * The sample as the backend can run it: float64, in which many are written, becomes float32 on a
 * backend that has none. Undefined if it has another dtype that the backend does not hold.
 */
export function runnableSample(backend: Backend, sample: OpSample): OpSample | undefined {
  if (supportsSample(backend, sample)) return sample;
  if (backend.capabilities.dtypes.float64 !== 'none') return undefined;
  const narrow = withDtype(sample, 'float64', 'float32');
  return supportsSample(backend, narrow) ? narrow : undefined;
}

/** The same with another dtype for `from`, in dtypes of operands, in attributes and in their graphs. */
function withDtype(sample: OpSample, from: DType, to: DType): OpSample {
  const visit = (value: unknown): unknown => {
    if (value === from) return to;
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    if (isGraph(value)) return parse(print(value).replaceAll(from, to));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)]));
  };
  return visit(sample) as OpSample;
}

/** The sample with float16 for float32 and float64; undefined if it has none, or takes no float16. */
export function inFloat16(sample: OpSample): OpSample | undefined {
  const made = withDtype(withDtype(sample, 'float64', 'float16'), 'float32', 'float16');
  try {
    const { avals } = sampleGraph(made);
    return avals.some(({ dtype }) => dtype === 'float16') ? made : undefined;
  } catch {
    // A bitcast to 32 bits.
    return undefined;
  }
}

function isGraph(value: object): value is Graph {
  return 'nodes' in value && 'avals' in value;
}

/** Host values for a sample's operands. */
export function sampleInputs(sample: OpSample): HostArray[] {
  return sample.inputs.map((input, i) => sampleValues(input, 1000 * (i + 1) + sample.name.length));
}

/** Throws if the backend's answer differs from the reference's. */
export async function checkSample(
  backend: Backend,
  reference: Backend,
  sample: OpSample,
): Promise<void> {
  const inputs = sampleInputs(sample);
  const graph = sampleGraph(sample);
  const expected = await runGraph(reference, graph, inputs);
  for (const [kind, candidate] of [
    ['alone', graph],
    ['in a chain', fusedGraph(sample)],
  ] as const) {
    const actual = await runGraph(backend, candidate, inputs);
    for (const [i, id] of graph.outputs.entries()) {
      const aval = graph.avals[id]!;
      const tolerance = isExact(aval) ? { rtol: 0, atol: 0 } : toleranceOf(sample.op, aval.dtype);
      const difference = firstDifference(
        numbersOf(actual[i]!, aval),
        numbersOf(expected[i]!, aval),
        tolerance,
      );
      if (difference !== undefined) {
        throw new Error(`${sample.op} "${sample.name}" ${kind}, output ${i}: ${difference}`);
      }
    }
  }
}
