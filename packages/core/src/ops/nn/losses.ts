/** Losses as functions of targets and outputs, without any mean, and the signal-to-noise ratio. */
import { epsilon } from '../../config.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { logSoftmax, sparseCrossEntropy } from '../composites/index.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { align, checkAxis, commonFloat } from '../promote.ts';
import { clamp, floatOf, indexOf } from '../values.ts';
import { isClass, softplusOf } from './steps.ts';

/** Options of cross-entropies. */
export interface CrossentropyOptions {
  /** Whether the outputs are logits instead of probabilities. Default false. */
  readonly fromLogits?: boolean;
}

/** {@link CrossentropyOptions} with a class axis. */
export interface ClassCrossentropyOptions extends CrossentropyOptions {
  /** The class axis. Default −1. */
  readonly axis?: number;
}

function checkSame(op: string, target: Tensor, output: Tensor): void {
  const same =
    target.rank === output.rank && target.shape.every((size, i) => size === output.shape[i]);
  if (!same) {
    throw new ShapeError(
      `${op}: target of shape [${target.shape.join(', ')}] and output of shape ` +
        `[${output.shape.join(', ')}] must have the same shape.`,
    );
  }
}

/** Log-probabilities along the class axis; probabilities are normalised and kept off 0 and 1. */
function logProbabilities(output: Tensor, axis: number, fromLogits: boolean): Tensor {
  if (fromLogits) return logSoftmax(output, axis);
  const total = f.spread(primitives.sum(output, [axis]), output.shape, [axis]);
  const share = clamp(primitives.div(output, total), epsilon(), 1 - epsilon());
  return primitives.unary('log', share);
}

/** −Σ target · log(output) over the class axis. */
export function categoricalCrossentropy<A extends Operand, B extends Operand>(
  target: A,
  output: B,
  options: ClassCrossentropyOptions = {},
): Out<A | B> {
  checkOptions('categoricalCrossentropy', options, 'axis fromLogits');
  const op = 'categoricalCrossentropy';
  return apply(op, [target, output] as Operand[], options, (values) => {
    const scores = floatOf(values[1]!);
    const wanted = primitives.cast(floatOf(values[0]!), scores.dtype);
    checkSame(op, wanted, scores);
    const axis = checkAxis(options.axis ?? -1, scores.rank, op);
    const logs = logProbabilities(scores, axis, options.fromLogits ?? false);
    return primitives.neg(primitives.sum(primitives.mul(wanted, logs), [axis]));
  }) as Out<A | B>;
}

/** −log(output) at the integer target along the class axis. */
export function sparseCategoricalCrossentropy<A extends Operand, B extends Operand>(
  target: A,
  output: B,
  options: ClassCrossentropyOptions = {},
): Out<A | B> {
  checkOptions('sparseCategoricalCrossentropy', options, 'axis fromLogits');
  const op = 'sparseCategoricalCrossentropy';
  return apply(op, [target, output] as Operand[], options, (values) => {
    const scores = floatOf(values[1]!);
    const axis = checkAxis(options.axis ?? -1, scores.rank, op);
    let labels = indexOf(values[0]!);
    if (labels.rank === scores.rank && labels.shape.at(-1) === 1) {
      labels = primitives.reshape(labels, labels.shape.slice(0, -1));
    }
    const expected = scores.shape.filter((_, i) => i !== axis);
    if (labels.rank !== expected.length || labels.shape.some((n, i) => n !== expected[i])) {
      throw new ShapeError(
        `${op}: target of shape [${labels.shape.join(', ')}] must have the shape of the output ` +
          `[${scores.shape.join(', ')}] without its class axis.`,
      );
    }
    if (options.fromLogits === true && axis === scores.rank - 1) {
      return sparseCrossEntropy(scores, labels);
    }
    const logs = logProbabilities(scores, axis, options.fromLogits ?? false);
    const chosen = isClass(labels, scores.shape[axis]!, axis);
    return primitives.neg(primitives.sum(f.where(chosen, logs, 0), [axis]));
  }) as Out<A | B>;
}

/** −(target · log(output) + (1 − target) · log(1 − output)), elementwise. */
export function binaryCrossentropy<A extends Operand, B extends Operand>(
  target: A,
  output: B,
  options: CrossentropyOptions = {},
): Out<A | B> {
  checkOptions('binaryCrossentropy', options, 'fromLogits');
  const op = 'binaryCrossentropy';
  return apply(op, [target, output] as Operand[], options, (values) => {
    const scores = floatOf(values[1]!);
    const wanted = primitives.cast(floatOf(values[0]!), scores.dtype);
    checkSame(op, wanted, scores);
    const other = f.sub(1, wanted);
    if (options.fromLogits === true) {
      const yes = f.mul(wanted, softplusOf(primitives.neg(scores)));
      return f.add(yes, f.mul(other, softplusOf(scores)));
    }
    const share = clamp(scores, epsilon(), 1 - epsilon());
    const yes = f.mul(wanted, primitives.unary('log', share));
    const no = f.mul(other, primitives.unary('log', f.sub(1, share)));
    return primitives.neg(f.add(yes, no));
  }) as Out<A | B>;
}

/** Peak signal-to-noise ratio in decibel: 10 · log₁₀(maxVal² / mean((x1 − x2)²)). */
export function psnr<A extends Operand, B extends Operand>(
  x1: A,
  x2: B,
  maxVal: number,
): Out<A | B> {
  if (!(maxVal > 0)) throw new ArgumentError(`psnr: maxVal ${maxVal} must be positive.`);
  return apply('psnr', [x1, x2] as Operand[], { maxVal }, (values) => {
    const [a, b] = align(values, commonFloat(...values)) as [Tensor, Tensor];
    const squares = f.square(f.sub(a, b));
    const axes = squares.shape.map((_, i) => i);
    const error = f.div(primitives.sum(squares, axes), squares.size);
    const logarithm = f.mul(primitives.unary('log', error), 10 / Math.LN10);
    return f.sub(20 * Math.log10(maxVal), logarithm);
  }) as Out<A | B>;
}
