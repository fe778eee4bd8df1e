/** The smallest graph: its output is its input, which a backend must answer with a new buffer. */
import type { Aval, Graph } from './types.ts';

/** A graph that copies one value. */
export function copyGraph(aval: Aval): Graph {
  return { avals: [aval], inputs: [0], constants: new Map(), nodes: [], outputs: [0] };
}
