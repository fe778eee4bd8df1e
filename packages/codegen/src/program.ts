/**
 * A planned program: what a generating backend runs. Slots say where every value lives, steps what
 * to do in which order. Plain data; text and machine code are made from it by the backend.
 */
import type { AnyNode, DType } from '@addax/core';
import type { Kernel } from './kernel.ts';

/** Where a value lives. */
export type Place =
  | { readonly kind: 'input'; readonly index: number }
  /** Memory of a graph output; a donated input's memory if `donors` has one for it. */
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  /** Offset in bytes, or the number of a buffer if the target keeps them separate. */
  | { readonly kind: 'workspace'; readonly offset: number };

/** A typed view of memory. */
export interface Slot {
  readonly place: Place;
  readonly dtype: DType;
  readonly length: number;
}

/** A kernel that runs inside a call. */
export interface Epilogue {
  readonly kernel: Kernel;
  /** Beside the kernel's buffers; −1 for the supplied one. */
  readonly slots: readonly number[];
  /** The buffer whose elements the call supplies, each at the position it is written at. */
  readonly supplied: number;
}

/** One launch. Numbers are slots. */
export type Step =
  | { readonly kind: 'kernel'; readonly kernel: Kernel; readonly slots: readonly number[] }
  | {
      readonly kind: 'call';
      readonly node: AnyNode;
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
      /** What is done with each element of the first output, which then has no memory: slot −1. */
      readonly epilogue?: Epilogue;
    }
  | { readonly kind: 'copy'; readonly from: number; readonly to: number };

/** What a step was made of, for dumps and errors. */
export type StepSource = readonly string[];

/** The plan of a graph. */
export interface Program {
  readonly slots: readonly Slot[];
  readonly steps: readonly Step[];
  /** Beside `steps`. */
  readonly sources: readonly StepSource[];
  /** Input whose memory backs output i, or −1. */
  readonly donors: readonly number[];
  readonly workspaceBytes: number;
  /** Bytes of the buffers of a separate workspace; none otherwise. */
  readonly workspaceBuffers: readonly number[];
}
