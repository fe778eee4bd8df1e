/**
 * Homes of results: what a session makes for the host alone, gradients above all, is written into the
 * memory that the host works in. The runtime would return it in an array of its own, and every step
 * would copy it from there. One run at a time has them.
 */
import type { Backend, Buffer, DType, Graph, ValueId } from '@addax/core';
import { reserve } from '@addax/backend-cpu';
import type { Part } from './partition/parts.ts';
import { WIDTHS } from './widths.ts';

/** Bytes from which a home is worth its while. */
const WORTH = 2 ** 14;

/** Whose elements the runtime writes as they are stored. */
const SAME: ReadonlySet<DType> = new Set<DType>(['float32', 'float64', 'int32', 'uint32']);

/** The homes of one session's results, made at the first run. */
export class Homes {
  readonly #host: Backend;
  readonly #part: Part;
  readonly #housed: readonly boolean[];
  #buffers: readonly (Buffer | undefined)[] | undefined;

  constructor(host: Backend, part: Part, housed: readonly boolean[]) {
    this.#host = host;
    this.#part = part;
    this.#housed = housed;
  }

  /** By output; undefined for those that have none. */
  get buffers(): readonly (Buffer | undefined)[] {
    return (this.#buffers ??= this.#housed.map((isHoused, i) => {
      const { graph } = this.#part;
      return isHoused ? reserve(this.#host, graph.avals[graph.outputs[i]!]!) : undefined;
    }));
  }
}

/** Homes for the results of `part` that only the host reads after it; undefined if there are none. */
export function homesOf(
  host: Backend,
  graph: Graph,
  part: Part,
  later: readonly Part[],
): Homes | undefined {
  const isForHost = (id: ValueId): boolean =>
    !graph.outputs.includes(id) &&
    later.every(({ kind, inputs }) => kind === 'host' || !inputs.includes(id));
  const isTwice = (id: ValueId, i: number): boolean => part.graph.outputs.indexOf(id) !== i;
  const housed = part.outputs.map((id, i) => {
    const own = part.graph.outputs[i]!;
    const { shape, dtype } = part.graph.avals[own]!;
    const bytes = shape.reduce((a, b) => a * b, WIDTHS[dtype]);
    return SAME.has(dtype) && bytes >= WORTH && isForHost(id) && !isTwice(own, i);
  });
  return housed.includes(true) ? new Homes(host, part, housed) : undefined;
}
