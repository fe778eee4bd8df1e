import { describe, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { conformance } from './index.ts';

conformance(cpu, {
  create: () => cpu.create({ dialect: 'js' }),
  gradients: true,
  lossTolerance: 0,
  // Recorded costs of the compiled step: more launches or scratch memory is a regression.
  ceilings: {
    mlp: { launches: 25, workspaceBytes: 15_616 },
    cnn: { launches: 45, workspaceBytes: 158_912 },
    lstm: { launches: 32, workspaceBytes: 84_096 },
    transformer: { launches: 109, workspaceBytes: 167_872 },
  },
  runner: { describe, it },
});
