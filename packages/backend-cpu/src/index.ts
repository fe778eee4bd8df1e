/**
 * @packageDocumentation The reference backend of Addax: readable generated JavaScript for Node and
 * browsers, no native code, no dependency.
 */
import type { BackendModule } from '@addax/core';
import { ArgumentError } from '@addax/core';
import { CpuBackend } from './backend.ts';

export { CpuBackend } from './backend.ts';
export type { CpuOptions } from './backend.ts';

function create(options: Readonly<Record<string, unknown>> = {}): CpuBackend {
  for (const name of Object.keys(options)) {
    if (name !== 'interpret') {
      throw new ArgumentError(`the cpu backend has no option "${name}"; it takes: interpret`);
    }
  }
  return new CpuBackend(options);
}

/** The module to register or hand to `setBackend`. */
export const cpu: BackendModule = {
  name: 'cpu',
  probe: async () => ({ ok: true, device: 'JavaScript on one core' }),
  create: async (options) => create(options),
  createSync: create,
};

/** @alias */
export default cpu;
