/**
 * Symbolic tensors: what `input()` returns and what layers and ops give when called on one. They
 * have a shape with unknown axes, a dtype and a history, and no values.
 */
import type { DType } from '../dtypes.ts';
import { autoName } from '../naming.ts';
import { TensorMethods } from '../tensor/methods.ts';
import type { FunctionalNode } from './functional-node.ts';

/** A shape with unknown axes as null. */
export type SymbolicShape = readonly (number | null)[];

/** Where a symbolic tensor comes from. */
export interface History {
  readonly node: FunctionalNode;
  /** Position among the node's outputs. */
  readonly tensorIndex: number;
}

/** A placeholder in a functional model. */
export class SymbolicTensor extends TensorMethods {
  readonly shape: SymbolicShape;
  readonly dtype: DType;
  readonly name: string;
  /** The node that made it; inputs are made by an input layer's node. */
  history: History | undefined;
  /** The mask that travels with it, as in Keras. */
  mask: SymbolicTensor | undefined;
  readonly #brand = true;

  constructor(shape: SymbolicShape, dtype: DType, name?: string) {
    super();
    this.shape = Object.freeze([...shape]);
    this.dtype = dtype;
    this.name = name ?? autoName('symbolic_tensor');
    void this.#brand;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  override toString(): string {
    const shape = this.shape.map((size) => size ?? 'null').join(', ');
    return `SymbolicTensor(${this.name}, ${this.dtype}[${shape}])`;
  }
}
