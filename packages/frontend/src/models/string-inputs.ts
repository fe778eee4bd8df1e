/**
 * Where string inputs will enter: strings never reach the graph of a device, so a functional model with
 * string inputs is split when it is built, and the prefix that turns strings into numbers runs on the
 * host, batch by batch. There is no layer yet that takes strings, so such an input is refused here.
 */
import { UnsupportedError } from '@addax/core';

/** Refuses `dtype: 'string'` for an input. */
export function refuseStrings(name: string, dtype: string): void {
  if (dtype !== 'string') return;
  throw new UnsupportedError(
    `input "${name}" has dtype string: string inputs need preprocessing layers (string lookup, text ` +
      'vectorization), which are not part of this version. Turn strings into numbers first.',
  );
}
