/**
 * `jit`: a function traced per argument shapes and dtypes, compiled once, run as one graph. Variables
 * it reads become inputs, those it assigns become donated outputs; tensors it captures are hidden
 * inputs; numbers, booleans and strings among its arguments are static.
 */
import type { Backend, Buffer, CompileOptions, Executable } from '../backend/contract.ts';
import { defaultBackend } from '../backend/select.ts';
import { BackendUnavailableError, UnsupportedError } from '../errors.ts';
import type { Graph } from '../graph/types.ts';
import { isRecording, withoutRecording } from '../trace/record.ts';
import { atSource } from '../trace/source.ts';
import { currentTrace, inTrace, Trace } from '../trace/trace.ts';
import { intern, type InternedAval } from '../tensor/avals.ts';
import { describe } from '../tensor/host.ts';
import { Storage } from '../tensor/storage.ts';
import { storageOf, Tensor } from '../tensor/tensor.ts';
import { isRecord, mapTree } from '../tree.ts';
import {
  setVariableStorage,
  takeDonated,
  Variable,
  variableChanges,
  variableStorage,
} from '../variable.ts';
import { compileShared } from './compile.ts';
import { LruMap } from './lru.ts';
import { profiled, profileSpan } from '#platform';

/** Options of {@link jit}. */
export interface JitOptions {
  /** Name in errors, dumps and profiles; the function's name by default. */
  readonly name?: string | undefined;
  /** Traces kept per function. Default 64. */
  readonly cacheSize?: number | undefined;
}

/** Traces of one function after which a warning names the argument that keeps changing. */
const WARN_AT = 8;

/** A traced call; its graph takes the tensors of the call first. */
interface Traced extends Call, Pick<CompileOptions, 'donate'> {
  readonly graph: Graph;
}

/** A traced and compiled call. */
export interface Compiled extends Call {
  readonly executable: Executable;
}

/** What a call needs beside its graph. */
interface Call {
  readonly backend: Backend;
  readonly captures: readonly Tensor[];
  /** Variables read, in the order of the graph's last inputs. */
  readonly reads: readonly Variable[];
  /** Which of them are assigned too. */
  readonly donated: readonly boolean[];
  /** Variables assigned, in the order of the graph's last outputs. */
  readonly writes: readonly Variable[];
  readonly outputs: readonly InternedAval[];
  readonly rebuild: (tensors: readonly Tensor[]) => unknown;
  /** The buffers of the variables, where none is assigned: asking many of them takes a while. */
  seen: { readonly buffers: readonly Buffer[]; readonly changes: number };
}

/**
 * Compiles a function of tensors.
 *
 * @param fn A synchronous function of tensors (and arrays or records of them); numbers, booleans and
 *   strings among its arguments are static: another value means another trace. It may read and
 *   assign variables, and create them in its first trace.
 * @returns A function of the same arguments that runs one compiled graph.
 *
 * @example
 * const step = jit((x: Tensor) => ops.sum(ops.square(x)));
 * await step(tensor([1, 2, 3])).item(); // 14
 */
export function jit<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: JitOptions = {},
): (...args: A) => R {
  const label = options.name ?? (fn.name || 'jit');
  const cache = new LruMap<string, Compiled>(options.cacheSize ?? 64);
  const retraces = new Retraces(label);
  const compile = (args: A, tensors: readonly Tensor[]): Compiled => {
    retraces.note(args);
    const traced = profiled('trace', `trace ${label}`, () => traceCall(fn, args, tensors, label));
    const { graph, donate, ...call } = traced;
    return { ...call, executable: compileShared(call.backend, graph, { label, donate }) };
  };
  // The last call of a single tensor: the next of its like needs no key.
  let lastAval: InternedAval | undefined;
  let last: Compiled | undefined;
  const jitted = (...args: A): R => {
    // Inside a trace, and under an eager tape, its ops belong to whoever is looking on.
    if (currentTrace() !== undefined || isRecording()) return fn(...args);
    let tensors = args as readonly unknown[] as Tensor[];
    const aval = args.length === 1 && tensors[0] instanceof Tensor ? tensors[0].aval : undefined;
    let compiled = aval === lastAval ? last : undefined;
    if (compiled === undefined || !isCurrent(compiled, tensors)) {
      const key = keyOf(args, (tensors = []));
      compiled = cache.get(key);
      if (compiled === undefined || !isCurrent(compiled, tensors)) {
        cache.set(key, (compiled = compile(args, tensors)));
      }
      lastAval = aval;
      last = aval && compiled;
    }
    const end = profileSpan('run', label);
    const result = runCompiled(compiled, tensors);
    end();
    return result as R;
  };
  Object.defineProperty(jitted, 'name', { value: label });
  return jitted;
}

