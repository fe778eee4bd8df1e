/** How much a weight file holds: what bounds the models that a file can ask for. */
import type { Hdf5Group } from '@addax/formats';
import { loadFormats } from './formats.ts';

/** Elements of all datasets below a group, as the file declares them. */
export async function elementsIn(root: Hdf5Group): Promise<number> {
  const { walkDatasets } = await loadFormats();
  let elements = 0;
  for (const { shape } of walkDatasets(root)) {
    elements += shape.reduce((product, size) => product * size, 1);
  }
  return elements;
}
