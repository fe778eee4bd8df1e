/** The passes every backend starts from, in order. */
import type { Graph } from '../graph/types.ts';
import { cse } from './cse.ts';
import { dce } from './dce.ts';
import { inline, type Supports } from './inline.ts';
import { simplify } from './simplify.ts';

/** Lets validation and dumps look on. */
export interface PassHooks {
  /** Called after each pass. */
  readonly onPass?: (name: string, before: Graph, after: Graph) => void;
}

/** inline · simplify · cse · dce. */
export function optimize(graph: Graph, supports: Supports, hooks: PassHooks = {}): Graph {
  const passes: readonly (readonly [name: string, pass: (graph: Graph) => Graph])[] = [
    ['inline', (before) => inline(before, supports)],
    ['simplify', simplify],
    ['cse', cse],
    ['dce', dce],
  ];
  let current = graph;
  for (const [name, pass] of passes) {
    const before = current;
    current = pass(before);
    hooks.onPass?.(name, before, current);
  }
  return current;
}
