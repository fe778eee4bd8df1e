/**
 * @packageDocumentation
 * The backend for ONNX Runtime: predicts and trains at native speed in Node (`onnxruntime-node`), and
 * through WebAssembly in browsers (`onnxruntime-web`).
 */
import type { BackendModule } from '@addax/core';
import { OnnxBackend } from './backend.ts';
import { checkOptions } from './options.ts';
import { startRuntime } from './start.ts';
import { DEFAULT_RUNTIME, loadRuntime } from '#platform';

export { OnnxBackend } from './backend.ts';
export {
  OnnxModel,
  type OnnxModelInput,
  type OnnxModelInputs,
  type OnnxModelOptions,
  type OnnxModelSource,
} from './model.ts';
export type { OnnxOptions, OptimizationLevel, WasmPaths } from './options.ts';

/** The module to register or hand to `setBackend`. */
export const onnx: BackendModule = {
  name: 'onnx',
  probe: async () => {
    try {
      const { env } = await loadRuntime(DEFAULT_RUNTIME);
      const version = env.versions?.common ?? 'of unknown version';
      return { ok: true, device: `ONNX Runtime ${version} on the processor` };
    } catch (error) {
      return { ok: false, reason: (error as Error).message };
    }
  },
  create: async (options = {}) => {
    const checked = checkOptions(options);
    const { runtime = DEFAULT_RUNTIME } = checked;
    return new OnnxBackend(await startRuntime(runtime, checked), { ...checked, runtime });
  },
};

/** @alias */
export default onnx;
