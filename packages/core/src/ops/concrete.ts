/** Ops whose result needs data read their operands on the host; here is where that is refused. */
import { UnsupportedError } from '../errors.ts';
import { SymbolicTensor } from '../symbolic/symbolic-tensor.ts';
import type { Operand } from '../tensor/operand.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { currentTrace } from '../trace/trace.ts';
import { toTensor } from './apply.ts';

/**
 * The tensor that an op reads on the host; an error where there is no data yet.
 *
 * @param option The option that would make the op independent of data.
 */
export function concrete(op: string, option: string, x: Operand): Tensor {
  if (x instanceof SymbolicTensor || currentTrace() !== undefined) {
    throw new UnsupportedError(
      `${op} needs the values of its operand, which traces and functional models do not have: set ` +
        `the option "${option}", or call it outside of jit, fit and functional models.`,
    );
  }
  return toTensor(x);
}
