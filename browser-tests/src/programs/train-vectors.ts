/** The models of `train` in the WebAssembly dialect of the cpu backend, which is its own choice. */
import cpu from '@addax/backend-cpu';
import { setBackend } from '@addax/frontend';

import { trainModels, type Trained } from './train.ts';

/** Trains in vector code. */
export default async function train(): Promise<Readonly<Record<string, Trained>>> {
  await setBackend(cpu, { dialect: 'wasm' });
  return trainModels();
}
