/**
 * Connectionist temporal classification (Graves et al., ICML 2006): labels for sequences without an
 * alignment. The recursion is that of optax.
 */
import { ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { logSoftmax } from '../composites/index.ts';
import { scan } from '../core/scan.ts';
import * as f from '../formula.ts';
import { widened } from '../numpy/pointwise.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { floatOf, indexOf } from '../values.ts';
import { columns, isClass } from './steps.ts';

/** Options of {@link ctcLoss}. */
export interface CtcLossOptions {
  /** The class that stands for "no label here". Default 0. */
  readonly maskIndex?: number;
}

/** A logarithm that counts as that of 0, and keeps sums finite. */
const LOG_ZERO = -1e5;

/** log(e^a + e^b). */
function logAddExp(a: Tensor, b: Tensor): Tensor {
  const distance = primitives.neg(f.abs(f.sub(a, b)));
  const small = primitives.unary('log1p', primitives.unary('exp', distance));
  return f.add(f.max(a, b), small);
}

/**
 * The negative log-probability of each label sequence, summed over all its alignments.
 *
 * @param target Classes, [batch, labels].
 * @param output Logits, [batch, steps, classes].
 * @param targetLength Labels that count, [batch].
 * @param outputLength Steps that count, [batch].
 * @returns [batch].
 */
export function ctcLoss<A extends Operand, B extends Operand, C extends Operand, D extends Operand>(
  target: A,
  output: B,
  targetLength: C,
  outputLength: D,
  options: CtcLossOptions = {},
): Out<A | B | C | D> {
  checkOptions('ctcLoss', options, 'maskIndex');
  const operands = [target, output, targetLength, outputLength] as Operand[];
  return apply('ctcLoss', operands, options, ([a, b, c, d]) => {
    const logits = floatOf(b!);
    const labels = indexOf(a!);
    if (logits.rank !== 3 || labels.rank !== 2 || labels.shape[0] !== logits.shape[0]) {
      throw new ShapeError(
        `ctcLoss: expected target [batch, labels] and output [batch, steps, classes], got ` +
          `[${labels.shape.join(', ')}] and [${logits.shape.join(', ')}].`,
      );
    }
    const wide = primitives.cast(logits, widened(logits.dtype));
    return alignments(labels, wide, indexOf(c!), indexOf(d!), options.maskIndex ?? 0);
  }) as Out<A | B | C | D>;
}

function alignments(
  labels: Tensor,
  logits: Tensor,
  labelLengths: Tensor,
  stepLengths: Tensor,
  maskIndex: number,
): Tensor {
  const [batch, steps, classes] = logits.shape as [number, number, number];
  const count = labels.shape[1]!;
  const { dtype } = logits;
  const logs = logSoftmax(logits, -1);
  const blank = primitives.reshape(
    primitives.slice(logs, [0, 0, maskIndex], [batch, steps, maskIndex + 1]),
    [batch, steps],
  );
  // [batch, steps, labels]: what each step gives each label.
  const places = primitives.broadcast(labels, [batch, steps, count], [0, 2]);
  const clamped = f.max(f.min(places, classes - 1), 0);
  const emitted = primitives.gather(logs, clamped, 2, 2);
  const repeats = repeated(labels, dtype);
  const penalty = f.mul(repeats, LOG_ZERO);
  const otherwise = f.mul(f.sub(1, repeats), LOG_ZERO);
  const padding = f.ge(
    primitives.iota([steps, batch], 0, 'int32'),
    primitives.broadcast(stepLengths, [steps, batch], [1]),
  );
  const added = (phi: Tensor, score: Tensor): Tensor =>
    primitives.concat([columns(phi, 0, 1), logAddExp(columns(phi, 1, count + 1), score)], 1);
  const spread = (x: Tensor, width: number): Tensor => primitives.broadcast(x, [batch, width], [0]);
  const first = primitives.full([batch, 1], 0, dtype);
  const phi0 = primitives.concat([first, primitives.full([batch, count], LOG_ZERO, dtype)], 1);
  const emit0 = primitives.full([batch, count], LOG_ZERO, dtype);
  const [[phi, emit]] = scan(
    ([phi, emit]: Tensor[], [logEmit, logBlank, pad]: Tensor[]) => {
      const open = added(phi!, f.add(emit!, penalty));
      const nextEmit = f.add(logAddExp(columns(open, 0, count), emit!), logEmit!);
      const blanks = spread(logBlank!, count + 1);
      const held = f.add(f.add(emit!, spread(logBlank!, count)), otherwise);
      const nextPhi = added(f.add(open, blanks), held);
      const carry = [
        primitives.select(spread(pad!, count + 1), phi!, nextPhi),
        primitives.select(spread(pad!, count), emit!, nextEmit),
      ];
      return [carry, []];
    },
    [phi0, emit0],
    [primitives.transpose(emitted, [1, 0, 2]), primitives.transpose(blank, [1, 0]), padding],
  );
  const last = added(phi!, emit!);
  const wanted = isClass(labelLengths, count + 1, 1);
  return primitives.neg(primitives.sum(f.where(wanted, last, 0), [1]));
}

/** 1 where a label equals the next one, as a float [batch, labels]. */
function repeated(labels: Tensor, dtype: Tensor['dtype']): Tensor {
  const [batch, count] = labels.shape as [number, number];
  const same = f.eq(columns(labels, 0, count - 1), columns(labels, 1, count));
  const flags = primitives.cast(same, dtype);
  return primitives.concat([flags, primitives.full([batch, 1], 0, dtype)], 1);
}
