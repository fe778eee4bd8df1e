/** @packageDocumentation Fusion, memory planning and code printing shared by generating backends. */
export type {
  Accumulator,
  BufferUse,
  Expression,
  Form,
  Kernel,
  KernelBuffer,
  Reduction,
  Statement,
  Term,
} from './kernel.ts';
export type { DevicePasses } from './device-plan.ts';
export { planProgram } from './plan.ts';
export type { Dialect, TestFn } from './print/dialect.ts';
export { javascript } from './print/javascript.ts';
export type { JavaScriptHelpers } from './print/javascript.ts';
export { printKernel } from './print/printer.ts';
export type { Epilogue, Place, Program, Slot, Step } from './program.ts';
export type { Target } from './target.ts';
export { Arena } from './plan/arena.ts';
export { assembleModule, FunctionBuilder } from './wasm/assembler.ts';
export type { WasmFunction, WasmImports } from './wasm/assembler.ts';
export { wasmKernel } from './wasm/kernel.ts';
export type { Opcode, ValueType } from './wasm/opcodes.ts';
