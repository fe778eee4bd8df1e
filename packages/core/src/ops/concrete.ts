/** Ops whose shape depends on data read their operand on the host; here is where that is refused. */
import { UnsupportedError } from '../errors.ts';
import type { Operand } from '../tensor/operand.ts';
import { Tensor } from '../tensor/tensor.ts';
import { currentTrace } from '../trace/trace.ts';
import { apply } from './apply.ts';
import { tensorOf } from './values.ts';

/** The tensor behind an op whose shape depends on data; an error where there is no data yet. */
export function concrete(op: string, option: string, x: Operand): Tensor {
  if (currentTrace() !== undefined) {
    throw new UnsupportedError(
      `${op} gives a shape that depends on data, which a trace cannot have: set the option ` +
        `"${option}", or call it outside of jit, fit and functional models.`,
    );
  }
  const result = apply(op, [x] as Operand[], {}, ([a]) => tensorOf(a!));
  if (result instanceof Tensor) return result;
  throw new UnsupportedError(
    `${op} gives a shape that depends on data, which a symbolic tensor cannot have: set the option ` +
      `"${option}".`,
  );
}
