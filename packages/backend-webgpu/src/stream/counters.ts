/** What a device was asked to do, for tests of how little that is. */

/** Numbers that only grow. */
export interface Counters {
  dispatches: number;
  /** Those of them that the device leaves out where their branch is not taken. */
  guarded: number;
  /** Submissions that hold work. */
  submits: number;
  /** Bind groups made. */
  bindGroups: number;
  /** Buffers made: memory, tables of parameters, staging for reads. */
  buffers: number;
  /** Writes from host memory. */
  writes: number;
  /** Pipelines made. */
  pipelines: number;
}

/** Counters at nought. */
export function makeCounters(): Counters {
  return {
    dispatches: 0,
    guarded: 0,
    submits: 0,
    bindGroups: 0,
    buffers: 0,
    writes: 0,
    pipelines: 0,
  };
}
