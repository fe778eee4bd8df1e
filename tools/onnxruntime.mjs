/** Whether the runtime of the lane `onnx` can be loaded here. */
import { createRequire } from 'node:module';

/**
 * Loads ONNX Runtime and its native library.
 *
 * @param {() => unknown} load
 * @returns {{ ok: true } | { ok: false, reason: string }}
 */
export function loadOnnxRuntime(load = () => createRequire(import.meta.url)('onnxruntime-node')) {
  try {
    load();
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: `onnxruntime-node: ${error.message.split('\n')[0]}` };
  }
}
