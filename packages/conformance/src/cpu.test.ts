import { describe, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { conformance } from './index.ts';

conformance(cpu, {
  create: async () => cpu.createSync!(),
  gradients: true,
  lossTolerance: 0,
  runner: { describe, it },
});
