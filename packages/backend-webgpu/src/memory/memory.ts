/** One GPU buffer of the pool, and how many values lie in it. */

let count = 0;

/** A GPU buffer that values, scratch or constants lie in. */
export class Memory {
  readonly gpu: GPUBuffer;
  /** Never used twice: bind groups are known by the ids of what they bind. */
  readonly id: number = ++count;
  /** At least what was asked for. */
  readonly bytes: number;
  /** Values that lie in it; the last one gives it back. */
  users = 1;
  /** Number of the submission that work recorded before it was given back goes into. */
  givenAt = -1;
  /** Keys of the bind groups that bind it. */
  groups: string[] = [];

  constructor(gpu: GPUBuffer, bytes: number) {
    this.gpu = gpu;
    this.bytes = bytes;
  }
}
