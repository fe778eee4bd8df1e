import { describe, it } from '@jest/globals';
import onnx from '@addax/backend-onnx';
import { conformance } from './index.ts';

const probe = await onnx.probe();

// Every graph goes through the runtime, also those that the host would run quicker; on one thread, so
// that sums have one order on every machine.
conformance(onnx, {
  create: () => onnx.create({ forceOnnx: true, threads: 1 }),
  // Recorded costs of the compiled step: nodes of the model and kernels of its update.
  ceilings: {
    mlp: { launches: 84, workspaceBytes: 64 },
    cnn: { launches: 195, workspaceBytes: 64 },
    lstm: { launches: 125, workspaceBytes: 64 },
    transformer: { launches: 306, workspaceBytes: 8704 },
  },
  runner: { describe: probe.ok ? describe : describe.skip, it },
});
