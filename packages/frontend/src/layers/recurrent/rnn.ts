/** The base of recurrent layers: a cell, run over the steps of a sequence. */
import { ArgumentError, leavesOf, mapTree, type Tensor, Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer, type MaskStruct } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions, Shape } from '../types.ts';
import { type Cell, GatedCell, type States } from './cell.ts';
import { copyLayer } from './copy-layer.ts';
import { recur, type RecurrenceResult, type StepResult } from './loop.ts';
import { outputSizeOf, StackedRNNCells } from './stacked-rnn-cells.ts';

/** Options of all recurrent layers. */
export interface RecurrentOptions extends LayerOptions {
  /** Whether the outputs of all steps are given, or the last only. Default false. */
  readonly returnSequences?: boolean | undefined;
  /** Whether the last states are given after the output. Default false. */
  readonly returnState?: boolean | undefined;
  /** Whether to walk from the last step to the first; outputs are in that order. Default false. */
  readonly goBackwards?: boolean | undefined;
  /** Whether the states of a batch are the first ones of the next. Default false. */
  readonly stateful?: boolean | undefined;
  /** Kept for files: one step is compiled either way. Default false. */
  readonly unroll?: boolean | undefined;
  /** Whether masked steps give zeros instead of the output before. Default false. */
  readonly zeroOutputForMask?: boolean | undefined;
}

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** What does one step, or several on top of one another. */
  readonly cell: Cell | readonly Cell[];
}

/**
 * Runs a cell over sequences: `[batch, steps, features]` → `[batch, units]`, or
 * `[batch, steps, units]` with `returnSequences`. Call arguments: `mask` (bool `[batch, steps]`: false
 * skips a step) and `initialState` (a tensor per state).
 *
 * @example
 * const y = layers.rnn({ cell: [layers.lstmCell({ units: 64 }), layers.lstmCell({ units: 32 })] })(x);
 */
export class RNN extends Layer {
  static override readonly className: string = 'RNN';
  readonly cell: Cell;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly unroll: boolean;
  /** Bidirectional settles it for its two layers. */
  zeroOutputForMask: boolean;
  /** States from batch to batch; as in Keras they are not among the weights. */
  #states: Variable[] | undefined;

  constructor(options: RNNOptions) {
    const { cell, returnSequences = false, returnState = false, ...others } = options;
    const { goBackwards = false, stateful = false, unroll = false, ...rest } = others;
    const { zeroOutputForMask = false, ...base } = rest;
    super(base);
    this.cell = isCells(cell) ? new StackedRNNCells({ cells: cell }) : cell;
    if (this.cell.stateSize === undefined) {
      throw new ArgumentError('the cell of a recurrent layer needs a stateSize.');
    }
    this.returnSequences = returnSequences;
    this.returnState = returnState;
    this.goBackwards = goBackwards;
    this.stateful = stateful;
    this.unroll = unroll;
    this.zeroOutputForMask = zeroOutputForMask;
    this.supportsMasking = true;
    this.inputSpec = { minNdim: 3 };
  }

