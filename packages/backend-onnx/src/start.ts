/** Loads a runtime and makes it ready for its first session. */
import type { OnnxOptions } from './options.ts';
import type { Ort, RuntimeKind } from './runtime.ts';
import { startWeb } from './web.ts';
import { loadRuntime } from '#platform';

/** The runtime, started. */
export async function startRuntime(runtime: RuntimeKind, options: OnnxOptions): Promise<Ort> {
  const ort = await loadRuntime(runtime);
  if (runtime === 'web') await startWeb(ort, options);
  return ort;
}
