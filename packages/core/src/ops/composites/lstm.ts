/**
 * lstm: long short-term memory (Hochreiter and Schmidhuber, 1997) as one scan. The projection of the
 * inputs does not depend on the state, so it is one matrix product in front of the loop.
 */
import type { Tensor } from '../../tensor/tensor.ts';
import { traceGraph } from '../../trace/trace.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';
import { composite, scaled } from './composite.ts';

/** Activations that the gates may have. */
export type GateActivation = 'tanh' | 'sigmoid' | 'hardSigmoid' | 'relu' | 'linear';

/** Arguments of {@link lstm}. */
export interface LstmOptions {
  /** [features, 4 · units], gates in the order input, forget, cell, output. */
  readonly kernel: Tensor;
  /** [units, 4 · units]. */
  readonly recurrentKernel: Tensor;
  /** [4 · units]. */
  readonly bias?: Tensor | undefined;
  /** [batch, units]; default zeros. */
  readonly initialHidden?: Tensor | undefined;
  /** [batch, units]; default zeros. */
  readonly initialCell?: Tensor | undefined;
  /** bool [batch, steps]: false keeps the state of the step before. */
  readonly mask?: Tensor | undefined;
  /** Of cell and output. Default tanh. */
  readonly activation?: GateActivation | undefined;
  /** Of the gates. Default sigmoid. */
  readonly recurrentActivation?: GateActivation | undefined;
  /** Whether to walk from the last step to the first; the outputs are then in that order. */
  readonly goBackwards?: boolean | undefined;
  /** Whether `output` has all steps. Default false: the last. */
  readonly returnSequences?: boolean | undefined;
  /** Whether outputs of masked steps are zero instead of the output before. Default false. */
  readonly zeroOutputForMask?: boolean | undefined;
}

