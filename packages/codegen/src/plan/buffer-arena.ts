/**
 * Buffers of a workspace that is not one block of memory: the smallest free one that fits, else the
 * largest free one grows, else there is one more. Sizes are needed only when the plan is complete.
 */

/** Hands out and takes back numbers of buffers. */
export class BufferArena {
  /** Bytes of each buffer. */
  readonly sizes: number[] = [];
  private readonly unused = new Set<number>();
  private readonly alignment: number;

  constructor(alignment: number) {
    this.alignment = alignment;
  }

  /** Bytes of all buffers. */
  get bytes(): number {
    return this.sizes.reduce((a, b) => a + b, 0);
  }

  /** The number of a buffer of at least this many bytes that nobody uses. */
  allocate(bytes: number): number {
    const need = Math.ceil(Math.max(bytes, 1) / this.alignment) * this.alignment;
    let best = -1;
    let largest = -1;
    for (const buffer of this.unused) {
      const size = this.sizes[buffer];
      if (size >= need && (best < 0 || size < this.sizes[best])) best = buffer;
      if (largest < 0 || size > this.sizes[largest]) largest = buffer;
    }
    const chosen = best >= 0 ? best : largest;
    if (chosen < 0) return this.sizes.push(need) - 1;
    this.unused.delete(chosen);
    this.sizes[chosen] = Math.max(this.sizes[chosen], need);
    return chosen;
  }

  free(buffer: number): void {
    this.unused.add(buffer);
  }
}
