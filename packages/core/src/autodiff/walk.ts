/**
 * The reverse walk: one gradient rule per op, applied from the outputs back to the values asked for.
 * It works on a list of bound ops, so the graph pass, gradients inside a trace and the eager tape are
 * the same few lines.
 */
import { isFloat } from '../dtypes.ts';
import { ArgumentError } from '../errors.ts';
import type { Graph, OpAttrs, OpName } from '../graph/types.ts';
import * as functions from '../ops/primitives/functions.ts';
import type { Cotangents, VjpContext } from '../ops/primitives/primitive.ts';
import { PRIMITIVES } from '../ops/primitives/table.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { atSource } from '../trace/source.ts';
import { replay } from '../trace/replay.ts';
import { traceGraph } from '../trace/trace.ts';

/** One bound op, as a recorder keeps it. */
export interface TapeEntry {
  readonly op: OpName;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: OpAttrs[OpName];
  readonly source?: string | undefined;
}

/** See {@link VjpContext.vjpOf}. */
export type VjpOf = (body: Graph, inputs: readonly number[], outputs: readonly number[]) => Graph;

type Rule = (context: VjpContext<OpName>) => Cotangents;

/** Entries that depend on `wrt` through floats; `reached` grows to all values that do. */
function reachable(entries: readonly TapeEntry[], reached: Set<Tensor>): TapeEntry[] {
  const found: TapeEntry[] = [];
  for (const entry of entries) {
    if (entry.op === 'stopGradient' || !entry.inputs.some((input) => reached.has(input))) continue;
    let differentiable = false;
    for (const output of entry.outputs) {
      if (!isFloat(output.dtype)) continue;
      reached.add(output);
      differentiable = true;
    }
    if (differentiable) found.push(entry);
  }
  return found;
}

/**
 * Cotangents of `wrt`, given those of `outputs`; undefined where nothing depends on a value.
 * Tensors are compared by identity. Integers and bools carry no cotangent.
 */
export function walkBack(
  entries: readonly TapeEntry[],
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  wrt: readonly Tensor[],
  vjpOf: VjpOf,
): (Tensor | undefined)[] {
  if (outputs.length !== cotangents.length) {
    throw new ArgumentError(
      `${outputs.length} output(s) need as many cotangents, but ${cotangents.length} were given`,
    );
  }
  const reached = new Set(wrt.filter((tensor) => isFloat(tensor.dtype)));
  const found = reachable(entries, reached);
  const totals = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, cotangent: Tensor): void => {
    if (!reached.has(tensor)) return;
    const total = totals.get(tensor);
    totals.set(tensor, total === undefined ? cotangent : functions.add(total, cotangent));
  };
  outputs.forEach((output, i) => accumulate(output, cotangents[i]!));
  const kept = new Set(wrt);
  for (let i = found.length - 1; i >= 0; i--) {
    const entry = found[i]!;
    const given = entry.outputs.map((output) => totals.get(output));
    if (given.every((cotangent) => cotangent === undefined)) continue;
    const rule = PRIMITIVES[entry.op].vjp as Rule | undefined;
    if (rule === undefined) continue;
    for (const output of entry.outputs) if (!kept.has(output)) totals.delete(output);
    const source = entry.source === undefined ? 'grad' : `${entry.source}/grad`;
    atSource(source, () => {
      const results = rule({
        attrs: entry.attrs,
        inputs: entry.inputs,
        outputs: entry.outputs,
        cotangents: given,
        needs: entry.inputs.map((input) => reached.has(input)),
        ops: functions,
        vjpOf,
        trace: traceGraph,
        replay,
      });
      results.forEach((result, k) => {
        if (result !== undefined) accumulate(entry.inputs[k]!, result);
      });
    });
  }
  return wrt.map((tensor) => totals.get(tensor));
}
