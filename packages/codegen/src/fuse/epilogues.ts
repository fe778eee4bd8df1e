/**
 * Kernels that run inside the call whose result they alone read: the call hands them each element
 * instead of storing it.
 */
import type { Graph } from '@addax/core';
import type { Target } from '../target.ts';
import type { Unit } from './schedule.ts';

/** Joins calls with the kernels behind them, as far as the target can. */
export function fuseEpilogues(
  graph: Graph,
  units: readonly Unit[],
  roots: Int32Array,
  target: Target,
): Unit[] {
  if (target.fusesEpilogue === undefined) return [...units];
  const outputs = new Set(graph.outputs.map((value) => roots[value]));
  const readers = new Map<number, Unit[]>();
  for (const unit of units) {
    for (const value of new Set(unit.reads)) {
      const known = readers.get(value);
      if (known === undefined) readers.set(value, [unit]);
      else known.push(unit);
    }
  }
  /** Kernel → the call that takes it in; the last one if there are several. */
  const hosts = new Map<Unit, Unit>();
  for (const call of units) {
    if (call.node === undefined) continue;
    const [value] = call.node.outputs;
    const [reader, ...others] = readers.get(value) ?? [];
    if (reader === undefined || others.length > 0 || outputs.has(value)) continue;
    if (!fits(reader, value, call, target)) continue;
    const host = hosts.get(reader);
    if (host === undefined || host.position < call.position) hosts.set(reader, call);
  }
  const taken = new Set(hosts.values());
  return units.flatMap((unit) => {
    if (taken.has(unit)) return [];
    const call = hosts.get(unit);
    return call === undefined ? [unit] : [join(call, unit)];
  });
}

/** Whether the kernel computes each element of its results from the element of `value` there. */
function fits(unit: Unit, value: number, call: Unit, target: Target): boolean {
  if (unit.kernel === undefined) return false;
  const { kernel, values } = unit.kernel;
  if (target.fusesEpilogue?.(call.node!, kernel) !== true) return false;
  if ((kernel.reductions ?? []).length > 0) return false;
  const { buffers } = kernel;
  const supplied = buffers[values.indexOf(value)];
  const written = buffers.find(({ use }) => use === 'write');
  const bound = new Set([...call.reads, ...values]).size - 1;
  return (
    supplied.aligned &&
    supplied.length === written?.length &&
    buffers.every(({ use }) => use !== 'scratch') &&
    bound <= (target.maxKernelBuffers ?? Infinity)
  );
}

function join(call: Unit, unit: Unit): Unit {
  const [value] = call.node!.outputs;
  const kernel = unit.kernel!;
  return {
    kernel: undefined,
    node: call.node,
    epilogue: { ...kernel, supplied: kernel.values.indexOf(value) },
    reads: [...call.reads, ...unit.reads.filter((read) => read !== value)],
    writes: [...call.writes.filter((written) => written !== value), ...unit.writes],
    position: unit.position,
    source: [...call.source, ...unit.source],
  };
}
