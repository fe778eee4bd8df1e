/** Loops and branches as Scan, If and Loop; their graphs see the constants of the loop directly. */
import type { Aval, Graph } from '@addax/core';
import { carrierOf, onnxType } from '../carriers.ts';
import type { Lowering, Lowerings } from '../lowering.ts';
import { valueInfo } from '../model.ts';
import type { GraphProto, ValueInfoProto } from '../proto/onnx_pb.ts';
import type { Name, Scope } from '../scope.ts';
import { plain, plainValue, splatValue, type Value } from '../value.ts';
import { counting } from './shape.ts';

function info(name: Name, { shape, dtype }: Aval): ValueInfoProto {
  return valueInfo(name, onnxType(carrierOf(dtype)), shape);
}

function outputAvals(graph: Graph): Aval[] {
  return graph.outputs.map((id) => graph.avals[id]!);
}

/** A graph whose outputs are these values. */
function closed(
  scope: Scope,
  label: string,
  inputs: readonly ValueInfoProto[],
  values: readonly Value[],
): GraphProto {
  const outputs: ValueInfoProto[] = [];
  const taken = new Set<Name>();
  for (const value of values) {
    const { name } = plain(scope, value);
    // What the graph did not make, or gives already, needs a node to have a name of its own.
    const isOwn = scope.producer(name) !== undefined && !taken.has(name);
    const own = isOwn ? name : scope.output(name);
    taken.add(own);
    outputs.push(info(own, value));
  }
  return scope.graph(label, inputs, outputs);
}

/** An input of a graph. */
function entry(scope: Scope, aval: Aval, inputs: ValueInfoProto[]): Value {
  const name = scope.model.fresh('i');
  inputs.push(info(name, aval));
  return plainValue(name, aval);
}

function scanned({ scope, attrs, inputs, outputs, lowerGraph }: Lowering<'scan'>): Value[] {
  const { body, length, constants, carries, reverse, saveCarries } = attrs;
  const fixed = inputs.slice(0, constants);
  const states = inputs.slice(constants, constants + carries);
  const sequences = inputs.slice(constants + carries).map((value) => plain(scope, value));
  if (length === 0) {
    return outputs.map((aval, i) => (i < carries ? states[i]! : splatValue(scope, 0, aval)));
  }
  // Scan needs a sequence to know its length.
  const ticking = sequences.length === 0;
  const names = ticking ? [counting(scope, length, 'int32')] : sequences.map(({ name }) => name);

  const inner = scope.inner();
  const entries: ValueInfoProto[] = [];
  const carried = states.map((value) => entry(inner, value, entries));
  const slices = sequences.map(({ shape, dtype }) =>
    entry(inner, { shape: shape.slice(1), dtype }, entries),
  );
  if (ticking) entry(inner, { shape: [], dtype: 'int32' }, entries);
  const results = lowerGraph(inner, body, [...fixed, ...carried, ...slices]);
  const written = saveCarries ? [...results, ...carried] : results;
  const stacked = written.length - carries;
  const direction = reverse ? 1 : 0;
  const attributes = {
    body: closed(inner, 'scan', entries, written),
    num_scan_inputs: names.length,
    scan_input_directions: names.map(() => direction),
    scan_output_directions: Array.from({ length: stacked }, () => direction),
  };
  const initial = states.map((value) => plain(scope, value).name);
  const given = scope.nodeOf('Scan', [...initial, ...names], attributes, outputs.length);
  return outputs.map((aval, i) => plainValue(given[i]!, aval));
}

function branched({ scope, attrs, inputs, outputs, lowerGraph }: Lowering<'cond'>): Value[] {
  const [predicate, ...operands] = inputs as [Value, ...Value[]];
  const branch = (label: string, graph: Graph): GraphProto => {
    const inner = scope.inner();
    return closed(inner, label, [], lowerGraph(inner, graph, operands));
  };
  const attributes = {
    then_branch: branch('then', attrs.then),
    else_branch: branch('else', attrs.else),
  };
  const condition = plain(scope, predicate).name;
  const names = scope.nodeOf('If', [condition], attributes, outputs.length);
  return outputs.map((aval, i) => plainValue(names[i]!, aval));
}

function looped({ scope, attrs, inputs, outputs, lowerGraph }: Lowering<'while'>): Value[] {
  const fixed = inputs.slice(0, attrs.constants);
  const states = inputs.slice(attrs.constants).map((value) => plain(scope, value));
  const condition = plain(scope, lowerGraph(scope, attrs.cond, [...fixed, ...states])[0]!).name;
  const inner = scope.inner();
  const entries: ValueInfoProto[] = [];
  entry(inner, { shape: [], dtype: 'int64' }, entries);
  entry(inner, { shape: [], dtype: 'bool' }, entries);
  const carried = outputAvals(attrs.body).map((aval) => entry(inner, aval, entries));
  const next = lowerGraph(inner, attrs.body, [...fixed, ...carried]);
  const goesOn = lowerGraph(inner, attrs.cond, [...fixed, ...next])[0]!;
  const attributes = { body: closed(inner, 'loop', entries, [goesOn, ...next]) };
  const initial = states.map(({ name }) => name);
  const names = scope.nodeOf('Loop', ['', condition, ...initial], attributes, outputs.length);
  return outputs.map((aval, i) => plainValue(names[i]!, aval));
}

export const CONTROL: Lowerings<'scan' | 'cond' | 'while'> = {
  scan: scanned,
  cond: branched,
  while: looped,
};
