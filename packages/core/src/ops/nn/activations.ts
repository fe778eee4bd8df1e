/**
 * Activation functions. Integers and bool become floatx, except where the function keeps them
 * (relu). Each is written so that its gradient is finite wherever its value is.
 */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { gelu as geluComposite } from '../composites/index.ts';
import * as f from '../formula.ts';
import { floatUnary, unaryOp } from '../numpy/pointwise.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxis } from '../promote.ts';
import { clamp, floatOf } from '../values.ts';
import { sigmoidOf, softplusOf } from './steps.ts';

/** Where x ≤ 0 a 0, which keeps the exponentials of a branch not taken finite. */
const negativePart = (x: Tensor): Tensor => f.where(f.gt(x, 0), 0, x);

/** max(x, 0). */
export function relu<A extends Operand>(x: A): Out<A> {
  return unaryOp('relu', x, (t) => f.where(f.le(t, 0), 0, t));
}

/** max(x, 0), at most 6. */
export function relu6<A extends Operand>(x: A): Out<A> {
  return unaryOp('relu6', x, relu6Of);
}

function relu6Of(x: Tensor): Tensor {
  return f.where(f.le(x, 0), 0, f.where(f.ge(x, 6), 6, x));
}

/** 1 / (1 + e^−x). */
export function sigmoid<A extends Operand>(x: A): Out<A> {
  return floatUnary('sigmoid', x, sigmoidOf);
}

/** log(1 / (1 + e^−x)). */
export function logSigmoid<A extends Operand>(x: A): Out<A> {
  return floatUnary('logSigmoid', x, (t) => primitives.neg(softplusOf(primitives.neg(t))));
}

/** 0 up to −1, 1 from 1 on, (x + 1) / 2 between. */
export function sparseSigmoid<A extends Operand>(x: A): Out<A> {
  return floatUnary('sparseSigmoid', x, (t) => {
    const line = f.mul(f.add(t, 1), 0.5);
    return f.where(f.le(t, -1), 0, f.where(f.ge(t, 1), 1, line));
  });
}

/** log(1 + e^x). */
export function softplus<A extends Operand>(x: A): Out<A> {
  return floatUnary('softplus', x, softplusOf);
}

/** x / (1 + |x|). */
export function softsign<A extends Operand>(x: A): Out<A> {
  return floatUnary('softsign', x, (t) => f.div(t, f.add(f.abs(t), 1)));
}

/** x moved towards 0 by the threshold; 0 within it. */
export function softShrink<A extends Operand>(
  x: A,
  options: { readonly threshold?: number } = {},
): Out<A> {
  checkOptions('softShrink', options, 'threshold');
  const { threshold = 0.5 } = options;
  return apply('softShrink', [x] as Operand[], options, ([a]) => {
    const t = floatOf(a!);
    const below = f.where(f.lt(t, -threshold), f.add(t, threshold), 0);
    return f.where(f.gt(t, threshold), f.sub(t, threshold), below);
  }) as Out<A>;
}

/** x outside of the threshold; 0 within it. */
export function hardShrink<A extends Operand>(
  x: A,
  options: { readonly threshold?: number } = {},
): Out<A> {
  checkOptions('hardShrink', options, 'threshold');
  const { threshold = 0.5 } = options;
  return apply('hardShrink', [x] as Operand[], options, ([a]) => {
    const t = floatOf(a!);
    return f.where(f.gt(f.abs(t), threshold), t, 0);
  }) as Out<A>;
}

/** x − tanh(x). */
export function tanhShrink<A extends Operand>(x: A): Out<A> {
  return floatUnary('tanhShrink', x, (t) => f.sub(t, primitives.unary('tanh', t)));
}

/** x where it is larger than the threshold, else the default value. */
export function threshold<A extends Operand>(
  x: A,
  threshold: number,
  defaultValue: number,
): Out<A> {
  return apply('threshold', [x] as Operand[], { threshold, defaultValue }, ([a]) => {
    const t = floatOf(a!);
    return f.where(f.gt(t, threshold), t, defaultValue);
  }) as Out<A>;
}

/** 0 up to −1, x from 1 on, (x + 1)² / 4 between. */
export function sparsePlus<A extends Operand>(x: A): Out<A> {
  return floatUnary('sparsePlus', x, (t) => {
    const curve = f.mul(f.square(f.add(t, 1)), 0.25);
    return f.where(f.le(t, -1), 0, f.where(f.ge(t, 1), t, curve));
  });
}

/** x · sigmoid(x), also known as swish. */
export function silu<A extends Operand>(x: A): Out<A> {
  return floatUnary('silu', x, (t) => f.mul(t, sigmoidOf(t)));
}

