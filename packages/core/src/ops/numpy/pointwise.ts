/**
 * How the pointwise ops of this folder are written: each is a name, operands and a formula; these
 * helpers bring the operands to the dtype and shape that the formula wants.
 */
import { byteWidth, type DType, isFloat } from '../../dtypes.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { withSource } from '../../trace/source.ts';
import { apply, type Value } from '../apply.ts';
import { align, as, commonDType, commonFloat } from '../promote.ts';

/** Chooses the dtype in which a formula works. */
export type DTypeRule = (...values: readonly Value[]) => DType;

/** The common dtype, but int32 for bool: arithmetic that bool does not have. */
export function commonNumber(...values: readonly Value[]): DType {
  const dtype = commonDType(...values);
  return dtype === 'bool' ? 'int32' : dtype;
}

/** float32 for the 16-bit floats, where sums and differences would lose too much; else the dtype. */
export function widened(dtype: DType): DType {
  return isFloat(dtype) && byteWidth(dtype) === 2 ? 'float32' : dtype;
}

/** An op of one operand. */
export function unaryOp<A extends Operand>(
  op: string,
  x: A,
  run: (x: Tensor) => Tensor,
  rule: DTypeRule = commonDType,
): Out<A> {
  return apply(op, [x] as Operand[], {}, ([value]) => run(as(value!, rule(value!)))) as Out<A>;
}

/** An op of one operand on floats: integers and bool give floatx. */
export function floatUnary<A extends Operand>(
  op: string,
  x: A,
  run: (x: Tensor) => Tensor,
): Out<A> {
  return unaryOp(op, x, run, commonFloat);
}

/** An op of two operands, promoted and broadcast. */
export function binaryOp<A extends Operand, B extends Operand>(
  op: string,
  x1: A,
  x2: B,
  run: (a: Tensor, b: Tensor) => Tensor,
  rule: DTypeRule = commonDType,
): Out<A | B> {
  // The way of most eager calls: nothing to look for, nothing to promote or broadcast.
  if (x1 instanceof Tensor && x2 instanceof Tensor && x1.aval === x2.aval) {
    if (rule(x1, x2) === x1.dtype) return withSource(op, () => run(x1, x2)) as Out<A | B>;
  }
  return apply(op, [x1, x2] as Operand[], {}, ([a, b]) => {
    const [x, y] = align([a!, b!], rule(a!, b!));
    return run(x!, y!);
  }) as Out<A | B>;
}

/** An op of two operands on floats: integers and bool give floatx. */
export function floatBinary<A extends Operand, B extends Operand>(
  op: string,
  x1: A,
  x2: B,
  run: (a: Tensor, b: Tensor) => Tensor,
): Out<A | B> {
  return binaryOp(op, x1, x2, run, commonFloat);
}
