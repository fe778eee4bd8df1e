/** Arithmetic of two operands, with promotion and broadcasting. */
import type { Operand, Out } from '../../tensor/operand.ts';
import { apply } from '../apply.ts';
import * as primitives from '../primitives/functions.ts';
import { align, commonFloat } from '../promote.ts';

/** x1 + x2; logical or for bool. */
export function add<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return apply('add', [x1, x2] as Operand[], {}, ([a, b]) => {
    const [x, y] = align([a!, b!]);
    return x!.dtype === 'bool' ? primitives.binary('or', x!, y!) : primitives.add(x!, y!);
  }) as Out<A | B>;
}

/** x1 − x2. */
export function subtract<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return apply('subtract', [x1, x2] as Operand[], {}, ([a, b]) => {
    const [x, y] = align([a!, b!]);
    return primitives.sub(x!, y!);
  }) as Out<A | B>;
}

/** True division: integers give floatx. */
export function divide<A extends Operand, B extends Operand>(x1: A, x2: B): Out<A | B> {
  return apply('divide', [x1, x2] as Operand[], {}, ([a, b]) => {
    const [x, y] = align([a!, b!], commonFloat(a!, b!));
    return primitives.div(x!, y!);
  }) as Out<A | B>;
}
