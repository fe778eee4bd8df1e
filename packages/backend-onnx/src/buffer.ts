/**
 * A value in host memory: an object that owns its typed array, collected like any other object. It may
 * be handed out before the run that fills it; then its memory, or the error of that run, comes later.
 */
import type { Storage } from '@addax/backend-cpu/host';
import type { Buffer } from '@addax/core';
import { StateError } from '@addax/core';

let count = 0;

/** A buffer of the onnx backend. */
export class OnnxBuffer implements Buffer {
  readonly byteLength: number;
  /** Tells values apart: a variable that was updated has another buffer, though the same memory. */
  readonly id: number = ++count;
  /** Undefined until it is filled, and after it was given up. */
  storage: Storage | undefined;
  /** Why it was never filled. */
  failure: { readonly error: unknown } | undefined;
  /** Released, or donated to a run: it may not be used again. */
  isGiven = false;

  constructor(byteLength: number, storage?: Storage) {
    this.byteLength = byteLength;
    this.storage = storage;
  }
}

/** A buffer of this backend that may still be used. */
export function usable(buffer: Buffer): OnnxBuffer {
  if (!(buffer instanceof OnnxBuffer)) {
    throw new StateError(
      'the onnx backend got a buffer of another backend; move the tensor with tensor.to("onnx")',
    );
  }
  if (buffer.isGiven) {
    throw new StateError(
      'a released tensor was used; keep it with keep(tensor), or read it before its scope ends',
    );
  }
  return buffer;
}

/** The memory of a buffer whose turn has come; throws what its producer threw. */
export function storageOf(buffer: OnnxBuffer): Storage {
  if (buffer.failure !== undefined) throw buffer.failure.error;
  return buffer.storage!;
}
