/**
 * The default backend where `require` can load ES modules (condition `module-sync`: Node 20.19 and
 * later): read at the first operation. Programs that choose another backend never read it, and
 * importing the frontend takes less time (`npm run bench -- cpu` measures it).
 */
import type { BackendModule, LateBackend } from '@addax/core';

/** Reads the cpu backend when it is needed. */
export const cpu: LateBackend = {
  name: 'cpu',
  load(): BackendModule {
    const { createRequire } = process.getBuiltinModule('node:module');
    const require = createRequire(import.meta.url);
    return (require('@addax/backend-cpu') as { cpu: BackendModule }).cpu;
  },
};