  override build(inputShape: Shape): void {
    const [batch = null, , ...features] = inputShape;
    this.cell.build([batch, ...features]);
    if (!this.stateful) return;
    if (batch === null) {
      throw new ArgumentError(
        `${this.label}: stateful layers must know the batch size; give the input layer a batchSize ` +
          'or a batchShape.',
      );
    }
    this.#states = leavesOf(this.#zeroStates(batch)).map((state) => {
      const { shape } = state as Tensor;
      const count = shape.reduce((product, size) => product * size, 1);
      const host = { shape, dtype: this.variableDtype, data: new Float32Array(count) };
      return new Variable(host, { name: 'rnn_state', trainable: false, dtype: this.variableDtype });
    });
  }

  override call(sequences: Tensor, options: ResolvedCallOptions): Tensor | [Tensor, ...States] {
    const { training, mask } = options;
    const states = this.#initialStates(sequences.shape[0]!, options['initialState']);
    const counts = (leavesOf(mask)[0] as Tensor | null | undefined) ?? undefined;
    const result = this.loop(sequences, leavesOf(states) as Tensor[], counts, training);
    this.#states?.forEach((variable, i) => variable.assign(result.states[i]!.cast(variable.dtype)));
    if (!this.returnState) return result.output;
    return [result.output, ...(refill(states, result.states) as States)];
  }

  /** Runs the cell; layers that know a composite for it override this. */
  protected loop(
    sequences: Tensor,
    states: readonly Tensor[],
    mask: Tensor | undefined,
    training: boolean,
  ): RecurrenceResult {
    const { goBackwards, zeroOutputForMask, returnSequences, cell } = this;
    const batch = sequences.shape[0]!;
    const zeroOutput =
      cell.getInitialState === undefined
        ? ops.zeros([batch, outputSizeOf(cell)], { dtype: this.computeDtype })
        : ops.zerosLike(states[0]!);
    const shared = { states, zeroOutput, mask, goBackwards, zeroOutputForMask, returnSequences };
    if (cell instanceof GatedCell) {
      const first = ops.take(sequences, 0, { axis: 1 });
      const inputMasks = cell.inputMasks(first, training)?.map((item) => ops.expandDims(item, 1));
      const stateMasks = cell.stateMasks(states[0]!, training);
      const projected = cell.project(sequences, inputMasks);
      const step = (input: Tensor, before: readonly Tensor[]): StepResult =>
        cell.advance(input, before, stateMasks);
      return recur({ ...shared, sequences: projected, step });
    }
    const template = this.#zeroStates(batch);
    const step = (input: Tensor, before: readonly Tensor[]): StepResult => {
      const given = { states: refill(template, before), training };
      const [output, after] = cell.invoke(input, given) as [Tensor, unknown];
      return { output, states: leavesOf(after) as Tensor[] };
    };
    cell.holdMasks?.(batch, sequences.shape.at(-1)!, training);
    try {
      return recur({ ...shared, sequences, step });
    } finally {
      cell.releaseMasks?.();
    }
  }

  #initialStates(batch: number, given: unknown): unknown {
    const zeros = this.#zeroStates(batch);
    if (given !== undefined && given !== null) {
      const states = leavesOf(given) as Tensor[];
      const count = leavesOf(zeros).length;
      if (states.length !== count) {
        throw new ArgumentError(
          `${this.label}: initialState must have ${count} tensor(s), got ${states.length}.`,
        );
      }
      return refill(
        zeros,
        states.map((state) => state.cast(this.computeDtype)),
      );
    }
    if (this.#states === undefined) return zeros;
    const expected = this.#states[0]!.shape[0];
    if (batch !== expected) {
      throw new ArgumentError(
        `${this.label} is stateful and was built for batches of ${expected}, got one of ${batch}.`,
      );
    }
    return refill(
      zeros,
      this.#states.map(({ value }) => value.cast(this.computeDtype)),
    );
  }

  /** Zeros in the structure of the cell's states, always a list. */
  #zeroStates(batch: number): unknown {
    const { stateSize, getInitialState } = this.cell;
    if (getInitialState !== undefined) return this.cell.getInitialState!(batch);
    const sizes = typeof stateSize === 'number' ? [stateSize] : stateSize;
    const dtype = this.computeDtype;
    return mapTree(sizes, (size) => ops.zeros([batch, size as number], { dtype }));
  }

  /** Sets the states of a stateful layer to zero, or to the values given. */
  resetState(values?: readonly Tensor[]): void {
    this.#states?.forEach((variable, i) => {
      variable.assign(values?.[i] ?? ops.zerosLike(variable));
    });
  }

  override computeMask(_inputs: unknown, mask: MaskStruct): MaskStruct {
    const own = (leavesOf(mask)[0] ?? null) as MaskStruct;
    return this.returnSequences ? own : null;
  }

  /** The options of all recurrent layers. */
  protected recurrentConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      returnSequences: this.returnSequences,
      returnState: this.returnState,
      goBackwards: this.goBackwards,
      stateful: this.stateful,
      unroll: this.unroll,
      zeroOutputForMask: this.zeroOutputForMask,
    };
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.recurrentConfig(), cell: copyLayer(this.cell) };
  }
}

function isCells(cell: Cell | readonly Cell[]): cell is readonly Cell[] {
  return Array.isArray(cell);
}

/** A structure with other tensors, in order. */
function refill(structure: unknown, tensors: readonly Tensor[]): unknown {
  let index = 0;
  return mapTree(structure, () => tensors[index++]);
}

/** {@link RNN}: a cell, run over the steps of a sequence. */
export function rnn(options: RNNOptions): RNN {
  return new RNN(options);
}
