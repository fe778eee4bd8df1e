/** How many memories a kernel binds: donated inputs and the outputs computed into them are one. */
import type { Graph } from '@addax/core';
import type { Program, Step } from '../program.ts';

/** A donated input and the value that is to be computed into its memory. */
export interface DonatedPair {
  readonly from: number;
  readonly to: number;
}

/** The values of donated inputs and their outputs. */
export function donatedPairs(
  graph: Graph,
  roots: Int32Array,
  donate: readonly (readonly [input: number, output: number])[],
): DonatedPair[] {
  return donate.map(([input, output]) => ({
    from: graph.inputs[input],
    to: roots[graph.outputs[output]],
  }));
}

/** Distinct memories of a planned kernel. */
export function bindingsOf(
  step: Extract<Step, { readonly kind: 'kernel' }>,
  program: Program,
): number {
  const memories = step.slots.map((slot) => {
    const { place } = program.slots[slot];
    switch (place.kind) {
      case 'constant':
        return `constant:${place.value}`;
      case 'workspace':
        return `workspace:${place.offset}`;
      case 'input':
        return `input:${place.index}`;
      case 'output': {
        const donor = program.donors[place.index];
        return donor >= 0 ? `input:${donor}` : `output:${place.index}`;
      }
    }
  });
  return new Set(memories).size;
}
