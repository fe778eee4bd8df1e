/**
 * The host: a cpu backend of this backend's own. All values are its buffers, so that its kernels and the
 * runtime work on the same memory. Where there is WebAssembly with vector instructions, kernels are
 * made of that, and state lives in one WebAssembly memory which the runtime reads in place. That memory
 * moves when it grows: views of it are taken anew for every use, and everything that may make it grow
 * is done in the queue's turn.
 */
import cpu, { viewOf, wrap } from '@addax/backend-cpu';
import type { Aval, Backend, Buffer, HostArray } from '@addax/core';

/** Typed arrays as values lie in them: 16-bit floats as bits, bool as bytes, int64 in 32 bits. */
export type Storage =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** A cpu backend; in WebAssembly where that can be. */
export function makeHost(): Backend {
  try {
    return cpu.createSync!({ dialect: 'wasm' });
  } catch {
    return cpu.createSync!();
  }
}

/** The memory of a buffer of the host, until the host does something else. */
export function memoryOf(buffer: Buffer): Storage {
  return viewOf(buffer) as Storage;
}

/** Memory as a buffer of the host. */
export function bufferOf(storage: Storage, aval: Aval): Buffer {
  return wrap(storage as HostArray, aval);
}

/** A buffer of its own with the same values. */
export function copyOf(buffer: Buffer, aval: Aval): Buffer {
  return bufferOf(memoryOf(buffer).slice(), aval);
}
