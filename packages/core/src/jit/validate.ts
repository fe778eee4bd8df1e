/**
 * `ADDAX_VALIDATE=1`: the graph runs node by node, and the first NaN, infinity or index out of range
 * is an error that names the source of the node that made it.
 */
import type { Backend, Buffer, CompileOptions, Executable } from '../backend/contract.ts';
import { type HostArray, isFloat } from '../dtypes.ts';
import { AddaxError, UnsupportedError } from '../errors.ts';
import type { AnyNode, Aval, Graph, ValueId } from '../graph/types.ts';
import { intern } from '../tensor/avals.ts';
import { decode } from '../tensor/host.ts';
import { copyOf } from './copy.ts';
import { environment } from '../system-node.ts';

/** Whether validation is asked for. */
export function validates(): boolean {
  return environment('ADDAX_VALIDATE') === '1';
}

interface Step {
  readonly node: AnyNode;
  readonly executable: Executable;
}

/** An executable that runs `graph` one node at a time and checks every value. */
export function validating(backend: Backend, graph: Graph, options: CompileOptions): Executable {
  const read = backend.downloadSync?.bind(backend);
  if (read === undefined) {
    throw new UnsupportedError(
      `ADDAX_VALIDATE=1 on backend "${backend.name}": it reads values synchronously after each ` +
        'node, which this backend cannot; validate on ADDAX_BACKEND=cpu',
    );
  }
  const steps = graph.nodes.map((node): Step => {
    const single = oneNode(graph, node);
    const label = node.source ?? node.op;
    return { node, executable: backend.compile(single, { label, donate: [] }) };
  });
  const constants = new Map(
    [...graph.constants].map(([id, data]) => [id, backend.upload(data, graph.avals[id]!)]),
  );
  const identity = identities(backend, graph);
  return {
    ready: Promise.resolve(),
    stats: { workspaceBytes: 0, launches: steps.length, hostNodes: 0 },
    run(inputs) {
      const values = new Map<ValueId, Buffer>(constants);
      graph.inputs.forEach((id, i) => values.set(id, inputs[i]!));
      const readValue = (id: ValueId): HostArray => read(values.get(id)!, graph.avals[id]!);
      for (const { node, executable } of steps) {
        checkIndices(node, graph, readValue, options.label);
        const outputs = executable.run(node.inputs.map((id) => values.get(id)!));
        node.outputs.forEach((id, i) => {
          values.set(id, outputs[i]!);
          checkFinite(node, graph.avals[id]!, readValue(id), options.label);
        });
      }
      return graph.outputs.map((id, i) => identity(values.get(id)!, i));
    },
    dispose() {
      for (const { executable } of steps) executable.dispose();
    },
  };
}

/** Outputs must be buffers of their own: one that is an input or a repeated value is copied. */
function identities(backend: Backend, graph: Graph): (buffer: Buffer, output: number) => Buffer {
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const seen = new Set<ValueId>();
  const copies = graph.outputs.map((id) => {
    const fresh = computed.has(id) && !seen.has(id);
    seen.add(id);
    return fresh ? undefined : copyOf(backend, intern(graph.avals[id]!));
  });
  return (buffer, output) => copies[output]?.run([buffer])[0] ?? buffer;
}

function oneNode(graph: Graph, node: AnyNode): Graph {
  const inputs = node.inputs.map((_, i) => i);
  const outputs = node.outputs.map((_, i) => inputs.length + i);
  const avals = [...node.inputs, ...node.outputs].map((id) => graph.avals[id]!);
  return { avals, inputs, constants: new Map(), nodes: [{ ...node, inputs, outputs }], outputs };
}

function checkFinite(node: AnyNode, aval: Aval, raw: HostArray, label: string): void {
  if (!isFloat(aval.dtype) || node.op === 'full' || node.op === 'iota') return;
  const data = decode(raw, aval.dtype);
  const bad = data.findIndex((value: number | bigint) => !Number.isFinite(Number(value)));
  if (bad < 0) return;
  throw new AddaxError(
    `ADDAX_VALIDATE: ${where(node, label)} produced ${String(data[bad])} at flat index ${bad} of ` +
      `a ${aval.dtype}[${aval.shape.join(', ')}]. Look at what goes into it: a division by zero, ` +
      'a logarithm of zero, or a learning rate that is too high.',
  );
}

function checkIndices(
  node: AnyNode,
  graph: Graph,
  read: (id: ValueId) => HostArray,
  label: string,
): void {
  if (node.op !== 'gather' && node.op !== 'scatter') return;
  const size = graph.avals[node.inputs[0]!]!.shape[node.attrs.axis]!;
  const indices = read(node.inputs[1]!) as Int32Array;
  const bad = indices.findIndex((index) => index < 0 || index >= size);
  if (bad < 0) return;
  throw new AddaxError(
    `ADDAX_VALIDATE: ${where(node, label)} got index ${indices[bad]} at flat position ${bad}, ` +
      `out of range for an axis of ${size}. Without validation gathers clamp it and scatters ` +
      'drop it.',
  );
}

function where(node: AnyNode, label: string): string {
  return `${node.source ?? node.op} (${node.op}, in ${label})`;
}
