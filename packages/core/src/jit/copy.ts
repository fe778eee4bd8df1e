/** Copies of single values, one executable per backend and aval. */
import type { Backend, Executable } from '../backend/contract.ts';
import type { InternedAval } from '../tensor/avals.ts';
import { copyGraph } from '../graph/copy.ts';

const cache = new WeakMap<Backend, Map<number, Executable>>();

/** An executable that copies a value of this aval. */
export function copyOf(backend: Backend, aval: InternedAval): Executable {
  let table = cache.get(backend);
  if (table === undefined) cache.set(backend, (table = new Map()));
  let executable = table.get(aval.id);
  if (executable === undefined) {
    executable = backend.compile(copyGraph(aval), { label: 'copy', donate: [] });
    table.set(aval.id, executable);
  }
  return executable;
}
