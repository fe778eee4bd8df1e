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

/** The dialect that is asked for, if one is. */
function asked(options: CpuOptions): 'js' | 'wasm' | undefined {
  if (options.dialect !== undefined) return options.dialect;
  const named = (globalThis as Surroundings).process?.env?.['ADDAX_CPU_DIALECT'] || undefined;
  if (named === undefined || named === 'js' || named === 'wasm') return named;
  throw new ArgumentError(`ADDAX_CPU_DIALECT is "${named}"; it must be js or wasm`);
}

/** A backend in WebAssembly, or undefined where JavaScript is wanted or all there is. */
export function wasmDialect(
  options: CpuOptions,
  parts: readonly CpuPart[],
): CpuBackend | undefined {
  const dialect = asked(options);
  if (options.interpret === true || dialect === 'js') return undefined;
  if (canCompileWasm()) return new WasmBackend(parts);
  if (dialect === undefined) return undefined;
  throw new UnsupportedError(
    'the cpu backend was asked for WebAssembly, which this machine does not have with vector ' +
      "instructions, or which the content security policy of this page forbids ('wasm-unsafe-eval'); " +
      "use { dialect: 'js' } or ADDAX_CPU_DIALECT=js.",
  );
}
