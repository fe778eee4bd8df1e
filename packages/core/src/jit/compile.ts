/**
 * From a traced graph to an executable: passes, then the backend. Executables are shared by
 * structure (an LRU of 256 per backend), so a second model of the same shape compiles nothing.
 * `ADDAX_DUMP`, `ADDAX_VALIDATE` and `ADDAX_PROFILE` look on from here.
 */
import type { Backend, CompileOptions, Executable } from '../backend/contract.ts';
import { graphKey } from '../graph/key.ts';
import type { Graph } from '../graph/types.ts';
import { optimize } from '../passes/optimize.ts';
import { LruMap } from './lru.ts';
import {
  dumpExecutable,
  dumpGraph,
  nextDump,
  passHooks,
  profiled,
  validates,
  validating,
  verifyTraced,
} from '#platform';

interface Caches {
  readonly traced: LruMap<string, Executable>;
}

const caches = new WeakMap<Backend, Caches>();

function cachesOf(backend: Backend): Caches {
  let found = caches.get(backend);
  if (found === undefined) {
    // Dropped executables may still be held by a jitted function: the collector disposes of them.
    found = { traced: new LruMap(256) };
    caches.set(backend, found);
  }
  return found;
}

/** An executable for this graph, compiled or from the cache. */
export function compileShared(backend: Backend, graph: Graph, options: CompileOptions): Executable {
  const { traced } = cachesOf(backend);
  const donated = options.donate.map((pair) => pair.join('>')).join();
  const key = `${graphKey(graph)}|${donated}`;
  let executable = traced.get(key);
  if (executable === undefined) {
    executable = compileGraph(backend, graph, options);
    traced.set(key, executable);
  }
  return executable;
}

/** Passes and compilation, without a cache. */
export function compileGraph(backend: Backend, graph: Graph, options: CompileOptions): Executable {
  const dump = nextDump(options.label);
  dumpGraph(dump, 'traced', graph);
  verifyTraced(graph);
  const optimized = profiled('compile', `passes ${options.label}`, () =>
    optimize(graph, (node, avals) => backend.supports(node, avals), passHooks()),
  );
  dumpGraph(dump, 'optimized', optimized);
  if (validates()) return validating(backend, optimized, options);
  const executable = profiled('compile', `compile ${options.label}`, () =>
    backend.compile(optimized, options),
  );
  executable.ready.catch(() => undefined);
  dumpExecutable(dump, executable);
  return executable;
}
