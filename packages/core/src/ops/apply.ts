/**
 * The front door of the Keras-named ops: any operand symbolic → a functional node is recorded, else
 * operands become tensors and the implementation runs under the op's name.
 */
import { ArgumentError } from '../errors.ts';
import { autoName, toSnakeCase } from '../naming.ts';
import { type CallArguments, FunctionalNode, type Operation } from '../symbolic/functional-node.ts';
import { infer } from '../symbolic/infer.ts';
import { SymbolicTensor } from '../symbolic/symbolic-tensor.ts';
import { describe, isTypedArray } from '../tensor/host.ts';
import { hostTensor } from '../tensor/host-tensor.ts';
import type { Operand } from '../tensor/operand.ts';
import { Tensor } from '../tensor/tensor.ts';
import { fromHost } from '../trace/from-host.ts';
import { withSource } from '../trace/source.ts';
import { isRecord } from '../tree.ts';
import { Variable } from '../variable.ts';

/** An operand as implementations see it: JavaScript numbers stay numbers, because they are weak. */
export type Value = Tensor | number;

/** An op standing in a functional graph. */
export class OpOperation implements Operation {
  readonly name: string;
  /** Name of the function in `ops`. */
  readonly op: string;
  readonly inboundNodes: FunctionalNode[] = [];
  readonly #run: (inputs: unknown) => unknown;

  constructor(op: string, run: (inputs: unknown) => unknown) {
    this.op = op;
    this.name = autoName(toSnakeCase(op));
    this.#run = run;
  }

  replay({ inputs }: CallArguments): unknown {
    return this.#run(inputs);
  }
}

/**
 * Applies a Keras-named op.
 *
 * @param op Its name in `ops`.
 * @param inputs Tree of operands (arrays and records of tensors, variables, host values); leaves that
 *   are null or undefined pass through.
 * @param options The static arguments, kept with a functional node for files.
 * @param run The implementation, on the same tree with tensors and numbers for leaves.
 * @returns What `run` gave; for symbolic operands symbolic tensors in its place, which callers state
 *   in their own types (`as Out<A>`).
 */
export function apply<T, R>(
  op: string,
  inputs: T,
  options: object,
  run: (inputs: Values<T>) => R,
): R {
  if (hasSymbolic(inputs)) return record(op, inputs, options, run) as R;
  return withSource(op, () => run(toStructure(inputs) as Values<T>));
}

/** The tree that an implementation sees: tensors and numbers for operands. */
export type Values<T> = T extends null | undefined
  ? T
  : T extends Operand
    ? Value
    : T extends readonly (infer U)[]
      ? Values<U>[]
      : { [K in keyof T]: Values<T[K]> };

function hasSymbolic(tree: unknown): boolean {
  if (tree instanceof Tensor) return false;
  if (tree instanceof SymbolicTensor) return true;
  if (Array.isArray(tree)) return tree.some(hasSymbolic);
  return isRecord(tree) && Object.values(tree).some(hasSymbolic);
}

function record<T, R>(
  op: string,
  inputs: T,
  options: object,
  run: (inputs: Values<T>) => R,
): unknown {
  const operation: OpOperation = new OpOperation(op, (tree) =>
    withSource(operation.name, () => run(toStructure(tree) as Values<T>)),
  );
  const outputs = infer(inputs, (tree) => operation.replay({ inputs: tree, options: {} }));
  const given = options as Readonly<Record<string, unknown>>;
  return new FunctionalNode(operation, { inputs, options: given }, outputs).outputs;
}

/** The outermost array is always a list of operands, even where all of them are numbers. */
function toStructure(tree: unknown): unknown {
  return Array.isArray(tree) ? tree.map(toValues) : toValues(tree);
}

function toValues(tree: unknown): unknown {
  if (tree instanceof Tensor) return tree;
  if (typeof tree === 'number') return tree;
  if (tree instanceof Variable) return tree.value;
  if (tree === null || tree === undefined) return tree;
  if (typeof tree === 'boolean') return toTensor(tree);
  if (isTypedArray(tree)) return toTensor(tree);
  if (Array.isArray(tree)) {
    return isNumeric(tree) ? toTensor(tree as number[]) : tree.map(toValues);
  }
  if (isRecord(tree)) {
    return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, toValues(item)]));
  }
  throw new ArgumentError(
    `expected a tensor, a variable, a number or an array, got ${describe(tree)}`,
  );
}

/** Whether an array is nested numbers rather than a list of operands. */
function isNumeric(array: readonly unknown[]): boolean {
  return array.every((item) =>
    Array.isArray(item) ? isNumeric(item) : typeof item === 'number' || typeof item === 'boolean',
  );
}

/** Any concrete operand as a tensor; all-integer arrays are int32, as in Keras' `convert_to_tensor`. */
export function toTensor(operand: Exclude<Operand, SymbolicTensor>): Tensor {
  if (operand instanceof Tensor) return operand;
  if (operand instanceof Variable) return operand.value;
  const integers = !isTypedArray(operand) && allIntegers(operand);
  const host = hostTensor(operand as number, integers ? 'int32' : undefined);
  return fromHost(host.data, host);
}

function allIntegers(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(allIntegers);
  return typeof value === 'number' && Number.isInteger(value);
}
