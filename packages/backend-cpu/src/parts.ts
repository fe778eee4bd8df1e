/**
 * @packageDocumentation
 * The cpu backend in parts, for pages that must be small: `cpuWith()` alone runs dense models, and each
 * part adds what its name says.
 */
import type { BackendModule } from '@addax/core';
import { type CpuBackend, type CpuOptions, cpuModule } from './backend.ts';
import { type Interpreter, interpretKernel } from './kernels/interpret.ts';
import { cond, scan, whileLoop } from './library/control.ts';
import { conv, convGradInput, convGradKernel } from './library/conv.ts';
import type { Library, LibraryOp } from './library/library.ts';
import { pool, poolGrad } from './library/pool.ts';
import { sort } from './library/sort.ts';
import { wasmDialect } from './wasm/dialect.ts';

/** Something that a cpu backend may have or not. */
export interface CpuPart {
  readonly library?: Partial<Library> | undefined;
  readonly interpreter?: Interpreter | undefined;
  /** Makes the backend in a dialect of its own, unless the options or the machine are against it. */
  readonly dialect?:
    ((options: CpuOptions, parts: readonly CpuPart[]) => CpuBackend | undefined) | undefined;
}

/** Calls of the library that go together. */
export interface LibraryPart<Op extends LibraryOp> extends CpuPart {
  readonly library: Pick<Library, Op>;
}

/** Convolutions and transposed convolutions. */
export const convolution: LibraryPart<'conv' | 'convGradInput' | 'convGradKernel'> = {
  library: { conv, convGradInput, convGradKernel },
};

/** Pooling. */
export const pooling: LibraryPart<'pool' | 'poolGrad'> = { library: { pool, poolGrad } };

/** Sorting, and what stands on it (topK, quantiles, shuffling). */
export const sorting: LibraryPart<'sort'> = { library: { sort } };

/** Loops and branches in graphs: recurrent layers, `scan`, `cond`, `whileLoop`. */
export const control: LibraryPart<'scan' | 'cond' | 'while'> = {
  library: { scan, cond, while: whileLoop },
};

/** Runs kernels where a content security policy forbids compiling text. */
export const interpreter: CpuPart = { interpreter: interpretKernel };

/** Kernels as WebAssembly with vector instructions: see the option `dialect`. */
export const webAssembly: CpuPart = { dialect: wasmDialect };

/** A cpu backend of these parts, to hand to `registerBackend` or `setBackend`. */
export function cpuWith(...parts: readonly CpuPart[]): BackendModule {
  return cpuModule(parts);
}
