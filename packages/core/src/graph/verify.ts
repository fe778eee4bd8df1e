/**
 * Checks every invariant of a graph: each value is defined once and before its use, avals are what
 * the shape rules say, constants fit their avals, bodies hold the same. Runs after each pass in tests
 * and under `ADDAX_VALIDATE=1`.
 */
import { hostArray } from '../dtypes.ts';
import { AddaxError } from '../errors.ts';
import { equalAvals, showAval, sizeOf } from '../ops/primitives/check.ts';
import { inferShapes } from '../ops/primitives/table.ts';
import { bodiesOf } from './bodies.ts';
import type { AnyNode, Aval, Graph, ValueId } from './types.ts';

/** Bodies found right before; graphs never change. */
const verified = new WeakSet<Graph>();

function broken(message: string, node?: AnyNode, cause?: unknown): AddaxError {
  let where = '';
  if (node !== undefined) {
    const source = node.source === undefined ? '' : ` (${node.source})`;
    const results = node.outputs.map((id) => `%${id}`).join(', ');
    where = `${results} = ${node.op}${source}: `;
  }
  return new AddaxError(`the graph is broken: ${where}${message}`, { cause });
}

/** Throws an {@link AddaxError} that names the node and its source if an invariant does not hold. */
export function verify(graph: Graph): void {
  const { avals } = graph;
  const defined = new Uint8Array(avals.length);
  const define = (id: ValueId, node?: AnyNode): void => {
    if (!(Number.isInteger(id) && id >= 0 && id < avals.length)) {
      throw broken(`value %${id} has no aval`, node);
    }
    if (defined[id] === 1) throw broken(`value %${id} is defined twice`, node);
    defined[id] = 1;
  };
  for (const id of graph.inputs) define(id);
  for (const [id, data] of graph.constants) {
    define(id);
    const aval = avals[id]!;
    const expected = hostArray(aval.dtype, 0).constructor;
    if (data.constructor.name !== expected.name || data.length !== sizeOf(aval.shape)) {
      throw broken(
        `constant %${id} is ${showAval(aval)} but holds ${data.constructor.name} of ${data.length}`,
      );
    }
  }
  for (const node of graph.nodes) {
    for (const id of node.inputs) {
      if (defined[id] !== 1) throw broken(`operand %${id} is not defined before`, node);
    }
    for (const id of node.outputs) define(id, node);
    verifyBodies(node);
    verifyResults(node, avals);
  }
  for (const id of graph.outputs) {
    if (defined[id] !== 1) throw broken(`output %${id} is not defined`);
  }
}

function verifyBodies(node: AnyNode): void {
  for (const body of bodiesOf(node)) {
    if (verified.has(body)) continue;
    try {
      verify(body);
    } catch (error) {
      throw broken(`in its body: ${(error as Error).message}`, node, error);
    }
    verified.add(body);
  }
}

function verifyResults(node: AnyNode, avals: readonly Aval[]): void {
  let inferred: readonly Aval[];
  try {
    const operands = node.inputs.map((id) => avals[id]!);
    inferred = inferShapes(node.op, operands, node.attrs);
  } catch (error) {
    throw broken((error as Error).message, node, error);
  }
  if (inferred.length !== node.outputs.length) {
    throw broken(`it gives ${inferred.length} result(s) but names ${node.outputs.length}`, node);
  }
  node.outputs.forEach((id, i) => {
    if (!equalAvals(inferred[i]!, avals[id]!)) {
      throw broken(
        `%${id} is ${showAval(avals[id]!)} but the shape rule gives ${showAval(inferred[i]!)}`,
        node,
      );
    }
  });
}
