/** What the tests of this package share: building graphs, running them whole or node by node. */
import { GraphBuilder, decode } from '@addax/core';
import type { AnyNode, Aval, DType, Graph, HostArray, OpAttrs, OpName } from '@addax/core';
import { CpuBackend, cpu } from './index.ts';
import { fromHost, toHost } from './storage.ts';

/** The backend that tests run on: JavaScript, unless {@link testInWasm} was called. */
export let backend: CpuBackend = new CpuBackend();
/** The backend that interprets, and the one in WebAssembly. */
export const interpreter: CpuBackend = new CpuBackend({ interpret: true });
export const wasm: CpuBackend = cpu.createSync!({ dialect: 'wasm' }) as CpuBackend;

/** From here on tests run in WebAssembly. */
export function testInWasm(): void {
  backend = wasm;
}

/** A graph under construction, with ops as one call each. */
export class Sketch {
  readonly builder: GraphBuilder = new GraphBuilder();

  input(shape: readonly number[], dtype: DType = 'float32'): number {
    return this.builder.input({ shape, dtype });
  }

  add<Op extends OpName>(op: Op, inputs: readonly number[], attrs: OpAttrs[Op]): number {
    return this.builder.add(op, inputs, attrs)[0];
  }

  all<Op extends OpName>(op: Op, inputs: readonly number[], attrs: OpAttrs[Op]): readonly number[] {
    return this.builder.add(op, inputs, attrs);
  }

  scalar(value: number, dtype: DType = 'float32'): number {
    return this.add('full', [], { value, shape: [], dtype });
  }

  aval(value: number): Aval {
    return this.builder.aval(value);
  }

  finish(...outputs: number[]): Graph {
    return this.builder.finish(outputs);
  }
}

/** Numbers as a host array of a dtype, as they are stored. */
export function host(values: ArrayLike<number>, dtype: DType = 'float32'): HostArray {
  if (dtype === 'int64') return BigInt64Array.from(Array.from(values), BigInt);
  const sketch = new Sketch();
  const x = sketch.input([values.length], 'float64');
  const graph = sketch.finish(sketch.add('cast', [x], { dtype }));
  return run(graph, [Float64Array.from(values)])[0];
}

/** Runs a graph on host arrays. */
export function run(
  graph: Graph,
  inputs: readonly HostArray[],
  on: CpuBackend = backend,
): HostArray[] {
  const executable = on.compile(graph, { label: 'test', donate: [] });
  const buffers = inputs.map((data, i) => on.upload(data, graph.avals[graph.inputs[i]]));
  return executable
    .run(buffers)
    .map((buffer, i) => on.downloadSync(buffer, graph.avals[graph.outputs[i]]));
}

/** Runs a graph node by node, each as a graph of its own: what eager execution does. */
export function runEagerly(
  graph: Graph,
  inputs: readonly HostArray[],
  on: CpuBackend = backend,
): HostArray[] {
  const values = new Map<number, HostArray>(graph.constants);
  graph.inputs.forEach((value, i) => values.set(value, inputs[i]));
  for (const node of graph.nodes) {
    const results = run(
      single(node, graph.avals),
      node.inputs.map((value) => values.get(value)!),
      on,
    );
    node.outputs.forEach((value, i) => values.set(value, results[i]));
  }
  return graph.outputs.map((value) => {
    const { dtype } = graph.avals[value];
    const data = values.get(value)!;
    return toHost(fromHost(data, dtype, data.length), dtype);
  });
}

function single(node: AnyNode, avals: readonly Aval[]): Graph {
  const count = node.inputs.length;
  const outputs = node.outputs.map((_, i) => count + i);
  return {
    avals: [...node.inputs, ...node.outputs].map((value) => avals[value]),
    inputs: node.inputs.map((_, i) => i),
    constants: new Map(),
    nodes: [{ ...node, inputs: node.inputs.map((_, i) => i), outputs }],
    outputs,
  };
}

/** One op on arrays of numbers, as numbers. */
export function apply<Op extends OpName>(
  op: Op,
  inputs: readonly (readonly [
    values: readonly number[],
    shape: readonly number[],
    dtype?: DType,
  ])[],
  attrs: OpAttrs[Op],
): number[][] {
  const sketch = new Sketch();
  const values = inputs.map(([, shape, dtype]) => sketch.input(shape, dtype));
  const outputs = sketch.all(op, values, attrs);
  const graph = sketch.finish(...outputs);
  const data = inputs.map(([numbers, , dtype]) => host(numbers, dtype));
  return run(graph, data).map((array, i) => numbers(array, graph.avals[outputs[i]].dtype));
}

/** A host array as numbers. */
export function numbers(array: HostArray, dtype: DType): number[] {
  return Array.from(decode(array, dtype) as ArrayLike<number | bigint>, Number);
}

/** The bytes of host arrays, for comparing bit by bit. NaNs of all kinds are one. */
export function bits(arrays: readonly HostArray[]): string[] {
  return arrays.map((array) => {
    const normal = array.slice();
    for (let i = 0; i < normal.length; i++) if (normal[i] !== normal[i]) normal[i] = NaN;
    return Array.from(new Uint8Array(normal.buffer, normal.byteOffset, normal.byteLength)).join();
  });
}
