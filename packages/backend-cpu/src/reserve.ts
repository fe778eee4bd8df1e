/**
 * Memory for a runtime to write results into that this backend works on next. Where kernels are
 * WebAssembly they work inside one memory: a result that is written there need not be copied there.
 */
import type { Aval, Backend, Buffer } from '@addax/core';
import { CpuBackend } from './backend.ts';

/**
 * A buffer in the memory that the kernels of `backend` work in, for as long as somebody holds it;
 * undefined where kernels work on any array. Write through `viewOf`, and ask for the view each time.
 *
 * @example
 * const home = reserve(backend, gradient) ?? wrap(new Float32Array(size), gradient);
 */
export function reserve(backend: Backend, aval: Aval): Buffer | undefined {
  return backend instanceof CpuBackend ? backend.reserve(aval) : undefined;
}
