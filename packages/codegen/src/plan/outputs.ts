/**
 * Which memory each graph output is computed into. An output is computed in place if it has a value
 * of its own; what is an input, a constant or already another output is copied at the end. A donated
 * input lends its memory only if nobody reads the input after the output is written.
 */
import type { Graph } from '@addax/core';
import type { Unit } from '../fuse/schedule.ts';
import type { Target } from '../target.ts';

/** Copies at the end: a value into an output. */
export interface OutputCopy {
  readonly value: number;
  readonly output: number;
}

/** The decisions. */
export interface OutputPlan {
  /** Output whose memory a root is computed into. */
  readonly home: ReadonlyMap<number, number>;
  readonly copies: readonly OutputCopy[];
  /** Inputs that must be saved first, because their memory is overwritten before they are copied. */
  readonly saved: ReadonlySet<number>;
  /** Input whose memory backs output i, or −1. */
  readonly donors: readonly number[];
}

/** Plans the outputs of scheduled units. */
export function planOutputs(
  graph: Graph,
  units: readonly Unit[],
  roots: Int32Array,
  donate: readonly (readonly [input: number, output: number])[],
  target: Target,
): OutputPlan {
  const donors = graph.outputs.map(() => -1);
  const lent = new Set<number>();
  for (const [input, output] of donate) {
    if (lent.has(input) || donors[output] >= 0) continue;
    donors[output] = input;
    lent.add(input);
  }
  const written = new Map<number, number>();
  const lastRead = new Map<number, number>();
  units.forEach((unit, step) => {
    for (const value of unit.writes) written.set(value, step);
    for (const value of unit.reads) lastRead.set(value, step);
  });
  const home = new Map<number, number>();
  const copies: OutputCopy[] = [];
  const saved = new Set<number>();
  graph.outputs.forEach((value, output) => {
    const root = roots[value];
    const donor = donors[output];
    const source = donor < 0 ? -1 : graph.inputs[donor];
    if (root === source) return;
    const step = written.get(root);
    if (step === undefined || home.has(root)) {
      const input = graph.inputs.indexOf(root);
      if (input >= 0 && lent.has(input)) saved.add(root);
      copies.push({ value: root, output });
      return;
    }
    const last = lastRead.get(source) ?? -1;
    const isSafe = last < step || (last === step && mayShare(units[step], source, root, target));
    if (donor >= 0 && !isSafe) copies.push({ value: root, output });
    else home.set(root, output);
  });
  return { home, copies, saved, donors };
}

/** Whether the unit may write `to` over `from`, which it reads. */
export function mayShare(unit: Unit, from: number, to: number, target: Target): boolean {
  const loop = unit.kernel ?? unit.epilogue;
  if (loop !== undefined) {
    const { kernel, values } = loop;
    // What a call reads itself it may read again after the first element is written.
    const own = unit.reads.slice(0, unit.node?.inputs.length ?? 0);
    if (own.includes(from) || !values.includes(from)) return false;
    const read = kernel.buffers[values.indexOf(from)];
    const write = kernel.buffers[values.indexOf(to)];
    if (write === undefined) return false;
    return (
      read.aligned &&
      read.length === write.length &&
      target.byteWidth(read.dtype) === target.byteWidth(write.dtype)
    );
  }
  const operand = target.inPlaceOperand(unit.node!);
  return (
    operand >= 0 &&
    unit.reads[operand] === from &&
    unit.writes[0] === to &&
    unit.reads.filter((value) => value === from).length === 1
  );
}
