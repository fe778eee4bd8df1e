/**
 * Several calls of one function as one graph: a loop that carries the variables from call to call. Only
 * where the backend says that this is quicker; otherwise the caller makes the calls one by one. It is
 * an entry of its own, which comes with the loops of training: a page's first file goes without.
 */
import type { Backend, CompileOptions, Executable } from '../backend/contract.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, ValueId } from '../graph/types.ts';
import { isRecording } from '../trace/record.ts';
import { currentTrace } from '../trace/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { compileShared } from './compile.ts';
import { type Compiled, isCurrent, type JitOptions, keyOf, runCompiled, traceCall } from './jit.ts';
import { LruMap } from './lru.ts';
import { profiled } from '#platform';

/**
 * Compiles several calls of a function that reads and assigns variables into one run.
 *
 * @param fn As for {@link jit}.
 * @returns A function of the arguments of each call. It gives the result of the last one; undefined if
 *   the calls differ in shapes or the backend is not quicker with a loop: then nothing has run.
 *
 * @example
 * const together = jitLoop((x: Tensor) => total.assign(total.add(x)));
 * together([[a], [b], [c]]) ?? [a, b, c].forEach((x) => once(x));
 */
export function jitLoop<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: JitOptions = {},
): (calls: readonly A[]) => R | undefined {
  const label = options.name ?? (fn.name || 'jit');
  const cache = new LruMap<string, Loop>(options.cacheSize ?? 64);
  return (calls) => {
    if (calls.length === 0 || currentTrace() !== undefined || isRecording()) return undefined;
    const tensors: Tensor[][] = calls.map(() => []);
    const [first, ...others] = calls.map((args, i) => keyOf(args, tensors[i]!));
    if (others.some((other) => other !== first)) return undefined;
    const key = `${calls.length} ${first}`;
    let loop = cache.get(key);
    if (loop === undefined || !isCurrent(loop.call, tensors[0]!)) {
      loop = profiled('trace', `trace ${label}`, () =>
        traceLoop(fn, calls[0]!, tensors[0]!, calls.length, label),
      );
      cache.set(key, loop);
    }
    const { compiled } = loop;
    if (compiled === undefined) return undefined;
    return profiled('run', label, () => runCompiled(compiled, tensors.flat())) as R;
  };
}

/** A traced function; not compiled where no loop is wanted. */
interface Loop {
  readonly call: Parameters<typeof isCurrent>[0];
  readonly compiled: Compiled | undefined;
}

function traceLoop<A extends readonly unknown[]>(
  fn: (...args: A) => unknown,
  args: A,
  tensors: readonly Tensor[],
  count: number,
  label: string,
): Loop {
  const { graph, donate, ...call } = traceCall(fn, args, tensors, label);
  const step: Step = { graph, donate, sequences: tensors.length };
  const executable = compileLoop(call.backend, step, count, label);
  return { call, compiled: executable === undefined ? undefined : { ...call, executable } };
}

/** One call of the function. */
interface Step extends Pick<CompileOptions, 'donate'> {
  readonly graph: Graph;
  /** How many of the inputs, the first, differ from call to call. */
  readonly sequences: number;
}

function compileLoop(
  backend: Backend,
  step: Step,
  count: number,
  label: string,
): Executable | undefined {
  const { graph, donate, sequences } = step;
  if (backend.prefersLoop?.(graph, { label, donate }, count) !== true) return undefined;
  const added = (count - 1) * sequences;
  const moved = donate.map(([input, output]) => [input + added, output] as const);
  const options = { label: `${label} ×${count}`, donate: moved };
  return compileShared(backend, loopGraph(step, count), options);
}

/**
 * The step as the body of a loop. The inputs of all calls come first, call by call; what was donated
 * is carried, everything else is the same in every call; outputs are those of the last call.
 */
function loopGraph({ graph, donate, sequences }: Step, count: number): Graph {
  const builder = new GraphBuilder();
  const shapeOf = (id: ValueId): readonly number[] => graph.avals[id]!.shape;
  const varying = graph.inputs.slice(0, sequences);
  const inputs = Array.from({ length: count }, () =>
    varying.map((id) => builder.input(graph.avals[id]!)),
  );
  const state = new Map(
    graph.inputs.slice(sequences).map((id) => [id, builder.input(graph.avals[id]!)]),
  );
  const stacked = varying.map((id, i) => {
    const shape = [1, ...shapeOf(id)];
    const rows = inputs.map((call) => builder.add('reshape', [call[i]!], { shape })[0]!);
    return builder.add('concat', rows, { axis: 0 })[0]!;
  });
  const carried = donate.map(([input]) => graph.inputs[input]!);
  const fixed = [...state.keys()].filter((id) => !carried.includes(id));
  const next = donate.map(([, output]) => output);
  const results = graph.outputs.flatMap((_, i) => (next.includes(i) ? [] : [i]));
  const body: Graph = {
    ...graph,
    inputs: [...fixed, ...carried, ...varying],
    outputs: [...next, ...results].map((i) => graph.outputs[i]!),
  };
  const operands = [...[...fixed, ...carried].map((id) => state.get(id)!), ...stacked];
  const made = builder.add('scan', operands, {
    body,
    length: count,
    constants: fixed.length,
    carries: carried.length,
    reverse: false,
    saveCarries: false,
  });
  const outputs = graph.outputs.map((id, i) => {
    const carry = next.indexOf(i);
    if (carry >= 0) return made[carry]!;
    const all = made[carried.length + results.indexOf(i)]!;
    const shape = shapeOf(id);
    const start = [count - 1, ...shape.map(() => 0)];
    const limit = [count, ...shape];
    const strides = limit.map(() => 1);
    const last = builder.add('slice', [all], { start, limit, strides })[0]!;
    return builder.add('reshape', [last], { shape })[0]!;
  });
  return builder.finish(outputs);
}
