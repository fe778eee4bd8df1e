/** Running graphs on a backend from host values to host values, for tests. */
import type { Backend, Graph, HostArray } from '@addax/core';

/** Runs a graph once. */
export async function runOn(
  backend: Backend,
  graph: Graph,
  inputs: readonly HostArray[],
): Promise<HostArray[]> {
  const executable = backend.compile(graph, { label: 'test', donate: [] });
  const buffers = inputs.map((data, i) => backend.upload(data, graph.avals[graph.inputs[i]]));
  const outputs = executable.run(buffers);
  const reads = outputs.map((buffer, i) => backend.download(buffer, graph.avals[graph.outputs[i]]));
  const results = await Promise.all(reads);
  for (const buffer of [...buffers, ...outputs]) backend.release(buffer);
  executable.dispose();
  return results;
}
