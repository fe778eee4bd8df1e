/** The models of `train` on ONNX Runtime's WebAssembly; every graph goes through it, however small. */
import onnx from '@addax/backend-onnx';
import { setBackend } from '@addax/frontend';

import { trainModels, type Trained } from './train.ts';

/** Trains, with the threads that the page may have; also says which files were fetched for it. */
export default async function train(fileAt: (name: string) => URL): Promise<{
  readonly models: Readonly<Record<string, Trained>>;
  readonly fetched: readonly string[];
}> {
  const { crossOriginIsolated: isolated } = globalThis as { crossOriginIsolated?: boolean };
  const threads = isolated === true ? 2 : 1;
  await setBackend(onnx, { wasmPaths: fileAt('').href, threads, forceOnnx: true });
  const models = await trainModels();
  const fetched = performance
    .getEntriesByType('resource')
    .map(({ name }) => name.split('/files/')[1])
    .filter((name) => name !== undefined);
  return { models, fetched: [...new Set(fetched)].toSorted() };
}
