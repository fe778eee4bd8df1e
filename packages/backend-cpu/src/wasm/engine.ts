/** The engine's WebAssembly, typed here because the types of browsers are not among our libraries. */
import { UnsupportedError } from '@addax/core';

/** A linear memory. */
export interface WasmMemory {
  /** Replaced by another one when the memory grows. */
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What is used of the engine. */
export interface WasmEngine {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  validate(bytes: Uint8Array): boolean;
}

/** The engine, if there is one. */
export function findEngine(): WasmEngine | undefined {
  return (globalThis as { WebAssembly?: WasmEngine }).WebAssembly;
}

/** The engine. */
export function engine(): WasmEngine {
  const found = findEngine();
  if (found === undefined) throw new UnsupportedError('there is no WebAssembly here');
  return found;
}
