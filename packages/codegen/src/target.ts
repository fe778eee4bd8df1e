/**
 * What the planner must know of the hardware it plans for. Everything else about a backend stays in
 * its dialect and its library.
 */
import type { AnyNode, Aval, DType, HostArray } from '@addax/core';
import type { DevicePasses } from './device-plan.ts';
import type { Kernel } from './kernel.ts';

/** Choices of a generating backend. */
export interface Target {
  /** Bytes of one stored element. */
  byteWidth(dtype: DType): number;
  /** The type in which sums and products of this dtype accumulate. */
  accumulator(dtype: DType): DType;
  /** The value that comes out of storing `value` in this dtype (for constants). */
  round(value: number, dtype: DType): number;
  /** Element `i` of a host array, as a number. */
  decode(data: HostArray, dtype: DType, i: number): number;
  /** Smallest and largest value it can hold; −∞ and ∞ for floats. */
  range(dtype: DType): readonly [lowest: number, highest: number];
  /** Operand that a library call can overwrite with its first output, or −1. */
  inPlaceOperand(node: AnyNode): number;
  /** Bytes to which slots of the workspace are aligned. */
  readonly alignment: number;
  /** Nodes fused into one kernel at most; larger groups are cut. */
  readonly maxKernelNodes: number;
  /**
   * Whether reductions that keep trailing axes sweep a row of accumulators in scratch memory
   * (default), or let every element of the result have its own accumulator.
   */
  readonly rowAccumulators?: boolean;
  /**
   * For devices that bind whole buffers, `devicePasses`: the workspace is a set of buffers, not one
   * block; every live value gets a buffer of its own, and offsets of places are numbers of buffers.
   * What follows is for such devices alone.
   */
  readonly passes?: DevicePasses;
  /** Distinct memories that one kernel may bind, at least 4; groups that need more are cut. */
  readonly maxKernelBuffers?: number;
  /** A stored bool takes as much memory as a float: masks are rather computed again than stored. */
  readonly wideBooleans?: boolean;
  /** Reductions in which every thread would take more elements than this are made in two stages. */
  readonly longestReduction?: number;
  /** Whether the library runs this composite whole; compile() inlines all others. Default: none. */
  runsComposite?(node: AnyNode, avals: readonly Aval[]): boolean;
  /** Whether this kernel, which alone reads the call's first output, can run inside the call. */
  fusesEpilogue?(node: AnyNode, kernel: Kernel): boolean;
}
