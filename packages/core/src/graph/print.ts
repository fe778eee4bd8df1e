/**
 * Graphs as text to read, which `parse` reads back. Values are numbered in the order they are
 * defined, so equal structures give equal text.
 *
 *     graph(%0: float32[2, 3], %1: float32[3]) {
 *       %2: float32[2, 3] = broadcast(%1) shape=[2, 3] axes=[1] @"dense/add"
 *       return %2
 *     }
 */
import type { HostArray } from '../dtypes.ts';
import { showShape } from '../ops/primitives/check.ts';
import type { AnyNode, Aval, Graph, ValueId } from './types.ts';

/** Constants up to this many elements are written as numbers, larger ones as base64. */
const READABLE = 16;

/** The graph as text. */
export function print(graph: Graph): string {
  return graphText(graph, '');
}

function graphText(graph: Graph, indent: string): string {
  const names = new Map<ValueId, string>();
  const define = (id: ValueId): string => {
    const name = `%${names.size}`;
    names.set(id, name);
    return `${name}: ${avalText(graph.avals[id]!)}`;
  };
  const name = (id: ValueId): string => names.get(id) ?? `%undefined(${id})`;
  const inner = `${indent}  `;
  const lines = [`graph(${graph.inputs.map(define).join(', ')}) {`];
  for (const [id, data] of graph.constants) {
    lines.push(`${inner}${define(id)} = constant ${constantText(data)}`);
  }
  for (const node of graph.nodes) {
    const operands = node.inputs.map(name).join(', ');
    const results = node.outputs.map(define).join(', ');
    lines.push(`${inner}${results} = ${node.op}(${operands})${nodeText(node, inner)}`);
  }
  lines.push(`${inner}return ${graph.outputs.map(name).join(', ')}`.trimEnd(), `${indent}}`);
  return lines.join('\n');
}

function avalText({ shape, dtype }: Aval): string {
  return `${dtype}${showShape(shape)}`;
}

function nodeText(node: AnyNode, indent: string): string {
  let text = '';
  for (const [key, value] of Object.entries(node.attrs) as [string, unknown][]) {
    if (value !== undefined) text += ` ${key}=${valueText(value, indent)}`;
  }
  return node.source === undefined ? text : `${text} @${JSON.stringify(node.source)}`;
}

function isGraph(value: object): value is Graph {
  return 'avals' in value && 'nodes' in value;
}

/** JSON, and what JSON lacks: NaN, infinities, −0 and graphs. */
function valueText(value: unknown, indent: string): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => valueText(item, indent)).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isGraph(value)) return graphText(value, indent);
  const fields = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${valueText(item, indent)}`,
  );
  return `{${fields.join(', ')}}`;
}

function constantText(data: HostArray): string {
  if (data.length <= READABLE) {
    const items = Array.from<number | bigint>(data as Iterable<number | bigint>);
    const numbers = items.map((item) => (Object.is(item, -0) ? '-0' : String(item)));
    return `[${numbers.join(', ')}]`;
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let binary = '';
  for (const byte of bytes) binary += String.fromCodePoint(byte);
  return JSON.stringify(btoa(binary));
}
