/**
 * @packageDocumentation
 * For backends in host memory that run parts of a graph here: graphs made runnable on typed arrays, and
 * how values lie in them.
 */
import type { Graph } from '@addax/core';
import { canCompileText } from './kernels/compile.ts';
import { BASIC, type Library } from './library/library.ts';
import { Machine, type MachineParts } from './machine.ts';
import { control, convolution, interpreter, pooling, sorting } from './parts.ts';

export type { Machine } from './machine.ts';
export { allocate, fromHost, type Storage, storedWidth, toHost } from './storage.ts';

const LIBRARY: Library = {
  ...BASIC,
  ...convolution.library,
  ...pooling.library,
  ...sorting.library,
  ...control.library,
};

const PARTS: MachineParts = {
  library: LIBRARY,
  interpreter: canCompileText() ? undefined : interpreter.interpreter,
};

/**
 * A graph of primitives, ready to run on typed arrays.
 *
 * @param donate [input, output] pairs that may share memory; `program.donors` says which do.
 */
export function hostMachine(
  graph: Graph,
  donate: readonly (readonly [input: number, output: number])[],
): Machine {
  return new Machine(graph, { donate, parts: PARTS });
}
