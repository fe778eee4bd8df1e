/** What ops take and give: the types behind one set of functions for concrete and symbolic tensors. */
import type { SymbolicTensor } from '../symbolic/symbolic-tensor.ts';
import type { Variable } from '../variable.ts';
import type { Nested, TypedArray } from './host.ts';
import type { Tensor } from './tensor.ts';

/** Anything an op takes as a tensor. */
export type Operand = Tensor | Variable | SymbolicTensor | TypedArray | Nested;

/** Symbolic if any operand is, else a tensor. */
export type Out<A> = [Extract<A, SymbolicTensor>] extends [never] ? Tensor : SymbolicTensor;

/** A tensor, an array or a record of them. */
export type Struct<A> = A | readonly A[] | { readonly [key: string]: A };
