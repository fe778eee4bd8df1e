/**
 * GPU memory that is used again. All work goes through one queue in order, so memory that was given
 * back serves the next taker at once; only what the host writes would overtake recorded work, so
 * uploads take memory that no unsubmitted work has used.
 */
import { OutOfMemoryError } from '@addax/core';
import type { Counters } from '../stream/counters.ts';
import type { Faults } from '../stream/faults.ts';
import { Memory } from './memory.ts';

/** STORAGE | COPY_SRC | COPY_DST: one usage, so that every buffer can serve for everything. */
const USAGE = 128 | 4 | 8;
/** INDIRECT: the device reads workgroups there. */
const INDIRECT = 256;
/** Uploads of at least this many bytes into new memory go there without a stop. */
const MAPPED_BYTES = 4 * 2 ** 20;
/** Pieces that may lie unused: drivers have room for few allocations, however small. */
const MOST_UNUSED = 4096;

/** What the pool needs of the stream. */
export interface Submissions {
  /** Number of the next submission. */
  readonly epoch: number;
  /** Whether there is recorded work for it. */
  readonly hasWork: boolean;
  write(buffer: GPUBuffer, offset: number, words: ArrayBufferView): void;
  /** Memory was destroyed; drivers may free it at the next submission only. */
  loosen(bytes: number): void;
}

/** What the pool keeps to. */
export interface PoolLimits {
  /** Bytes of one buffer, at most. */
  readonly maxBytes: number;
  /** Bytes that may lie unused. */
  readonly poolBytes: number;
  /** Bytes in use beyond which nothing is kept unused. */
  readonly budgetBytes: number;
}

/** Takes and gives GPU memory. */
export class Pool {
  /** Bytes of memory in use. */
  takenBytes = 0;
  /** Bytes of values that are promised but have no memory yet. */
  promisedBytes = 0;
  /** Bytes that lie unused, and in how many pieces. */
  pooledBytes = 0;
  private pooled = 0;
  /** Free memory by size; the last was given back last. */
  private readonly free = new Map<number, Memory[]>();
  private readonly gpu: GPUDevice;
  private readonly submissions: Submissions;
  private readonly faults: Faults;
  private readonly counters: Counters;
  private readonly limits: PoolLimits;
  private readonly destroyed: (memory: Memory) => void;

  constructor(
    gpu: GPUDevice,
    parts: {
      readonly submissions: Submissions;
      readonly faults: Faults;
      readonly counters: Counters;
      readonly limits: PoolLimits;
      /** Told of memory that is no more. */
      readonly destroyed: (memory: Memory) => void;
    },
  ) {
    this.gpu = gpu;
    this.submissions = parts.submissions;
    this.faults = parts.faults;
    this.counters = parts.counters;
    this.limits = parts.limits;
    this.destroyed = parts.destroyed;
  }

  /** Bytes of the largest piece there is. */
  get maxBytes(): number {
    return this.limits.maxBytes;
  }

  /** Bytes in use or promised. */
  get liveBytes(): number {
    return this.takenBytes + this.promisedBytes;
  }

  /** Memory for work on the device; holds anything. Its one user is the caller. */
  take(bytes: number): Memory {
    const size = this.sizeOf(bytes);
    return this.reuse(this.free.get(size)?.pop()) ?? this.create(size, false);
  }

  /** Memory that holds these words. */
  upload(words: ArrayBufferView): Memory {
    const size = this.sizeOf(words.byteLength);
    const free = this.free.get(size);
    const at = free?.findLastIndex((memory) => !this.isUnsubmitted(memory)) ?? -1;
    const used = at < 0 ? undefined : this.reuse(free!.splice(at, 1)[0]);
    if (used === undefined && words.byteLength >= MAPPED_BYTES) return this.createFrom(words, size);
    const memory = used ?? this.create(size, false);
    if (words.byteLength > 0) this.submissions.write(memory.gpu, 0, words);
    return memory;
  }

  /** Memory that holds these words, and that launches may take their workgroups from. */
  indirect(words: ArrayBufferView): Memory {
    const memory = this.create(this.sizeOf(words.byteLength), false, USAGE | INDIRECT);
    this.submissions.write(memory.gpu, 0, words);
    return memory;
  }

