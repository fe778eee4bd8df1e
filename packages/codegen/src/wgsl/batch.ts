/**
 * The table of a batched launch: kernels of one text, each over its own part of packed memory. For
 * every workgroup it says where the words of its segment are and which workgroup of the segment it
 * is; behind that follow the words of the segments, offsets first.
 */

/** A kernel of a batch. */
export interface Segment {
  /** Element offsets of its bindings, then its parameters. */
  readonly words: Uint32Array;
  readonly workgroups: number;
}

/** The table of a batch. Positions in it count from its own start. */
export function batchTable(segments: readonly Segment[]): Uint32Array {
  const workgroups = segments.reduce((sum, segment) => sum + segment.workgroups, 0);
  const words = segments.reduce((sum, segment) => sum + segment.words.length, 0);
  const table = new Uint32Array(2 * workgroups + words);
  let entry = 0;
  let position = 2 * workgroups;
  for (const segment of segments) {
    table.set(segment.words, position);
    for (let work = 0; work < segment.workgroups; work++) {
      table[entry++] = position;
      table[entry++] = work;
    }
    position += segment.words.length;
  }
  return table;
}
