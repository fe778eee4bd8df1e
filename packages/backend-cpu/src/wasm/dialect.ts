/** Whether a cpu backend speaks WebAssembly. */
import { ArgumentError, UnsupportedError } from '@addax/core';
import type { CpuBackend, CpuOptions } from '../backend.ts';
import type { CpuPart } from '../parts.ts';
import { WasmBackend } from './backend.ts';
import { canCompileWasm } from './compile.ts';

/** What there is of Node here; pages have none of it. */
interface Surroundings {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
}

function chosen(options: CpuOptions): 'js' | 'wasm' {
  if (options.dialect !== undefined) return options.dialect;
  const named = (globalThis as Surroundings).process?.env?.['ADDAX_CPU_DIALECT'] || 'js';
  if (named === 'js' || named === 'wasm') return named;
  throw new ArgumentError(`ADDAX_CPU_DIALECT is "${named}"; it must be js or wasm`);
}

/** A backend in WebAssembly, or undefined where JavaScript is wanted. */
export function wasmDialect(
  options: CpuOptions,
  parts: readonly CpuPart[],
): CpuBackend | undefined {
  if (options.interpret === true || chosen(options) === 'js') return undefined;
  if (canCompileWasm()) return new WasmBackend(options, parts);
  throw new UnsupportedError(
    'the cpu backend was asked for WebAssembly, which this machine does not have with vector ' +
      "instructions, or which the content security policy of this page forbids ('wasm-unsafe-eval'); " +
      "use { dialect: 'js' } or ADDAX_CPU_DIALECT=js.",
  );
}
