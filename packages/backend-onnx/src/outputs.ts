/** Where the outputs of a graph come from, once its parts have run. */
import type { Aval, CompileOptions, Graph, HostArray } from '@addax/core';
import { sizeOf } from '@addax/core';
import type { Part } from './partition/parts.ts';
import { WIDTHS } from './widths.ts';

/** One output of a graph. */
export interface Output {
  readonly aval: Aval;
  readonly bytes: number;
  /** Slot of a computed value; −1 for an input or a constant. */
  readonly slot: number;
  /** A value that stands twice among the outputs has its own memory in the first place only. */
  readonly isFirst: boolean;
  /** Input that it is, or −1. */
  readonly input: number;
  /** Constant that it is. */
  readonly constant: HostArray | undefined;
  /** Input whose memory it takes over, or −1. */
  readonly donor: number;
}

/** The outputs of a graph in their order. */
export function makeOutputs(
  graph: Graph,
  parts: readonly Part[],
  donate: CompileOptions['donate'],
  slotOf: (id: number) => number,
): Output[] {
  const computed = new Set(parts.flatMap((part) => part.outputs));
  return graph.outputs.map((id, i) => {
    const aval = graph.avals[id]!;
    return {
      aval,
      bytes: sizeOf(aval.shape) * WIDTHS[aval.dtype],
      slot: computed.has(id) ? slotOf(id) : -1,
      isFirst: !computed.has(id) || graph.outputs.indexOf(id) === i,
      input: graph.inputs.indexOf(id),
      constant: graph.constants.get(id),
      donor: donate.find(([, output]) => output === i)?.[0] ?? -1,
    };
  });
}
