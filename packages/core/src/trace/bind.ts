/**
 * The only door to the ops: inside a trace it records a node, outside it compiles and runs a graph
 * of one node. Recorders hear of every op either way.
 */
import type { OpAttrs, OpName } from '../graph/types.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { runEager } from './eager.ts';
import { isRecording, noteEntry } from './record.ts';
import { currentSource } from './source.ts';
import { currentTrace } from './trace.ts';

/** Applies an op to tensors that already have the shapes and dtypes it wants. */
export function bind<Op extends OpName>(
  op: Op,
  inputs: readonly Tensor[],
  attrs: OpAttrs[Op],
): Tensor[] {
  const trace = currentTrace();
  const outputs =
    trace === undefined ? runEager(op, inputs, attrs) : trace.record(op, inputs, attrs);
  if (isRecording()) noteEntry({ op, inputs, outputs, attrs, source: currentSource() });
  return outputs;
}
