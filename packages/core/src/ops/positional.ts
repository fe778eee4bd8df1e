/**
 * Which arguments of Keras' functions are positional here although Python gives them a default. For
 * all others one rule holds: parameters without a default are positional, those with one are keys of
 * the trailing options object.
 */

/** Name of the function in `ops` → Python names of such parameters. */
export const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  arange: ['stop', 'step'],
  where: ['x1', 'x2'],
  layerNormalization: ['gamma', 'beta'],
  rmsNormalization: ['scale'],
};