  /** One user less; the last one's memory is free for the next taker. */
  give(memory: Memory): void {
    if (--memory.users > 0) return;
    this.takenBytes -= memory.bytes;
    this.pooledBytes += memory.bytes;
    this.pooled++;
    memory.givenAt = this.submissions.epoch;
    const list = this.free.get(memory.bytes);
    if (list === undefined) this.free.set(memory.bytes, [memory]);
    else list.push(memory);
    if (this.pooledBytes > this.limits.poolBytes || this.pooled > MOST_UNUSED) this.trim();
  }

  /** Destroys what has lain longest until no more than `bytes` lie unused, in few pieces. */
  trim(bytes: number = this.limits.poolBytes): void {
    while (this.pooledBytes > bytes || this.pooled > MOST_UNUSED) {
      let oldest: Memory[] | undefined;
      for (const list of this.free.values()) {
        const at = list[0]?.givenAt ?? Infinity;
        if (at < (oldest?.[0].givenAt ?? Infinity)) oldest = list;
      }
      // Work that is recorded but not submitted would fail without it: after the next submission.
      if (oldest === undefined || this.isUnsubmitted(oldest[0])) return;
      this.destroy(oldest.shift()!);
    }
  }

  /** Whether recorded work may use it, so that the host must not write there yet. */
  private isUnsubmitted(memory: Memory): boolean {
    return this.submissions.hasWork && memory.givenAt === this.submissions.epoch;
  }

  private reuse(memory: Memory | undefined): Memory | undefined {
    if (memory === undefined) return undefined;
    this.pooledBytes -= memory.bytes;
    this.pooled--;
    this.takenBytes += memory.bytes;
    memory.users = 1;
    return memory;
  }

  private destroy(memory: Memory): void {
    this.pooledBytes -= memory.bytes;
    this.pooled--;
    this.destroyed(memory);
    memory.gpu.destroy();
    this.submissions.loosen(memory.bytes);
  }

  private create(size: number, mappedAtCreation: boolean, usage = USAGE): Memory {
    // What lies unused makes room first.
    const room = Math.max(0, this.limits.budgetBytes - this.takenBytes - size);
    if (this.pooledBytes > room) this.trim(room);
    this.gpu.pushErrorScope('out-of-memory');
    const buffer = this.gpu.createBuffer({ size, usage, mappedAtCreation });
    void this.faults.watch(this.gpu.popErrorScope(), () => this.exhausted(size));
    this.counters.buffers++;
    this.takenBytes += size;
    return new Memory(buffer, size);
  }

  private createFrom(words: ArrayBufferView, size: number): Memory {
    let memory: Memory;
    try {
      memory = this.create(size, true);
    } catch (error) {
      // There was no room for the mapping.
      if (error instanceof RangeError) throw this.exhausted(size);
      throw error;
    }
    const { buffer, byteOffset, byteLength } = words;
    new Uint8Array(memory.gpu.getMappedRange()).set(new Uint8Array(buffer, byteOffset, byteLength));
    memory.gpu.unmap();
    this.counters.writes++;
    return memory;
  }

  private exhausted(size: number): OutOfMemoryError {
    return new OutOfMemoryError(
      `the GPU has no room for ${mebibytes(size)} more: the webgpu backend holds ` +
        `${mebibytes(this.takenBytes)} in use and ${mebibytes(this.pooledBytes)} for reuse. Use ` +
        'smaller batches, or release tensors with scope(() => …) or dispose().',
    );
  }

  private sizeOf(bytes: number): number {
    const { maxBytes } = this.limits;
    if (bytes <= maxBytes) return Math.min(sizeClass(bytes), maxBytes);
    throw new OutOfMemoryError(
      `a tensor of ${mebibytes(bytes)} on the GPU is more than this device ` +
        `takes in one piece, ${mebibytes(maxBytes)}: split it, or use a smaller batch.`,
    );
  }
}

/** Sizes of buffers: powers of two in quarter steps, so that little is wasted and much fits. */
export function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const power = 2 ** Math.floor(Math.log2(bytes - 1));
  const step = Math.max(256, power / 4);
  return Math.ceil(bytes / step) * step;
}

function mebibytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes} bytes` : `${Math.round(bytes / 2 ** 20)} MiB`;
}
