/** adamUpdate: one step of Adam for one parameter, in Keras' form (Kingma and Ba, arXiv 1412.6980). */
import type { Tensor } from '../../tensor/tensor.ts';
import { composite, scaled } from './composite.ts';

/** What the update reads and replaces; all are shaped like the parameter. */
export interface AdamState {
  readonly parameter: Tensor;
  /** Running mean of the gradient. */
  readonly momentum: Tensor;
  /** Running mean of its square. */
  readonly velocity: Tensor;
  /** Largest velocity so far; present in AMSGrad. */
  readonly maximum?: Tensor | undefined;
}

/** Arguments of {@link adamUpdate}. */
export interface AdamOptions {
  /** Scalar. */
  readonly learningRate: Tensor;
  /** Number of this step, from 1; a float scalar. */
  readonly step: Tensor;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * The state after one step. As in Keras, ε is added to √v before bias correction:
 * p − m·α / (√v + ε) with α = rate·√(1−β₂ᵗ) / (1−β₁ᵗ).
 */
export function adamUpdate(state: AdamState, gradient: Tensor, given: AdamOptions): AdamState {
  const { learningRate, step, ...options } = given;
  const { parameter, momentum, velocity, maximum } = state;
  const inputs = [parameter, gradient, momentum, velocity, learningRate, step];
  if (maximum !== undefined) inputs.push(maximum);
  const [p, m, v, largest] = composite(
    'adamUpdate',
    inputs,
    { beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon },
    (ops, [value, slope, mean, square, rate, count, high], { beta1, beta2, epsilon }) => {
      const { dtype, shape } = value!;
      const one = ops.full([], 1, dtype);
      const time = ops.cast(count!, dtype);
      const decay = (beta: number): Tensor =>
        ops.sub(one, ops.binary('pow', ops.full([], beta, dtype), time));
      const correction = ops.div(ops.unary('sqrt', decay(beta2)), decay(beta1));
      const alpha = ops.broadcast(ops.mul(ops.cast(rate!, dtype), correction), shape, []);
      const nextMean = ops.add(mean!, scaled(ops, ops.sub(slope!, mean!), 1 - beta1));
      const difference = ops.sub(ops.mul(slope!, slope!), square!);
      const nextSquare = ops.add(square!, scaled(ops, difference, 1 - beta2));
      const nextHigh = high === undefined ? undefined : ops.binary('max', high, nextSquare);
      const root = ops.unary('sqrt', nextHigh ?? nextSquare);
      const divisor = ops.add(root, ops.fullLike(root, epsilon));
      const next = ops.sub(value!, ops.div(ops.mul(nextMean, alpha), divisor));
      const result = [next, nextMean, nextSquare];
      return nextHigh === undefined ? result : [...result, nextHigh];
    },
  );
  return { parameter: p!, momentum: m!, velocity: v!, maximum: largest };
}
