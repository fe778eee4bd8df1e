/**
 * A value in host memory, collected like any other object. It may be handed out before the run that
 * makes it; then its memory, or the error of that run, comes later.
 */
import type { Buffer } from '@addax/core';
import { StateError } from '@addax/core';

let count = 0;

/** A buffer of the onnx backend. */
export class OnnxBuffer implements Buffer {
  readonly byteLength: number;
  /** Tells values apart: a variable that was updated has another buffer, though the same memory. */
  readonly id: number = ++count;
  /** The host's buffer; undefined until it is made, and after it was given up. */
  inner: Buffer | undefined;
  /** Why it was never made. */
  failure: { readonly error: unknown } | undefined;
  /** Released, or donated to a run: it may not be used again. */
  isGiven = false;

  constructor(byteLength: number, inner?: Buffer) {
    this.byteLength = byteLength;
    this.inner = inner;
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

/** The host's buffer of a value whose turn has come; throws what its producer threw. */
export function innerOf(buffer: OnnxBuffer): Buffer {
  if (buffer.failure !== undefined) throw buffer.failure.error;
  return buffer.inner!;
}
