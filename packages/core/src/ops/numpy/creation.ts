/** Tensors of one value, identity-like matrices, and host values as tensors. */
import { floatx } from '../../config.ts';
import type { DType } from '../../dtypes.ts';
import { ArgumentError } from '../../errors.ts';
import { isTypedArray } from '../../tensor/host.ts';
import { hostTensor } from '../../tensor/host-tensor.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fromHost } from '../../trace/from-host.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { as } from '../promote.ts';
import { tensorOf } from '../values.ts';

/** Options of ops that make tensors. */
export interface CreationOptions {
  /** Dtype of the result; floatx, or that of the operand, by default. */
  readonly dtype?: DType | null | undefined;
}

type Size = number | readonly number[];

function filled(op: string, size: Size, value: number, options: CreationOptions): Tensor {
  const shape = typeof size === 'number' ? [size] : size;
  if (!shape.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new ArgumentError(
      `${op}: shape [${shape.join(', ')}] must be whole sizes of at least 0.`,
    );
  }
  return primitives.full(shape, value, options.dtype ?? floatx());
}

function filledLike<A extends Operand>(
  op: string,
  x: A,
  value: number,
  options: CreationOptions,
): Out<A> {
  return apply(op, [x] as Operand[], options, ([operand]) => {
    const t = tensorOf(operand!);
    return primitives.full(t.shape, value, options.dtype ?? t.dtype);
  }) as Out<A>;
}

/** A tensor of zeros; floatx by default. */
export function zeros(shape: Size, options: CreationOptions = {}): Tensor {
  checkOptions('zeros', options, 'dtype');
  return filled('zeros', shape, 0, options);
}

/** A tensor of ones; floatx by default. */
export function ones(shape: Size, options: CreationOptions = {}): Tensor {
  checkOptions('ones', options, 'dtype');
  return filled('ones', shape, 1, options);
}

/** A tensor whose values do not matter; they are zeros. */
export function empty(shape: Size, options: CreationOptions = {}): Tensor {
  checkOptions('empty', options, 'dtype');
  return filled('empty', shape, 0, options);
}

/** Zeros in the shape and dtype of x. */
export function zerosLike<A extends Operand>(x: A, options: CreationOptions = {}): Out<A> {
  checkOptions('zerosLike', options, 'dtype');
  return filledLike('zerosLike', x, 0, options);
}

/** Ones in the shape and dtype of x. */
export function onesLike<A extends Operand>(x: A, options: CreationOptions = {}): Out<A> {
  checkOptions('onesLike', options, 'dtype');
  return filledLike('onesLike', x, 1, options);
}

/** A tensor in the shape and dtype of x whose values do not matter; they are zeros. */
export function emptyLike<A extends Operand>(x: A, options: CreationOptions = {}): Out<A> {
  checkOptions('emptyLike', options, 'dtype');
  return filledLike('emptyLike', x, 0, options);
}

/** A tensor of one value, or of a tensor that broadcasts to the shape; floatx by default. */
export function full<V extends Operand>(
  shape: Size,
  fillValue: V,
  options: CreationOptions = {},
): Out<V> {
  checkOptions('full', options, 'dtype');
  const sizes = typeof shape === 'number' ? [shape] : shape;
  return apply('full', [fillValue] as Operand[], { shape: sizes, ...options }, ([value]) =>
    primitives.broadcastTo(as(value!, options.dtype ?? floatx()), sizes),
  ) as Out<V>;
}

/** A tensor of one value in the shape and dtype of x. */
export function fullLike<A extends Operand, V extends Operand>(
  x: A,
  fillValue: V,
  options: CreationOptions = {},
): Out<A | V> {
  checkOptions('fullLike', options, 'dtype');
  return apply('fullLike', [x, fillValue] as Operand[], options, ([like, value]) => {
    const t = tensorOf(like!);
    return primitives.broadcastTo(as(value!, options.dtype ?? t.dtype), t.shape);
  }) as Out<A | V>;
}

/** Options of {@link eye} and {@link tri}. */
export interface EyeOptions extends CreationOptions {
  /** Number of columns; by default that of the rows. */
  readonly M?: number | null | undefined;
  /** Diagonal: 0 the main one, positive above, negative below. Default 0. */
  readonly k?: number | undefined;
}

function byDiagonal(
  N: number,
  { M, k = 0, dtype }: EyeOptions,
  test: (row: Tensor, column: Tensor) => Tensor,
): Tensor {
  const shape = [N, M ?? N];
  const row = f.add(primitives.iota(shape, 0, 'int32'), k);
  return primitives.cast(test(row, primitives.iota(shape, 1, 'int32')), dtype ?? floatx());
}

/**
 * Ones on a diagonal of an N × M matrix, zeros elsewhere; floatx by default.
 *
 * @example
 * ops.eye(2, { M: 3, k: 1 }); // [[0, 1, 0], [0, 0, 1]]
 */
export function eye(N: number, options: EyeOptions = {}): Tensor {
  checkOptions('eye', options, 'M k dtype');
  return byDiagonal(N, options, f.eq);
}

/** The n × n identity matrix; floatx by default. */
export function identity(n: number, options: CreationOptions = {}): Tensor {
  checkOptions('identity', options, 'dtype');
  return byDiagonal(n, options, f.eq);
}

/** Ones on and below a diagonal of an N × M matrix, zeros above; floatx by default. */
export function tri(N: number, options: EyeOptions = {}): Tensor {
  checkOptions('tri', options, 'M k dtype');
  return byDiagonal(N, options, f.ge);
}

function converted<A extends Operand>(op: string, x: A, options: CreationOptions): Out<A> {
  const { dtype } = options;
  if (dtype && (Array.isArray(x) || isTypedArray(x) || typeof x === 'number')) {
    // Straight to the dtype asked for, so that nothing is lost on the way.
    const host = hostTensor(x, dtype);
    return fromHost(host.data, host) as Out<A>;
  }
  return apply(op, [x] as Operand[], options, ([value]) => {
    const t = tensorOf(value!);
    return primitives.cast(t, dtype ?? t.dtype);
  }) as Out<A>;
}

/**
 * A host value as a tensor. Unlike {@link tensor}, whole numbers give int32, as in Keras; others
 * floatx; booleans bool.
 */
export function array<A extends Operand>(x: A, options: CreationOptions = {}): Out<A> {
  checkOptions('array', options, 'dtype');
  return converted('array', x, options);
}

/** A host value, variable or tensor as a tensor, by the same rules as {@link array}. */
export function convertToTensor<A extends Operand>(x: A, options: CreationOptions = {}): Out<A> {
  checkOptions('convertToTensor', options, 'dtype');
  return converted('convertToTensor', x, options);
}

/** x itself: tensors never change, so a copy is the same. */
export function copy<A extends Operand>(x: A): Out<A> {
  return apply('copy', [x] as Operand[], {}, ([value]) => tensorOf(value!)) as Out<A>;
}

/** x, cut off from differentiation. */
export function stopGradient<A extends Operand>(variable: A): Out<A> {
  return apply('stopGradient', [variable] as Operand[], {}, ([value]) =>
    primitives.stopGradient(tensorOf(value!)),
  ) as Out<A>;
}
