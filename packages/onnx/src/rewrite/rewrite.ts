/** Graph → graph before lowering: forms that the runtime is quicker at. */
import type { Graph } from '@addax/core';
import { keptProducts } from './kept-products.ts';
import { smallerLoops } from './loops.ts';
import { joinedParts } from './parts.ts';
import { fusedRectifiers } from './rectifiers.ts';
import { namedSigmoids } from './sigmoids.ts';

/** The graph in the forms that the runtime is quicker at; equal in value but for the order of sums. */
export function rewritten(graph: Graph): Graph {
  return namedSigmoids(fusedRectifiers(joinedParts(keptProducts(smallerLoops(graph)))));
}
