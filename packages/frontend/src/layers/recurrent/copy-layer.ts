/** Layers made from the configuration of another one: equal, with weights of their own. */
import type { Layer } from '../layer.ts';

/** A layer of the same class and options, some of them changed. */
export function copyLayer<L extends Layer>(layer: L, changes: object = {}): L {
  const make = layer.constructor as new (options: object) => L;
  return new make({ ...layer.getConfig(), ...changes });
}
