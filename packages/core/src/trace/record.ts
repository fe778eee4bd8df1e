/**
 * Recorders: lists of what was bound while a function ran, and which variables it read. Gradients walk
 * them backwards; they work the same over eager values and inside a trace.
 */
import type { TapeEntry } from '../autodiff/backward.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A variable, as far as recording is concerned: an identity. */
export type RecordedVariable = object;

/** What one recorder saw. */
export interface Recording {
  readonly entries: TapeEntry[];
  readonly reads: Map<RecordedVariable, Set<Tensor>>;
}

const active: Recording[] = [];

/** Recorders outside the body being traced: its ops are not theirs, the variables it reads are. */
let outside: readonly Recording[] = [];

/** Runs `fn` and keeps a list of the ops it bound and the variables it read. */
export function recordEntries<T>(fn: () => T): { result: T } & Recording {
  const recording: Recording = { entries: [], reads: new Map() };
  active.push(recording);
  try {
    return { result: fn(), ...recording };
  } finally {
    active.pop();
  }
}

/** Runs `fn` with no recorder looking on. */
export function withoutRecording<T>(fn: () => T): T {
  return hidden([], fn);
}

/** Runs `fn`, whose ops go into a body of control flow: recorders hear of its variables only. */
export function withoutEntries<T>(fn: () => T): T {
  return hidden([...outside, ...active], fn);
}

function hidden<T>(readers: readonly Recording[], fn: () => T): T {
  const outer = active.splice(0);
  const outerReaders = outside;
  outside = readers;
  try {
    return fn();
  } finally {
    active.push(...outer);
    outside = outerReaders;
  }
}

/** Whether anybody records. */
export function isRecording(): boolean {
  return active.length > 0;
}

/** Tells the recorders of a bound op. */
export function noteEntry(entry: TapeEntry): void {
  for (const recording of active) recording.entries.push(entry);
}

/** Tells the recorders of a variable read as `value`. */
export function noteRead(variable: RecordedVariable, value: Tensor): void {
  for (const { reads } of outside.length === 0 ? active : [...outside, ...active]) {
    const values = reads.get(variable);
    if (values === undefined) reads.set(variable, new Set([value]));
    else values.add(value);
  }
}
