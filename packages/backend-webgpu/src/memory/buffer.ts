/**
 * A value on the GPU. It may be handed out before the work that makes it is recorded; then its memory,
 * or the error of that work, comes later.
 */
import type { Buffer } from '@addax/core';
import { StateError } from '@addax/core';
import type { Memory } from './memory.ts';
import type { Pool } from './pool.ts';

/** A buffer of the webgpu backend. */
export class WebGpuBuffer implements Buffer {
  readonly byteLength: number;
  /** Where it lies; undefined until its producer is recorded, and after it was given up. */
  memory: Memory | undefined;
  /** Where it begins in its memory, in words. */
  offset = 0;
  /** Why it was never made. */
  failure: { readonly error: unknown } | undefined;
  /** Released, or donated to a run: it may not be used again. */
  isGiven = false;
  private readonly pool: Pool;
  private isPromised = false;

  /** A value of so many bytes of words; without memory it is promised, and counts as held. */
  constructor(pool: Pool, byteLength: number, memory?: Memory) {
    this.pool = pool;
    this.byteLength = byteLength;
    this.memory = memory;
    if (memory === undefined) {
      this.isPromised = true;
      pool.promisedBytes += byteLength;
    }
  }

  /** Says where it lies; the memory already counts it among its users. */
  place(memory: Memory, offset = 0): void {
    this.settle();
    this.memory = memory;
    this.offset = offset;
  }

  /** Says that it will not be made. */
  fail(error: unknown): void {
    this.settle();
    this.failure = { error };
  }

  /** Takes its memory away without giving it back: another value lies there now. */
  move(): Memory {
    const memory = this.located();
    this.memory = undefined;
    return memory;
  }

  /** Where a value whose turn has come lies; throws what its producer threw. */
  located(): Memory {
    if (this.failure !== undefined) throw this.failure.error;
    return this.memory!;
  }

  /** Gives its memory back, in its turn. */
  give(): void {
    this.settle();
    if (this.memory !== undefined) this.pool.give(this.memory);
    this.memory = undefined;
  }

  private settle(): void {
    if (!this.isPromised) return;
    this.isPromised = false;
    this.pool.promisedBytes -= this.byteLength;
  }
}

/** A buffer of this backend that may still be used. */
export function usable(buffer: Buffer): WebGpuBuffer {
  if (!(buffer instanceof WebGpuBuffer)) {
    throw new StateError(
      'the webgpu backend got a buffer of another backend; move the tensor with ' +
        'tensor.to("webgpu")',
    );
  }
  if (buffer.isGiven) {
    throw new StateError(
      'a released tensor was used; keep it with keep(tensor), or read it before its scope ends',
    );
  }
  return buffer;
}
