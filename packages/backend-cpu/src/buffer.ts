/**
 * A value in memory: an object that owns its typed array, collected like any other object. Releasing
 * only drops the array; using a released buffer is an error.
 */
import type { Buffer } from '@addax/core';
import { StateError } from '@addax/core';
import type { Storage } from './storage.ts';

/** A buffer of the cpu backend. */
export class CpuBuffer implements Buffer {
  readonly byteLength: number;
  storage: Storage | undefined;
  /** Number of the run that donated it, to notice a buffer passed twice. */
  donatedBy = 0;
  /** Whether it lies in the memory of a WebAssembly backend, for life. */
  isResident = false;

  constructor(storage: Storage) {
    this.storage = storage;
    this.byteLength = storage.byteLength;
  }
}

/** The memory behind a buffer of this backend, if it is alive. */
export function storageOf(buffer: Buffer): Storage {
  if (!(buffer instanceof CpuBuffer)) {
    throw new StateError(
      'the cpu backend got a buffer of another backend; move the tensor with tensor.to("cpu")',
    );
  }
  if (buffer.storage === undefined) {
    throw new StateError(
      'a released tensor was used; keep it with keep(tensor), or read it before its scope ends',
    );
  }
  return buffer.storage;
}
