import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import {
  firstDifference,
  fusedGraph,
  isExact,
  numbersOf,
  runGraph,
  sampleGraph,
  sampleInputs,
  toleranceOf,
} from '@addax/conformance';
import type { Graph } from '@addax/core';
import { type OpSample, SAMPLES } from '@addax/core/samples';
import type { Target } from './options.ts';
import { unsupported } from './support.ts';
import { runOnRuntime } from './testing/node.ts';

const reference = cpu.createSync!();

function isUnsupported({ nodes, avals }: Graph): boolean {
  return nodes.some((node) => unsupported(node, avals) !== undefined);
}

async function differences(sample: OpSample, graph: Graph, target: Target): Promise<string[]> {
  const inputs = sampleInputs(sample);
  const expected = await runGraph(reference, graph, inputs);
  const actual = await runOnRuntime(graph, inputs, { target });
  return graph.outputs.flatMap((id, i) => {
    const aval = graph.avals[id]!;
    const tolerance = isExact(aval) ? { rtol: 0, atol: 0 } : toleranceOf(sample.op, aval.dtype);
    const [given, wanted] = [numbersOf(actual[i]!, aval), numbersOf(expected[i]!, aval)];
    return firstDifference(given, wanted, tolerance) ?? [];
  });
}

/** Ops that are written differently for other execution providers. */
const BY_TARGET: ReadonlySet<string> = new Set([
  'dot',
  'convGradInput',
  'convGradKernel',
  'poolGrad',
]);
const RUN = SAMPLES.filter((sample) => !isUnsupported(sampleGraph(sample)));

describe('every sample agrees with the reference', () => {
  test.each(RUN.map((sample) => [`${sample.op}, ${sample.name}`, sample] as const))(
    '%s',
    async (_, sample) => {
      expect(await differences(sample, sampleGraph(sample), 'cpu')).toEqual([]);
      expect(await differences(sample, fusedGraph(sample), 'cpu')).toEqual([]);
      if (BY_TARGET.has(sample.op)) {
        expect(await differences(sample, sampleGraph(sample), 'portable')).toEqual([]);
      }
    },
  );
});

test('only reading the bits of floats is beyond the runtime', () => {
  const names = SAMPLES.filter((sample) => isUnsupported(sampleGraph(sample))).map(
    ({ op, name }) => `${op} ${name}`,
  );
  expect(names).toEqual(['bitcast float32 to uint32', 'bitcast int32 to float32']);
});
