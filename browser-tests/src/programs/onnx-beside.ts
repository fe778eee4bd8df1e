/** The models of `train` with no option at all: the runtime's file lies beside the bundle. */
import onnx from '@addax/backend-onnx';
import { setBackend } from '@addax/frontend';

import { trainModels, type Trained } from './train.ts';

/** Trains where the backend pleases. */
export default async function train(): Promise<Readonly<Record<string, Trained>>> {
  await setBackend(onnx);
  return trainModels();
}
