/** Makes the WASM backend of TensorFlow.js find its binaries in Node. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** Tells TensorFlow.js where its .wasm files are. */
export function prepareWasm(): void {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${join(dirname(main), '../dist')}/`);
}
