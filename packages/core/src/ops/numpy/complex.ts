/**
 * Parts of complex numbers, for real tensors: there are no complex dtypes. Ops whose result would be
 * complex say so.
 */
import { UnsupportedError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import { binary, full, fullLike } from '../primitives/functions.ts';
import { floatUnary, unaryOp } from './pointwise.ts';

/** The real part: x itself. */
export function real<A extends Operand>(x: A): Out<A> {
  return unaryOp('real', x, (t) => t);
}

/** The imaginary part: zeros. */
export function imag<A extends Operand>(x: A): Out<A> {
  return unaryOp('imag', x, (t) => fullLike(t, 0));
}

/** The complex conjugate: x itself. */
export function conj<A extends Operand>(x: A): Out<A> {
  return unaryOp('conj', x, (t) => t);
}

/** The complex conjugate: x itself. */
export function conjugate<A extends Operand>(x: A): Out<A> {
  return unaryOp('conjugate', x, (t) => t);
}

/** Whether each element is real: true. */
export function isreal<A extends Operand>(x: A): Out<A> {
  return unaryOp('isreal', x, (t) => full(t.shape, 1, 'bool'));
}

/** The argument of each number: 0, or π for negative ones and −0. Integers give floatx. */
export function angle<A extends Operand>(x: A): Out<A> {
  return floatUnary('angle', x, (t) => binary('atan2', fullLike(t, 0), t));
}

/**
 * Complex numbers from magnitudes and angles.
 *
 * @throws UnsupportedError always: its result is complex. Keep both parts instead.
 */
export function polar<A extends Operand, B extends Operand>(_abs: A, _angle: B): Out<A | B> {
  throw new UnsupportedError(
    'polar: its result is complex, and there are no complex tensors. Keep the parts apart: ' +
      'multiply(abs, cos(angle)) and multiply(abs, sin(angle)).',
  );
}
