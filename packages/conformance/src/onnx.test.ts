import { describe, it } from '@jest/globals';
import onnx from '@addax/backend-onnx';
import { conformance } from './index.ts';

const probe = await onnx.probe();

// Every graph goes through the runtime, also those that the host would run quicker.
conformance(onnx, {
  create: () => onnx.create({ forceOnnx: true }),
  runner: { describe: probe.ok ? describe : describe.skip, it },
});
