/** Offsets in one block of memory: best fit over a list of holes, growing at the end. */

/** Hands out and takes back ranges of bytes. */
export class Arena {
  private readonly alignment: number;
  /** Free ranges by offset, never adjacent. */
  private readonly holes: { offset: number; bytes: number }[] = [];
  private end = 0;

  constructor(alignment: number) {
    this.alignment = alignment;
  }

  /** Bytes needed so far. */
  get bytes(): number {
    return this.end;
  }

  private round(bytes: number): number {
    return Math.ceil(Math.max(bytes, 1) / this.alignment) * this.alignment;
  }

  allocate(bytes: number): number {
    const need = this.round(bytes);
    let best = -1;
    this.holes.forEach((hole, i) => {
      if (hole.bytes >= need && (best < 0 || hole.bytes < this.holes[best].bytes)) best = i;
    });
    if (best >= 0) {
      const hole = this.holes[best];
      const { offset } = hole;
      hole.offset += need;
      hole.bytes -= need;
      if (hole.bytes === 0) this.holes.splice(best, 1);
      return offset;
    }
    const last = this.holes[this.holes.length - 1];
    if (last !== undefined && last.offset + last.bytes === this.end) {
      this.holes.pop();
      this.end = last.offset + need;
      return last.offset;
    }
    const offset = this.end;
    this.end += need;
    return offset;
  }

  free(offset: number, bytes: number): void {
    const size = this.round(bytes);
    let i = 0;
    while (i < this.holes.length && this.holes[i].offset < offset) i++;
    this.holes.splice(i, 0, { offset, bytes: size });
    const next = this.holes[i + 1];
    if (next !== undefined && offset + size === next.offset) {
      this.holes[i].bytes += next.bytes;
      this.holes.splice(i + 1, 1);
    }
    const previous = this.holes[i - 1];
    if (previous !== undefined && previous.offset + previous.bytes === offset) {
      previous.bytes += this.holes[i].bytes;
      this.holes.splice(i, 1);
    }
  }
}
