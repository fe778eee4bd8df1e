/**
 * The methods that tensors, variables and symbolic tensors share: what operators would be, and
 * nothing else. They call through a table that `ops/methods.ts` fills, because ops stand above
 * tensors.
 */
import type { DType } from '../dtypes.ts';
import type { Operand, Out } from './operand.ts';

/** Options of reducing methods. */
export interface ReduceOptions {
  /** Axis or axes to reduce; all of them by default. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Keep reduced axes with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

/** What `ops/methods.ts` provides. */
export interface MethodTable {
  binary(name: BinaryMethod, a: Operand, b: Operand): Operand;
  unary(name: UnaryMethod, a: Operand): Operand;
  reduce(name: ReduceMethod, a: Operand, options: ReduceOptions): Operand;
  reshape(a: Operand, shape: readonly number[]): Operand;
  transpose(a: Operand, axes: readonly number[] | undefined): Operand;
  slice(a: Operand, start: readonly number[], sizes: readonly number[]): Operand;
  cast(a: Operand, dtype: DType): Operand;
}

/** Two-operand methods. */
export type BinaryMethod =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'mod'
  | 'power'
  | 'matmul'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual';

/** One-operand methods. */
export type UnaryMethod = 'negative' | 'abs' | 'square' | 'sqrt' | 'exp' | 'log';

/** Reducing methods. */
export type ReduceMethod = 'sum' | 'mean' | 'max' | 'min';

/** Filled by `ops/methods.ts`. */
export const methodTable: { current: MethodTable | undefined } = { current: undefined };

function table(): MethodTable {
  return methodTable.current!;
}

/** Node's `util.inspect.custom`. */
export const inspectSymbol: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** Base of everything that ops take as a tensor. */
export abstract class TensorMethods {
  static {
    const inspect = function (this: TensorMethods): string {
      return this.toString();
    };
    Object.defineProperty(TensorMethods.prototype, inspectSymbol, { value: inspect });
  }

  #binary<B extends Operand>(name: BinaryMethod, other: B): Out<this | B> {
    return table().binary(name, this as unknown as Operand, other) as Out<this | B>;
  }

  #unary(name: UnaryMethod): Out<this> {
    return table().unary(name, this as unknown as Operand) as Out<this>;
  }

  #reduce(name: ReduceMethod, options: ReduceOptions): Out<this> {
    return table().reduce(name, this as unknown as Operand, options) as Out<this>;
  }

  /** this + other, with broadcasting and promotion. */
  add<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('add', other);
  }

  /** this − other. */
  sub<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('subtract', other);
  }

  /** this × other. */
  mul<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('multiply', other);
  }

  /** this ÷ other (true division). */
  div<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('divide', other);
  }

  /** Remainder with the sign of the divisor. */
  mod<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('mod', other);
  }

  /** this to the power of other. */
  pow<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('power', other);
  }

  /** Matrix product over the last two axes. */
  matmul<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('matmul', other);
  }

  /** this = other, elementwise. */
  equal<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('equal', other);
  }

  /** this ≠ other. */
  notEqual<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('notEqual', other);
  }

  /** this < other. */
  less<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('less', other);
  }

  /** this ≤ other. */
  lessEqual<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('lessEqual', other);
  }

  /** this > other. */
  greater<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('greater', other);
  }

  /** this ≥ other. */
  greaterEqual<B extends Operand>(other: B): Out<this | B> {
    return this.#binary('greaterEqual', other);
  }

  /** −this. */
  neg(): Out<this> {
    return this.#unary('negative');
  }

  /** |this|. */
  abs(): Out<this> {
    return this.#unary('abs');
  }

  /** this². */
  square(): Out<this> {
    return this.#unary('square');
  }

  /** √this. */
  sqrt(): Out<this> {
    return this.#unary('sqrt');
  }

  /** e^this. */
  exp(): Out<this> {
    return this.#unary('exp');
  }

  /** Natural logarithm. */
  log(): Out<this> {
    return this.#unary('log');
  }

  /** Sum over axes. */
  sum(options: ReduceOptions = {}): Out<this> {
    return this.#reduce('sum', options);
  }

  /** Mean over axes. */
  mean(options: ReduceOptions = {}): Out<this> {
    return this.#reduce('mean', options);
  }

  /** Maximum over axes. */
  max(options: ReduceOptions = {}): Out<this> {
    return this.#reduce('max', options);
  }

  /** Minimum over axes. */
  min(options: ReduceOptions = {}): Out<this> {
    return this.#reduce('min', options);
  }

  /** The same elements in another shape; one size may be −1. */
  reshape(shape: readonly number[]): Out<this> {
    return table().reshape(this as unknown as Operand, shape) as Out<this>;
  }

  /** Permuted axes; reversed by default. */
  transpose(axes?: readonly number[]): Out<this> {
    return table().transpose(this as unknown as Operand, axes) as Out<this>;
  }

  /** A window: `sizes` elements from `start`; a size of −1 goes to the end. */
  slice(start: readonly number[], sizes: readonly number[]): Out<this> {
    return table().slice(this as unknown as Operand, start, sizes) as Out<this>;
  }

  /** The same values in another dtype. */
  cast(dtype: DType): Out<this> {
    return table().cast(this as unknown as Operand, dtype) as Out<this>;
  }
}
