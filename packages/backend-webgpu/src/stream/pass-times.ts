/**
 * How long the GPU is at work, for profiles: it writes the time when a pass begins and ends. The times
 * are read when they have come, so nothing waits for them; where too many are under way, passes go
 * without.
 */
import { type Timekeeper, timekeeper } from '@addax/core';

/** QUERY_RESOLVE | COPY_SRC, and MAP_READ | COPY_DST. */
const RESOLVED = 512 | 4;
const STAGING = 1 | 8;
/** READ of GPUMapMode. */
const READ = 1;
/** Passes of one submission whose times are kept. */
const PASSES = 64;
/** Bytes of a time. */
const TIME_BYTES = 8;
const BYTES = 2 * PASSES * TIME_BYTES;
/** Submissions whose times have not come yet. */
const MOST_UNDER_WAY = 16;
const NANOSECONDS = 1e6;

/** Times the passes of a stream. */
export class PassTimes {
  private readonly gpu: GPUDevice;
  private readonly note: Timekeeper;
  private readonly queries: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly free: GPUBuffer[] = [];
  private underWay = 0;
  /** What ran in each pass since the last submission. */
  private passes: string[] = [];
  private isOpen = false;
  /** Milliseconds from the clock of the GPU to that of the host: no pass begins before it is submitted. */
  private ahead = -Infinity;

  private constructor(gpu: GPUDevice, note: Timekeeper) {
    this.gpu = gpu;
    this.note = note;
    this.queries = gpu.createQuerySet({ type: 'timestamp', count: 2 * PASSES });
    this.resolved = gpu.createBuffer({ size: BYTES, usage: RESOLVED });
  }

  /** Undefined where no profile is asked for, or the device has no clock. */
  static of(gpu: GPUDevice): PassTimes | undefined {
    const note = timekeeper('gpu');
    if (note === undefined || !gpu.features.has('timestamp-query')) return undefined;
    return new PassTimes(gpu, note);
  }

  /** What a pass that begins has to write. */
  begin(): GPUComputePassDescriptor {
    const pass = this.passes.length;
    this.isOpen = pass < PASSES;
    if (!this.isOpen) return {};
    this.passes.push('');
    return {
      timestampWrites: {
        querySet: this.queries,
        beginningOfPassWriteIndex: 2 * pass,
        endOfPassWriteIndex: 2 * pass + 1,
      },
    };
  }

  /** Says what ran in the pass that ends. */
  end(name: string): void {
    if (this.isOpen) this.passes[this.passes.length - 1] = name;
  }

  /** Records where the times go, right before the submission; the result is called after it. */
  collect(encoder: GPUCommandEncoder): (() => void) | undefined {
    const { passes } = this;
    this.passes = [];
    if (passes.length === 0 || this.underWay === MOST_UNDER_WAY) return undefined;
    this.underWay++;
    const staging = this.free.pop() ?? this.gpu.createBuffer({ size: BYTES, usage: STAGING });
    encoder.resolveQuerySet(this.queries, 0, 2 * passes.length, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, staging, 0, 2 * passes.length * TIME_BYTES);
    const submitted = performance.now();
    return () => void this.read(staging, passes, submitted);
  }

  private async read(
    staging: GPUBuffer,
    passes: readonly string[],
    submitted: number,
  ): Promise<void> {
    try {
      await staging.mapAsync(READ);
      const times = Array.from(new BigUint64Array(staging.getMappedRange()), Number);
      staging.unmap();
      this.free.push(staging);
      this.ahead = Math.max(this.ahead, submitted - times[0] / NANOSECONDS);
      const { ahead } = this;
      passes.forEach((name, pass) => {
        const [from, to] = [times[2 * pass], times[2 * pass + 1]];
        if (to >= from) this.note(name, from / NANOSECONDS + ahead, (to - from) / NANOSECONDS);
      });
    } catch {
      // The device is gone: that is known by itself.
    }
    this.underWay--;
  }
}
