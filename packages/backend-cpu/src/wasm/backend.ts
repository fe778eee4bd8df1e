/**
 * The cpu backend in the WebAssembly dialect: the same programs as vector code over one memory. Which
 * dialect runs is decided once per backend, never by shape, so that eager and compiled agree.
 */
import type { Aval, Buffer, CompileOptions, Executable, Graph, MemoryInfo } from '@addax/core';
import { CpuBackend } from '../backend.ts';
import { CpuBuffer } from '../buffer.ts';
import type { CpuPart } from '../parts.ts';
import { allocate } from '../storage.ts';
import { WasmCompiler } from './compile.ts';
import { WasmExecutable } from './executable.ts';
import { Heap } from './heap.ts';
import { wasmLibrary } from './library.ts';
import type { WasmParts } from './machine.ts';

/** The cpu backend with kernels in WebAssembly. */
export class WasmBackend extends CpuBackend {
  private readonly wasm: WasmParts;

  constructor(parts: readonly CpuPart[]) {
    super({ interpret: false }, parts);
    const heap = new Heap();
    const compiler = new WasmCompiler(() => heap.memory);
    const library = wasmLibrary(this.parts.library, compiler);
    this.wasm = { heap, compiler, library };
  }

  override compile(graph: Graph, options: CompileOptions): Executable {
    return new WasmExecutable(graph, options, this.wasm, this.created);
  }

  override reserve(aval: Aval): Buffer {
    const length = aval.shape.reduce((a, b) => a * b, 1);
    const buffer = new CpuBuffer(allocate(aval.dtype, length));
    this.wasm.heap.reside(buffer, aval.dtype);
    return buffer;
  }

  override release(buffer: Buffer): void {
    const isHeld = buffer instanceof CpuBuffer && buffer.storage !== undefined;
    if (isHeld && buffer.isResident) this.wasm.heap.release(buffer);
    super.release(buffer);
  }

  override memory(): MemoryInfo {
    return { ...super.memory(), pooledBytes: this.wasm.heap.pooledBytes };
  }
}
