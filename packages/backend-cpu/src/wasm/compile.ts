/**
 * Kernel programs → WebAssembly functions over the memory of a heap. The kernels of a graph that are
 * new become one module; equal ones, also of different graphs, share one function.
 */
import { assembleModule, wasmKernel } from '@addax/codegen';
import type { Kernel, WasmFunction } from '@addax/codegen';
import { helpers } from '../numerics/helpers.ts';
import { engine, findEngine } from './engine.ts';
import type { WasmMemory } from './engine.ts';

/** A function of addresses (and the number of elements, for flat kernels). */
export type WasmKernel = (...parameters: number[]) => void;

type HostFunction = (...numbers: number[]) => number;

/** What generated code may call, in float64. */
function hostFunction(name: string): HostFunction {
  if (name === 'rem') return (a, b) => a % b;
  if (name === 'rsqrt') return (x) => 1 / Math.sqrt(x);
  const named = (table: object): HostFunction | undefined =>
    (table as Readonly<Record<string, HostFunction>>)[name];
  return named(helpers) ?? named(Math)!;
}

/** Functions kept compiled per memory; the oldest go first. */
const CACHE_SIZE = 8192;

/** Compiles for one memory. */
export class WasmCompiler {
  private readonly memory: () => WasmMemory;
  private readonly cache = new Map<string, WasmKernel>();

  constructor(memory: () => WasmMemory) {
    this.memory = memory;
  }

  /** The functions of kernels. */
  compile(kernels: readonly Kernel[]): WasmKernel[] {
    return this.place(kernels.map(wasmKernel));
  }

  /** Functions as they can be called. */
  place(functions: readonly WasmFunction[]): WasmKernel[] {
    const { cache } = this;
    const missing = new Map<string, WasmFunction>();
    for (const item of functions) if (!cache.has(item.key)) missing.set(item.key, item);
    const placed = new Map<string, WasmKernel>();
    if (missing.size > 0) {
      const fresh = [...missing.values()];
      const exports = this.instantiate(fresh);
      fresh.forEach(({ key }, i) => placed.set(key, exports[`f${i}`] as WasmKernel));
      for (const [key, kernel] of placed) cache.set(key, kernel);
    }
    const result = functions.map(({ key }) => placed.get(key) ?? cache.get(key)!);
    for (const oldest of cache.keys()) {
      if (cache.size <= CACHE_SIZE) break;
      cache.delete(oldest);
    }
    return result;
  }

  private instantiate(functions: readonly WasmFunction[]): Readonly<Record<string, unknown>> {
    const env: Record<string, unknown> = { memory: this.memory() };
    for (const { calls } of functions) {
      for (const name of calls) env[name] = hostFunction(name);
    }
    const arity = (name: string): number => hostFunction(name).length;
    const { Module, Instance } = engine();
    return new Instance(new Module(assembleModule(functions, { arity })), { env }).exports;
  }
}

/** Bytes of a module with one vector instruction. */
// prettier-ignore
const PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
);

/** Whether this process can compile WebAssembly with vector instructions. */
export function canCompileWasm(): boolean {
  try {
    const found = findEngine();
    if (found === undefined || !found.validate(PROBE)) return false;
    return Boolean(new found.Module(PROBE));
  } catch {
    return false;
  }
}
