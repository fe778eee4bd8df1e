/** Formulas that several ops of this folder share. */
import type { Tensor } from '../../tensor/tensor.ts';
import * as f from '../formula.ts';
import * as primitives from '../primitives/functions.ts';
import { range } from '../values.ts';

const exp = (x: Tensor): Tensor => primitives.unary('exp', x);

/**
 * 1 / (1 + e^−x) without overflow on either side. At 0, where both halves meet, min shares the
 * gradient, which is just what the slope of 1/4 needs.
 */
export function sigmoidOf(x: Tensor): Tensor {
  return f.div(exp(f.min(x, 0)), f.add(exp(primitives.neg(f.abs(x))), 1));
}

/** log(1 + e^x) without overflow. */
export function softplusOf(x: Tensor): Tensor {
  const small = primitives.unary('log1p', exp(primitives.neg(f.abs(x))));
  return f.add(small, f.max(x, 0));
}

/** The int32 classes of x along a new axis: bool, true at the class. */
export function isClass(x: Tensor, classes: number, axis: number): Tensor {
  const shape = [...x.shape.slice(0, axis), classes, ...x.shape.slice(axis)];
  const axes = range(shape.length).filter((i) => i !== axis);
  const wanted = primitives.broadcast(x, shape, axes);
  return primitives.compare('eq', primitives.iota(shape, axis, 'int32'), wanted);
}

/** x as a slice along axis 1 from one position up to another. */
export function columns(x: Tensor, from: number, to: number): Tensor {
  const start = x.shape.map((_, i) => (i === 1 ? from : 0));
  const limit = x.shape.map((size, i) => (i === 1 ? to : size));
  return primitives.slice(x, start, limit);
}
