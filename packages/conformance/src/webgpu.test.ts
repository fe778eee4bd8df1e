import { describe, it } from '@jest/globals';
import webgpu from '@addax/backend-webgpu';
import { conformance } from './index.ts';

const probe = await webgpu.probe();

conformance(webgpu, {
  // The functions of a device are near those of the reference, not the same.
  lossTolerance: 1e-3,
  // Recorded costs of the compiled step: more dispatches or scratch memory is a regression.
  ceilings: {
    mlp: { launches: 10, workspaceBytes: 40_000 },
    cnn: { launches: 26, workspaceBytes: 260_000 },
    lstm: { launches: 80, workspaceBytes: 160_000 },
    transformer: { launches: 64, workspaceBytes: 420_000 },
  },
  runner: { describe: probe.ok ? describe : describe.skip, it },
});