/** Whether the operands still live on the backend this was compiled for. */
export function isCurrent(compiled: Call, tensors: readonly Tensor[]): boolean {
  const first = tensors[0];
  if (first !== undefined) return storageOf(first).backend === compiled.backend;
  const read = compiled.reads[0];
  return read === undefined || read.backend === compiled.backend;
}

/** What two calls have in common that may share a trace; adds the tensors in `value` to `tensors`. */
export function keyOf(value: unknown, tensors: Tensor[]): string {
  if (value instanceof Tensor) {
    let position = tensors.indexOf(value);
    if (position < 0) position = tensors.push(value) - 1;
    return `t${value.aval.id}@${position}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => keyOf(item, tensors)).join()}]`;
  if (isRecord(value)) {
    const parts = Object.entries(value).map(([k, item]) => `${k}:${keyOf(item, tensors)}`);
    return `{${parts.join()}}`;
  }
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? 'n-0' : `n${value}`;
  if (typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' || typeof value === 'function') return `o${identityOf(value)}`;
  throw new UnsupportedError(`a jitted function cannot take ${describe(value)} as an argument`);
}

const identities = new WeakMap<object, number>();
let identityCount = 0;

function identityOf(value: object): number {
  let number = identities.get(value);
  if (number === undefined) identities.set(value, (number = ++identityCount));
  return number;
}

/** Traces a call whose tensors are `tensors`. */
export function traceCall(
  fn: (...args: never) => unknown,
  args: readonly unknown[],
  tensors: readonly Tensor[],
  label: string,
): Traced {
  const trace = new Trace('jit', undefined);
  const inputs = tensors.map((tensor) => trace.input(tensor.aval));
  const replaced = mapTree(args, (leaf) =>
    leaf instanceof Tensor ? inputs[tensors.indexOf(leaf)] : leaf,
  ) as never;
  const result = withoutRecording(() =>
    atSource(undefined, () => inTrace(trace, () => fn(...(replaced as never[] as never)))),
  );
  const outputs: Tensor[] = [];
  const template = mapTree(result, (leaf) => {
    if (leaf instanceof Variable) {
      throw new UnsupportedError(`${label} returned a variable: return variable.value instead.`);
    }
    return leaf instanceof Tensor ? new OutputSlot(outputs.push(leaf) - 1) : leaf;
  });
  const states = [...trace.variables].map(
    ([variable, state]) => [variable as Variable, state] as const,
  );
  const read = states.filter(([, state]) => state.input !== undefined);
  const written = states.filter(([, state]) => state.changed);
  const graphOutputs = [...outputs, ...written.map(([, state]) => state.current)];
  const graph = trace.finish(graphOutputs, () => [
    ...inputs,
    ...trace.captures.values(),
    ...read.map(([, state]) => state.input!),
  ]);
  const captures = [...trace.captures.keys()];
  const firstRead = inputs.length + captures.length;
  const donate = written.flatMap(([variable], i): [number, number][] => {
    const input = read.findIndex(([other]) => other === variable);
    return input < 0 ? [] : [[firstRead + input, outputs.length + i]];
  });
  const reads = read.map(([variable]) => variable);
  const backend = commonBackend(label, [...tensors, ...captures], reads);
  return {
    backend,
    graph,
    donate,
    captures,
    reads,
    donated: read.map(([variable]) => written.some(([other]) => other === variable)),
    writes: written.map(([variable]) => variable),
    outputs: outputs.map((output) => intern(output.aval)),
    rebuild: (values) =>
      template instanceof OutputSlot
        ? values[0]
        : mapTree(template, (leaf) => (leaf instanceof OutputSlot ? values[leaf.index] : leaf)),
    seen: { buffers: [], changes: -1 },
  };
}

/** Stands for a tensor in the structure a traced function returned. */
class OutputSlot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

function commonBackend(
  label: string,
  tensors: readonly Tensor[],
  variables: readonly Variable[],
): Backend {
  const owners = [
    ...tensors.map((tensor) => storageOf(tensor).backend),
    ...variables.map((variable) => variable.backend),
  ];
  const backend = owners[0] ?? defaultBackend();
  const other = owners.find((owner) => owner !== backend);
  if (other !== undefined) {
    throw new BackendUnavailableError(
      `${label} got values of two backends, "${backend.name}" and "${other.name}": move one with ` +
        'await tensor.to(backend), or the whole model with await model.to(backend).',
    );
  }
  return backend;
}

/** Runs a call on the tensors that its graph takes. */
export function runCompiled(compiled: Compiled, tensors: readonly Tensor[]): unknown {
  const { backend, executable, captures, writes, outputs } = compiled;
  const buffers: Buffer[] = [];
  for (const tensor of tensors) buffers.push(storageOf(tensor).buffer);
  for (const tensor of captures) buffers.push(storageOf(tensor).buffer);
  const given: Storage[] = [];
  const tail = writes.length === 0 ? readAll(compiled) : undefined;
  if (tail === undefined) takeAll(compiled, buffers, given);
  const results = executable.run(tail === undefined ? buffers : buffers.concat(tail), tail);
  for (const storage of given) storage.donate();
  const values: Tensor[] = [];
  for (const aval of outputs) {
    values.push(new Tensor(aval, new Storage(backend, results[values.length]!)));
  }
  for (let i = 0; i < writes.length; i++) {
    setVariableStorage(writes[i]!, new Storage(backend, results[values.length + i]!));
  }
  return compiled.rebuild(values);
}

/** The buffers of variables that stay as they are; the same array while no variable changes. */
function readAll(compiled: Compiled): readonly Buffer[] {
  const changes = variableChanges();
  if (compiled.seen.changes !== changes) {
    const buffers = compiled.reads.map((variable) => variableStorage(variable).buffer);
    compiled.seen = { buffers, changes };
  }
  return compiled.seen.buffers;
}

/** The buffers of variables; those that are assigned are given away. */
function takeAll({ reads, donated }: Compiled, buffers: Buffer[], given: Storage[]): void {
  for (let i = 0; i < reads.length; i++) {
    const variable = reads[i]!;
    const storage = donated[i]! ? takeDonated(variable) : variableStorage(variable);
    if (donated[i]!) given.push(storage);
    buffers.push(storage.buffer);
  }
}

/** Counts traces and warns once, naming the argument that differs from the last trace. */
class Retraces {
  readonly #label: string;
  #count = 0;
  #last: readonly unknown[] = [];

  constructor(label: string) {
    this.#label = label;
  }

  note(args: readonly unknown[]): void {
    this.#count++;
    if (this.#count === WARN_AT + 1) {
      const changed = args.findIndex((arg, i) => keyOf(arg, []) !== keyOf(this.#last[i], []));
      const which = changed < 0 ? 'an argument' : `argument ${changed} (${summary(args[changed])})`;
      // eslint-disable-next-line no-console -- the one warning a user must see
      console.warn(
        `jit: ${this.#label} was traced ${this.#count} times; ${which} differs from call to call. ` +
          'Pass numbers that change as tensors or keep them in a Variable; pad shapes that change.',
      );
    }
    this.#last = args;
  }
}

function summary(value: unknown): string {
  return value instanceof Tensor ? value.toString() : describe(value);
}
