/** `ADDAX_PROFILE=file`: a Chrome trace (chrome://tracing, Perfetto) of tracing, compiling, running. */
import { atExit, environment, writeProfile } from '../system-node.ts';

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
}

const FLUSH_AT = 1000;
let events: TraceEvent[] = [];
let started = false;

/** Where a profile goes; null where none is asked for. */
let target: string | null | undefined;

/** Reading the environment takes a microsecond, and this is asked on every run: it is read once. */
function profileFile(): string | undefined {
  if (target === undefined) target = environment('ADDAX_PROFILE') ?? null;
  return target ?? undefined;
}

/** Times `fn` as one event when a profile is asked for. */
export function profiled<T>(category: string, name: string, fn: () => T): T {
  const file = profileFile();
  if (file === undefined) return fn();
  const from = performance.now();
  try {
    return fn();
  } finally {
    note(file, category, name, from);
  }
}

/** Starts an event that ends when the returned function is called, for work that is waited for. */
export function profileSpan(category: string, name: string): () => void {
  const file = profileFile();
  if (file === undefined) return noted;
  const from = performance.now();
  return () => note(file, category, name, from);
}

/** Notes an event: when it began by `performance.now()`, and how many milliseconds it took. */
export type Timekeeper = (name: string, from: number, duration: number) => void;

/**
 * For what has times of its own, as a GPU: its events stand in a row below those of the host.
 * Undefined where no profile is asked for.
 */
export function timekeeper(category: string): Timekeeper | undefined {
  const file = profileFile();
  if (file === undefined) return undefined;
  return (name, from, duration) => add(file, { cat: category, name, tid: 2 }, from, duration);
}

function noted(): void {}

function note(file: string, cat: string, name: string, from: number): void {
  add(file, { cat, name, tid: 1 }, from, performance.now() - from);
}

function add(
  file: string,
  event: Pick<TraceEvent, 'cat' | 'name' | 'tid'>,
  from: number,
  duration: number,
): void {
  events.push({ ...event, ph: 'X', pid: 1, ts: from * 1000, dur: duration * 1000 });
  if (!started) begin(file);
  if (events.length >= FLUSH_AT) flush(file);
}

function begin(file: string): void {
  started = true;
  writeProfile(file, '[\n', false);
  atExit(() => {
    flush(file);
    const end = { name: 'end', cat: 'run', ph: 'X', ts: performance.now() * 1000, dur: 0 };
    writeProfile(file, `${JSON.stringify({ ...end, pid: 1, tid: 1 })}\n]\n`, true);
  });
}

function flush(file: string): void {
  writeProfile(file, events.map((event) => `${JSON.stringify(event)},\n`).join(''), true);
  events = [];
}
