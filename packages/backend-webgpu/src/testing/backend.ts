/** Backends on the driver of the machine, for tests that need no compiler. */
import type { WebGpuBackend } from '../backend.ts';
import { makeModule } from '../module.ts';
import type { WebGpuOptions } from '../options.ts';

/** A backend that holds values but compiles nothing. */
export async function openStore(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  const module = makeModule(options, {
    supports: () => false,
    compile: () => {
      throw new Error('this backend compiles nothing');
    },
  });
  return (await module.create()) as WebGpuBackend;
}
