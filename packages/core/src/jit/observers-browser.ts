/** Nobody looks on in a browser: it has no environment to ask with. So bundles hold none of that code. */
import type { Backend, CompileOptions, Executable } from '../backend/contract.ts';
import type { Graph } from '../graph/types.ts';
import type { PassHooks } from '../passes/optimize.ts';
import type { Timekeeper } from './profile.ts';

export type { Timekeeper } from './profile.ts';

/** No dumps. */
export function nextDump(_label: string): string | undefined {
  return undefined;
}

/** No dumps. */
export function dumpGraph(_stem: string | undefined, _stage: string, _graph: Graph): void {}

/** No dumps. */
export function dumpExecutable(_stem: string | undefined, _executable: Executable): void {}

/** No profiles. */
export function profiled<T>(_category: string, _name: string, fn: () => T): T {
  return fn();
}

/** No profiles. */
export function profileSpan(_category: string, _name: string): () => void {
  return () => undefined;
}

/** No profiles. */
export function timekeeper(_category: string): Timekeeper | undefined {
  return undefined;
}

/** No validation. */
export function validates(): boolean {
  return false;
}

/** No validation: it runs as it is. */
export function validating(backend: Backend, graph: Graph, options: CompileOptions): Executable {
  return backend.compile(graph, options);
}

/** No verification. */
export function verifyTraced(_graph: Graph): void {}

/** No verification. */
export function passHooks(): PassHooks {
  return {};
}
