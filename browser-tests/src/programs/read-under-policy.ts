/** What files can be read under the security policy of a page: HDF5 takes WebAssembly. */
import { loadModel } from '@addax/frontend';

import { makeModel, predict, speakJavaScript } from './write-files.ts';

/** Predictions, or what the error said. */
export default async function readUnderPolicy(fileAt: (name: string) => URL): Promise<{
  readonly safetensors: Float32Array;
  readonly keras: Float32Array | string;
}> {
  await speakJavaScript();
  const model = makeModel(100);
  await model.loadWeights(fileAt('model.safetensors'));
  const safetensors = await predict(model);
  try {
    return { safetensors, keras: await predict(await loadModel(fileAt('model.keras'))) };
  } catch (error) {
    return { safetensors, keras: String(error) };
  }
}