/** {@link silu}. */
export function swish<A extends Operand>(x: A): Out<A> {
  return silu(x);
}

/** (x + √(x² + b)) / 2. */
export function squareplus<A extends Operand>(x: A, options: { readonly b?: number } = {}): Out<A> {
  checkOptions('squareplus', options, 'b');
  const { b = 4 } = options;
  return apply('squareplus', [x] as Operand[], options, ([a]) => {
    const t = floatOf(a!);
    return f.mul(f.add(t, f.sqrt(f.add(f.square(t), b))), 0.5);
  }) as Out<A>;
}

/** x where positive, else x times the slope. */
export function leakyRelu<A extends Operand>(
  x: A,
  options: { readonly negativeSlope?: number } = {},
): Out<A> {
  checkOptions('leakyRelu', options, 'negativeSlope');
  const { negativeSlope = 0.2 } = options;
  return apply('leakyRelu', [x] as Operand[], options, ([a]) => {
    const t = floatOf(a!);
    return f.where(f.gt(t, 0), t, f.mul(t, negativeSlope));
  }) as Out<A>;
}

const hardSigmoidOf = (x: Tensor): Tensor => f.div(relu6Of(f.add(x, 3)), 6);

/** relu6(x + 3) / 6: a sigmoid of straight lines. */
export function hardSigmoid<A extends Operand>(x: A): Out<A> {
  return floatUnary('hardSigmoid', x, hardSigmoidOf);
}

/** x · hardSigmoid(x). */
export function hardSilu<A extends Operand>(x: A): Out<A> {
  return floatUnary('hardSilu', x, (t) => f.mul(t, hardSigmoidOf(t)));
}

/** {@link hardSilu}. */
export function hardSwish<A extends Operand>(x: A): Out<A> {
  return hardSilu(x);
}

/** x kept between −1 and 1. */
export function hardTanh<A extends Operand>(x: A): Out<A> {
  return floatUnary('hardTanh', x, (t) => clamp(t, -1, 1));
}

/** x where positive, else alpha · (e^x − 1). */
export function elu<A extends Operand>(x: A, options: { readonly alpha?: number } = {}): Out<A> {
  checkOptions('elu', options, 'alpha');
  const { alpha = 1 } = options;
  return apply('elu', [x] as Operand[], options, ([a]) => eluOf(floatOf(a!), alpha)) as Out<A>;
}

function eluOf(x: Tensor, alpha: number): Tensor {
  const curve = f.mul(primitives.unary('expm1', negativePart(x)), alpha);
  return f.where(f.gt(x, 0), x, curve);
}

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** Scaled elu that keeps mean and variance (Klambauer et al., arXiv 1706.02515). */
export function selu<A extends Operand>(x: A): Out<A> {
  return floatUnary('selu', x, (t) => f.mul(eluOf(t, SELU_ALPHA), SELU_SCALE));
}

/** x where positive, else alpha · (e^(x / alpha) − 1). */
export function celu<A extends Operand>(x: A, options: { readonly alpha?: number } = {}): Out<A> {
  checkOptions('celu', options, 'alpha');
  const { alpha = 1 } = options;
  return apply('celu', [x] as Operand[], options, ([a]) => {
    const t = floatOf(a!);
    const curve = primitives.unary('expm1', f.div(negativePart(t), alpha));
    return f.where(f.gt(t, 0), t, f.mul(curve, alpha));
  }) as Out<A>;
}

/**
 * x · Φ(x) (Hendrycks and Gimpel, arXiv 1606.08415).
 *
 * @param options `approximate`: by tanh instead of erf. Default true.
 */
export function gelu<A extends Operand>(
  x: A,
  options: { readonly approximate?: boolean } = {},
): Out<A> {
  checkOptions('gelu', options, 'approximate');
  return apply('gelu', [x] as Operand[], options, ([a]) =>
    geluComposite(floatOf(a!), options.approximate ?? true),
  ) as Out<A>;
}

/** The first half of an axis (the last by default) times the sigmoid of the second. */
export function glu<A extends Operand>(x: A, options: { readonly axis?: number } = {}): Out<A> {
  checkOptions('glu', options, 'axis');
  return apply('glu', [x] as Operand[], options, ([a]) => {
    const t = floatOf(a!);
    const axis = checkAxis(options.axis ?? -1, t.rank, 'glu');
    const half = t.shape[axis]! / 2;
    const part = (from: number): Tensor =>
      primitives.slice(
        t,
        t.shape.map((_, i) => (i === axis ? from : 0)),
        t.shape.map((size, i) => (i === axis ? from + half : size)),
      );
    return f.mul(part(0), sigmoidOf(part(half)));
  }) as Out<A>;
}
