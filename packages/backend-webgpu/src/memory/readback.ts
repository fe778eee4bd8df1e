/** Reads: bytes are copied into staging buffers that the host may see, and that are used again. */
import { profileSpan } from '@addax/core';
import type { Counters } from '../stream/counters.ts';
import type { Faults } from '../stream/faults.ts';
import type { Range, Stream } from '../stream/stream.ts';
import { sizeClass } from './pool.ts';

/** MAP_READ | COPY_DST. */
const USAGE = 1 | 8;
/** READ of GPUMapMode. */
const READ = 1;
/** Staging buffers of more bytes than this are not kept. */
const KEPT_BYTES = 64 * 2 ** 20;

interface Staging {
  readonly gpu: GPUBuffer;
  readonly bytes: number;
}

/** Reads from a device. */
export class Readback {
  private readonly gpu: GPUDevice;
  private readonly stream: Stream;
  private readonly faults: Faults;
  private readonly counters: Counters;
  private readonly free: Staging[] = [];
  private freeBytes = 0;

  constructor(gpu: GPUDevice, stream: Stream, faults: Faults, counters: Counters) {
    this.gpu = gpu;
    this.stream = stream;
    this.faults = faults;
    this.counters = counters;
  }

  /**
   * The bytes as recorded work so far leaves them. The copy is recorded before this returns, so
   * the memory may be given back at once.
   */
  async read(from: Range, bytes: number): Promise<ArrayBuffer> {
    const mark = this.faults.mark();
    if (bytes === 0) return new ArrayBuffer(0);
    const staging = this.take(bytes);
    this.stream.copy(from, { memory: staging, offset: 0 }, bytes);
    const end = profileSpan('gpu', 'read');
    await this.stream.flushSoon();
    try {
      await staging.gpu.mapAsync(READ, 0, bytes);
      this.faults.check(mark);
    } catch (error) {
      staging.gpu.destroy();
      await settled();
      this.faults.check(mark);
      throw error;
    }
    const copy = staging.gpu.getMappedRange(0, bytes).slice(0);
    staging.gpu.unmap();
    this.give(staging);
    end();
    return copy;
  }

  /** Gives all staging up. */
  dispose(): void {
    for (const { gpu } of this.free) gpu.destroy();
    this.free.length = 0;
    this.freeBytes = 0;
  }

  private take(bytes: number): Staging {
    const size = bytes > KEPT_BYTES ? bytes : sizeClass(bytes);
    const at = this.free.findLastIndex((staging) => staging.bytes === size);
    if (at >= 0) {
      this.freeBytes -= size;
      return this.free.splice(at, 1)[0];
    }
    this.counters.buffers++;
    return { gpu: this.gpu.createBuffer({ size, usage: USAGE }), bytes: size };
  }

  private give(staging: Staging): void {
    this.free.push(staging);
    this.freeBytes += staging.bytes;
    while (this.freeBytes > KEPT_BYTES) {
      const { gpu, bytes } = this.free.shift()!;
      gpu.destroy();
      this.freeBytes -= bytes;
    }
  }
}

/** The news that the device is gone may come after the failures that it causes. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
