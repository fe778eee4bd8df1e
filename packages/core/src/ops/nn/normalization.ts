/** Normalisations: by statistics that are given, or of the sample itself. */
import { epsilon as defaultEpsilon } from '../../config.ts';
import { ArgumentError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { batchNormInfer, layerNorm } from '../composites/index.ts';
import * as f from '../formula.ts';
import { widened } from '../numpy/pointwise.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { checkAxes, checkAxis } from '../promote.ts';
import { atLeast, atMost, floatOf, product } from '../values.ts';

type Optional = Operand | null | undefined;

function meanOver(x: Tensor, axes: readonly number[]): Tensor {
  const count = product(axes.map((axis) => x.shape[axis]!));
  return f.div(primitives.sum(x, axes), count);
}

/** Options of {@link batchNormalization}; tensors are per channel. */
export interface BatchNormalizationOptions {
  /** Added to the result. */
  readonly offset?: Optional;
  /** Multiplies the result. */
  readonly scale?: Optional;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
}

/**
 * (x − mean) / √(variance + epsilon) · scale + offset.
 *
 * @param mean [channels], as variance.
 * @param axis The channel axis.
 */
export function batchNormalization<A extends Operand, B extends Operand, C extends Operand>(
  x: A,
  mean: B,
  variance: C,
  axis: number,
  options: BatchNormalizationOptions = {},
): Out<A | B | C> {
  checkOptions('batchNormalization', options, 'offset scale epsilon');
  const { offset, scale, epsilon = 1e-3 } = options;
  const operands = [x, mean, variance, offset, scale] as Optional[];
  return apply('batchNormalization', operands, { axis, epsilon }, (values) => {
    const value = floatOf(values[0]!);
    return batchNormInfer(value, {
      axis: checkAxis(axis, value.rank, 'batchNormalization'),
      epsilon,
      mean: floatOf(values[1]!),
      variance: floatOf(values[2]!),
      offset: given(values[3]),
      scale: given(values[4]),
    });
  }) as Out<A | B | C>;
}

function given(value: Tensor | number | null | undefined): Tensor | undefined {
  return value === null || value === undefined ? undefined : floatOf(value);
}

/** Options of normalisations over axes. */
export interface NormalizationOptions {
  /** Axis or axes to normalise over. Default −1. */
  readonly axis?: number | readonly number[];
  /** Keeps the divisor from 0; `config.epsilon` by default. */
  readonly epsilon?: number | null | undefined;
}

/** A parameter laid over the axes it belongs to. */
function fitted(parameter: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return primitives.reshape(
    parameter,
    axes.map((axis) => x.shape[axis]!),
  );
}

/**
 * Mean 0 and variance 1 over axes, times gamma, plus beta (Ba et al., arXiv 1607.06450).
 *
 * @param gamma Shaped like the axes; none by default, as beta.
 */
export function layerNormalization<A extends Operand>(
  x: A,
  gamma?: Optional,
  beta?: Optional,
  options: NormalizationOptions = {},
): Out<A> {
  checkOptions('layerNormalization', options, 'axis epsilon');
  const op = 'layerNormalization';
  const operands = [x, gamma, beta] as Optional[];
  return apply(op, operands, options, (values) => {
    const value = floatOf(values[0]!);
    const axes = checkAxes(options.axis ?? -1, value.rank, op);
    const fit = (one: Tensor | number | null | undefined): Tensor | undefined => {
      const parameter = given(one);
      return parameter === undefined ? undefined : fitted(parameter, value, axes);
    };
    return layerNorm(value, {
      axis: axes,
      epsilon: options.epsilon ?? defaultEpsilon(),
      scale: fit(values[1]),
      offset: fit(values[2]),
    });
  }) as Out<A>;
}

/**
 * x / √(mean(x²) + epsilon) · scale over axes (Zhang and Sennrich, arXiv 1910.07467).
 *
 * @param scale Broadcasts to x; none by default.
 */
export function rmsNormalization<A extends Operand>(
  x: A,
  scale?: Optional,
  options: NormalizationOptions = {},
): Out<A> {
  checkOptions('rmsNormalization', options, 'axis epsilon');
  const op = 'rmsNormalization';
  return apply(op, [x, scale] as Optional[], options, (values) => {
    const value = floatOf(values[0]!);
    const axes = checkAxes(options.axis ?? -1, value.rank, op);
    const wide = primitives.cast(value, widened(value.dtype));
    const power = f.add(meanOver(f.square(wide), axes), options.epsilon ?? defaultEpsilon());
    const factor = primitives.unary('rsqrt', power);
    const result = f.mul(wide, f.spread(factor, wide.shape, axes));
    const parameter = given(values[1]);
    if (parameter === undefined) return primitives.cast(result, value.dtype);
    const spread = primitives.broadcastTo(primitives.cast(parameter, wide.dtype), wide.shape);
    return primitives.cast(f.mul(result, spread), value.dtype);
  }) as Out<A>;
}

/** Options of {@link normalize}. */
export interface NormalizeOptions extends NormalizationOptions {
  /** The norm: 1, 2 (default), 3 … */
  readonly order?: number;
}

/** x divided by its norm over axes, or by epsilon where the norm is smaller. */
export function normalize<A extends Operand>(x: A, options: NormalizeOptions = {}): Out<A> {
  checkOptions('normalize', options, 'order axis epsilon');
  const { order = 2, axis = -1 } = options;
  if (!Number.isInteger(order) || order < 1) {
    throw new ArgumentError(`normalize: order ${order} must be a whole number from 1.`);
  }
  return apply('normalize', [x] as Operand[], options, ([a]) => {
    const own = floatOf(a!);
    const value = own.rank === 0 ? primitives.reshape(own, [1]) : own;
    const axes = checkAxes(axis, value.rank, 'normalize');
    const epsilon = options.epsilon ?? defaultEpsilon();
    const spread = (one: Tensor): Tensor => f.spread(one, value.shape, axes);
    if (order === 2) {
      const inverse = primitives.unary('rsqrt', primitives.sum(f.square(value), axes));
      return f.mul(value, spread(atMost(inverse, 1 / epsilon)));
    }
    const powers = primitives.sum(order === 1 ? f.abs(value) : f.pow(f.abs(value), order), axes);
    const norm = order === 1 ? powers : f.pow(powers, 1 / order);
    return f.div(value, spread(atLeast(norm, epsilon)));
  }) as Out<A>;
}