/** Results of {@link lstm}. */
export interface LstmResult {
  /** [batch, units], or [batch, steps, units] with `returnSequences`. */
  readonly output: Tensor;
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

type Curve = (ops: PrimitiveFunctions, x: Tensor) => Tensor;

const ACTIVATIONS: Readonly<Record<GateActivation, Curve>> = {
  tanh: (ops, x) => ops.unary('tanh', x),
  // By tanh, because exp(−x) overflows and takes the gradient with it.
  sigmoid: (ops, x) => {
    const half = ops.unary('tanh', scaled(ops, x, 0.5));
    return scaled(ops, ops.add(half, ops.fullLike(x, 1)), 0.5);
  },
  hardSigmoid: (ops, x) => {
    const shifted = ops.binary('max', ops.add(x, ops.fullLike(x, 3)), ops.fullLike(x, 0));
    return scaled(ops, ops.binary('min', shifted, ops.fullLike(x, 6)), 1 / 6);
  },
  relu: (ops, x) => ops.binary('max', x, ops.fullLike(x, 0)),
  linear: (_ops, x) => x,
};

/** Runs an LSTM over [batch, steps, features]. */
export function lstm(x: Tensor, given: LstmOptions): LstmResult {
  const { kernel, recurrentKernel, bias, mask } = given;
  const { initialHidden, initialCell } = given;
  const all = [x, kernel, recurrentKernel, bias, initialHidden, initialCell, mask];
  const inputs = all.filter((input) => input !== undefined);
  const options = {
    bias: bias !== undefined,
    initialHidden: initialHidden !== undefined,
    initialCell: initialCell !== undefined,
    mask: mask !== undefined,
    activation: given.activation ?? 'tanh',
    recurrentActivation: given.recurrentActivation ?? 'sigmoid',
    goBackwards: given.goBackwards ?? false,
    returnSequences: given.returnSequences ?? false,
    zeroOutputForMask: given.zeroOutputForMask ?? false,
  };
  const [output, hidden, cell] = composite('lstm', inputs, options, defineLstm);
  return { output: output!, hidden: hidden!, cell: cell! };
}

interface Flags {
  readonly [key: string]: string | boolean;
  readonly bias: boolean;
  readonly initialHidden: boolean;
  readonly initialCell: boolean;
  readonly mask: boolean;
  readonly activation: GateActivation;
  readonly recurrentActivation: GateActivation;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly zeroOutputForMask: boolean;
}

function defineLstm(
  ops: PrimitiveFunctions,
  [x, kernel, recurrent, ...rest]: readonly Tensor[],
  options: Flags,
): Tensor[] {
  const [batch, steps] = x!.shape as [number, number];
  const units = recurrent!.shape[0]!;
  const zeros = ops.full([batch, units], 0, x!.dtype);
  const bias = options.bias ? rest.shift() : undefined;
  const hidden = options.initialHidden ? rest.shift()! : zeros;
  const cell = options.initialCell ? rest.shift()! : zeros;
  const mask = options.mask ? ops.transpose(rest.shift()!, [1, 0]) : undefined;

  const sequence = ops.transpose(x!, [1, 0, 2]);
  let projected = ops.dot(sequence, kernel!, [[2, 0]]);
  if (bias !== undefined) {
    projected = ops.add(projected, ops.broadcast(bias, projected.shape, [2]));
  }
  const sequences = mask === undefined ? [projected] : [projected, mask];
  const sliceAvals = sequences.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const body = traceGraph(
    [recurrent!.aval, hidden.aval, cell.aval, ...sliceAvals],
    ([weights, h, c, z, keep]) => step(ops, weights!, h!, c!, z!, keep, options),
  );
  const [lastHidden, lastCell, outputs] = ops.scan([recurrent!, hidden, cell, ...sequences], {
    body,
    length: steps,
    constants: 1,
    carries: 2,
    reverse: options.goBackwards,
    saveCarries: true,
  });
  const ordered = options.goBackwards ? ops.reverse(outputs!, [0]) : outputs!;
  if (options.returnSequences) {
    return [ops.transpose(ordered, [1, 0, 2]), lastHidden!, lastCell!];
  }
  const last = options.zeroOutputForMask && options.mask ? lastOf(ops, ordered) : lastHidden!;
  return [last, lastHidden!, lastCell!];
}

/** The last step of [steps, batch, units]. */
function lastOf(ops: PrimitiveFunctions, outputs: Tensor): Tensor {
  const [steps, batch, units] = outputs.shape as [number, number, number];
  const last = ops.slice(outputs, [steps - 1, 0, 0], [steps, batch, units]);
  return ops.reshape(last, [batch, units]);
}

/** One step: (recurrent kernel, hidden, cell, projected input, mask) → hidden, cell, output. */
function step(
  ops: PrimitiveFunctions,
  recurrent: Tensor,
  hidden: Tensor,
  cell: Tensor,
  projected: Tensor,
  keep: Tensor | undefined,
  options: Flags,
): Tensor[] {
  const activation = ACTIVATIONS[options.activation];
  const gateActivation = ACTIVATIONS[options.recurrentActivation];
  const [batch, units] = hidden.shape as [number, number];
  const sums = ops.add(projected, ops.dot(hidden, recurrent, [[1, 0]]));
  const part = (gate: number): Tensor =>
    ops.slice(sums, [0, gate * units], [batch, (gate + 1) * units]);
  const input = gateActivation(ops, part(0));
  const forget = gateActivation(ops, part(1));
  const candidate = activation(ops, part(2));
  const outputGate = gateActivation(ops, part(3));
  const nextCell = ops.add(ops.mul(forget, cell), ops.mul(input, candidate));
  const nextHidden = ops.mul(outputGate, activation(ops, nextCell));
  if (keep === undefined) return [nextHidden, nextCell, nextHidden];
  const valid = ops.broadcast(keep, hidden.shape, [0]);
  const kept = ops.select(valid, nextHidden, hidden);
  const shown = options.zeroOutputForMask
    ? ops.select(valid, nextHidden, ops.fullLike(hidden, 0))
    : kept;
  return [kept, ops.select(valid, nextCell, cell), shown];
}
