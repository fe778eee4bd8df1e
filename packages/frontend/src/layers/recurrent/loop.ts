/**
 * The loop over the steps of a sequence that all recurrent layers run: one scan, so that a compiled
 * model has one step in its graph however long the sequence is.
 */
import { isRecording, type Tensor, traceBody } from '@addax/core';
import * as ops from '@addax/core/ops';
import * as primitives from '@addax/core/graph-ops';

/** One step: new output and new states. */
export interface StepResult {
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/** What {@link recur} runs. */
export interface Recurrence {
  /** `[batch, steps, …]`. */
  readonly sequences: Tensor;
  readonly states: readonly Tensor[];
  /** Zeros in the shape of an output. */
  readonly zeroOutput: Tensor;
  step(input: Tensor, states: readonly Tensor[]): StepResult;
  /** bool `[batch, steps]`: steps that count. The others keep states and output of the step before. */
  readonly mask: Tensor | undefined;
  /** Whether to start with the last step; outputs come in the order they are computed. */
  readonly goBackwards: boolean;
  /** Whether masked steps give zeros instead of the output before. */
  readonly zeroOutputForMask: boolean;
  /** Whether all outputs are wanted. */
  readonly returnSequences: boolean;
}

/** What a loop gives. */
export interface RecurrenceResult {
  /** `[batch, steps, …]` with `returnSequences`, else the last: `[batch, …]`. */
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/** Runs a step over all steps of a sequence. */
export function recur(recurrence: Recurrence): RecurrenceResult {
  const { states, zeroOutput, mask, goBackwards, returnSequences } = recurrence;
  const sequences = timeMajor(recurrence.sequences, goBackwards);
  const slices = [sequences];
  if (mask !== undefined) slices.push(timeMajor(ops.cast(mask, 'bool'), goBackwards));
  const repeats = mask !== undefined && !recurrence.zeroOutputForMask;
  const carriesOutput = repeats || !returnSequences;
  const carries = carriesOutput ? [...states, zeroOutput] : states;
  const sliceAvals = slices.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const { graph, captures } = traceBody(
    [...carries.map(({ aval }) => aval), ...sliceAvals],
    (values) => {
      const before = values.slice(0, states.length);
      const [input, counts] = values.slice(carries.length) as [Tensor, Tensor | undefined];
      const result = recurrence.step(input, before);
      const previous = repeats ? values[states.length]! : 0;
      const next = counts === undefined ? result : masked(counts, result, before, previous);
      const output = next.output.cast(zeroOutput.dtype);
      const after = next.states.map((state, i) => state.cast(states[i]!.dtype));
      return [...after, ...(carriesOutput ? [output] : []), ...(returnSequences ? [output] : [])];
    },
  );
  const results = primitives.scan([...captures, ...carries, ...slices], {
    body: graph,
    length: sequences.shape[0]!,
    constants: captures.length,
    carries: carries.length,
    reverse: false,
    saveCarries: isRecording(),
  });
  const output = returnSequences ? batchMajor(results[carries.length]!) : results[states.length]!;
  return { output, states: results.slice(0, states.length) };
}

/** `[steps, batch, …]` in the order of the loop. */
function timeMajor(sequences: Tensor, backwards: boolean): Tensor {
  const ordered = batchMajor(sequences);
  return backwards ? ops.flip(ordered, { axis: 0 }) : ordered;
}

/** The first two axes exchanged. */
function batchMajor(outputs: Tensor): Tensor {
  const rest = Array.from({ length: outputs.rank - 2 }, (_, i) => i + 2);
  return ops.transpose(outputs, { axes: [1, 0, ...rest] });
}

/** States and output of a step where it counts, else those before it. */
function masked(
  counts: Tensor,
  { output, states }: StepResult,
  before: readonly Tensor[],
  previous: Tensor | number,
): StepResult {
  const choose = (value: Tensor, otherwise: Tensor | number): Tensor => {
    const axes = Array.from({ length: value.rank - 1 }, () => 1);
    return ops.where(ops.reshape(counts, [value.shape[0]!, ...axes]), value, otherwise);
  };
  return {
    output: choose(output, previous),
    states: states.map((state, i) => choose(state, before[i]!)),
  };
}
