/**
 * One call of a layer or op on symbolic tensors: the nodes of functional models. An operation keeps
 * its nodes in order, which is what files refer to.
 */
import { leavesOf } from '../tree.ts';
import { SymbolicTensor } from './symbolic-tensor.ts';

/** A layer or op that can stand in a functional graph. */
export interface Operation {
  readonly name: string;
  /** Its calls on symbolic tensors so far. */
  readonly inboundNodes: FunctionalNode[];
  /** Runs it again on a structure like the one recorded, with tensors for symbolic leaves. */
  replay(args: CallArguments): unknown;
}

/** Arguments of a call: trees with tensors among their leaves. */
export interface CallArguments {
  readonly inputs: unknown;
  readonly options: Readonly<Record<string, unknown>>;
}

/** One recorded call. */
export class FunctionalNode {
  readonly operation: Operation;
  readonly args: CallArguments;
  /** Tree of symbolic tensors the call gave. */
  readonly outputs: unknown;

  constructor(operation: Operation, args: CallArguments, outputs: unknown) {
    this.operation = operation;
    this.args = args;
    this.outputs = outputs;
    operation.inboundNodes.push(this);
    this.outputTensors.forEach((tensor, tensorIndex) => {
      tensor.history = { node: this, tensorIndex };
    });
  }

  /** Symbolic tensors among the arguments, inputs first. */
  get inputTensors(): SymbolicTensor[] {
    return symbolicLeaves([this.args.inputs, this.args.options]);
  }

  /** Symbolic tensors among the outputs. */
  get outputTensors(): SymbolicTensor[] {
    return symbolicLeaves(this.outputs);
  }
}

/** Symbolic tensors in a tree, in order. */
export function symbolicLeaves(tree: unknown): SymbolicTensor[] {
  return leavesOf(tree).filter((leaf): leaf is SymbolicTensor => leaf instanceof SymbolicTensor);
}
