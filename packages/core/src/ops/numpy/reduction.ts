/** Sums, products, extremes and counts over axes. */
import type { DType } from '../../dtypes.ts';
import { ShapeError } from '../../errors.ts';
import type { ReduceOptions } from '../../tensor/methods.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Value } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { commonFloat } from '../promote.ts';
import { meanOf, sumDType } from './means.ts';
import { countOf, reduceOp, type Reduction } from './reduce-axes.ts';

/** Sum over axes. bool and small integers give int32 or uint32. */
export function sum<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('sum', options, 'axis keepdims');
  return reduceOp('sum', x, options, primitives.sum, sumDType);
}

/** Mean over axes. Integers and bool give floatx. */
export function mean<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('mean', options, 'axis keepdims');
  return reduceOp('mean', x, options, meanOf, commonFloat);
}

/** Options of {@link prod}. */
export interface ProdOptions extends ReduceOptions {
  /** Dtype to multiply in; by default that of x, or 32 bits for bool and small integers. */
  readonly dtype?: DType | null | undefined;
}

/** Product over axes. bool and small integers give int32 or uint32. */
export function prod<A extends Operand>(x: A, options: ProdOptions = {}): Out<A> {
  checkOptions('prod', options, 'axis keepdims dtype');
  const rule = (value: Value): DType => options.dtype ?? sumDType(value);
  return reduceOp('prod', x, options, (t, axes) => primitives.reduce('prod', t, axes), rule);
}

/** Options of {@link max} and {@link min}. */
export interface ExtremeOptions extends ReduceOptions {
  /** A bound that takes part, and the result over no elements. */
  readonly initial?: number | null | undefined;
}

function extreme(op: string, fn: 'max' | 'min', { initial }: ExtremeOptions): Reduction {
  return (x, axes) => {
    if (initial === undefined || initial === null) {
      if (countOf(x.shape, axes) === 0) {
        throw new ShapeError(
          `${op}: a tensor of shape [${x.shape.join(', ')}] has no elements over axes ` +
            `[${axes.join(', ')}]; pass initial to say what the result is.`,
        );
      }
      return primitives.reduce(fn, x, axes);
    }
    const y = primitives.reduce(fn, x, axes);
    if (x.dtype === 'bool') {
      return primitives.binary(fn === 'max' ? 'or' : 'and', y, primitives.fullLike(y, initial));
    }
    return fn === 'max' ? f.max(y, initial) : f.min(y, initial);
  };
}

/** Maximum over axes, in x's dtype; NaN wins, ties share the gradient. */
export function max<A extends Operand>(x: A, options: ExtremeOptions = {}): Out<A> {
  checkOptions('max', options, 'axis keepdims initial');
  return reduceOp('max', x, options, extreme('max', 'max', options));
}

/** Minimum over axes, in x's dtype; NaN wins, ties share the gradient. */
export function min<A extends Operand>(x: A, options: ExtremeOptions = {}): Out<A> {
  checkOptions('min', options, 'axis keepdims initial');
  return reduceOp('min', x, options, extreme('min', 'min', options));
}

/** Maximum over axes, as {@link max}. */
export function amax<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('amax', options, 'axis keepdims');
  return reduceOp('amax', x, options, extreme('amax', 'max', {}));
}

/** Minimum over axes, as {@link min}. */
export function amin<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('amin', options, 'axis keepdims');
  return reduceOp('amin', x, options, extreme('amin', 'min', {}));
}

/** Maximum less minimum over axes, in x's dtype. */
export function ptp<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('ptp', options, 'axis keepdims');
  return reduceOp('ptp', x, options, (t, axes) =>
    f.sub(extreme('ptp', 'max', {})(t, axes), extreme('ptp', 'min', {})(t, axes)),
  );
}

const bool = (): 'bool' => 'bool';

/** Whether all elements over axes are non-zero; bool. */
export function all<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('all', options, 'axis keepdims');
  return reduceOp('all', x, options, (t, axes) => primitives.reduce('min', t, axes), bool);
}

/** Whether any element over axes is non-zero; bool. */
export function any<A extends Operand>(x: A, options: ReduceOptions = {}): Out<A> {
  checkOptions('any', options, 'axis keepdims');
  return reduceOp('any', x, options, (t, axes) => primitives.reduce('max', t, axes), bool);
}

/** Options of {@link countNonzero}. */
export type CountOptions = Pick<ReduceOptions, 'axis'>;

/** Number of non-zero elements over axes; int32. */
export function countNonzero<A extends Operand>(x: A, options: CountOptions = {}): Out<A> {
  checkOptions('countNonzero', options, 'axis');
  const count: Reduction = (t, axes) => primitives.sum(primitives.cast(t, 'int32'), axes);
  return reduceOp('countNonzero', x, options, count, bool);
}
