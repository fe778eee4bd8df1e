import { describe, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { PendingBackend } from '@addax/core';
import { conformance, slowModule } from './index.ts';

const slow = slowModule(cpu);

// Tier 1 on a backend that pends: everything is recorded first and replayed when it is ready.
conformance(slow, {
  create: async () => new PendingBackend('slow', () => slow.create()),
  lossTolerance: 0,
  randomGraphs: 20,
  runner: { describe, it },
});
