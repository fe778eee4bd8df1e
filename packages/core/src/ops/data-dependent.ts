/** Results whose shape depends on values: read on the host, never inside a trace. */
import { UnsupportedError } from '../errors.ts';
import { Storage } from '../tensor/storage.ts';
import { placeOf, type Tensor } from '../tensor/tensor.ts';
import { currentTrace } from '../trace/trace.ts';

/**
 * Throws inside a trace, where values cannot be read.
 *
 * @param op What was called.
 * @param option The option that makes its shape static.
 */
export function requireValues(op: string, option: string, ...tensors: readonly Tensor[]): void {
  const traced = tensors.some((tensor) => {
    const place = placeOf(tensor);
    return place !== undefined && !(place instanceof Storage);
  });
  if (!traced && currentTrace() === undefined) return;
  throw new UnsupportedError(
    `${op} inside a jitted function, a compiled step or a functional model: the shape of its ` +
      `result depends on values that are not known yet. Pass ${option} to fix it.`,
  );
}
