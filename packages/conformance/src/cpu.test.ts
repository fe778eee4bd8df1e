import { describe, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { conformance } from './index.ts';

conformance(cpu, {
  create: () => cpu.create({ dialect: 'js' }),
  gradients: true,
  lossTolerance: 0,
  // Recorded costs of the compiled step: more launches or scratch memory is a regression.
  ceilings: {
    mlp: { launches: 26, workspaceBytes: 16_448 },
    cnn: { launches: 46, workspaceBytes: 158_976 },
    lstm: { launches: 33, workspaceBytes: 84_160 },
    transformer: { launches: 110, workspaceBytes: 168_512 },
  },
  runner: { describe, it },
});
