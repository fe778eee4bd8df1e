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
  | { readonly kind: 'workspace'; readonly offset: number };

/** A typed view of memory. */
export interface Slot {
  readonly place: Place;
  readonly dtype: DType;
  readonly length: number;
}

/** One launch. Numbers are slots. */
export type Step =
  | { readonly kind: 'kernel'; readonly kernel: Kernel; readonly slots: readonly number[] }
  | {
      readonly kind: 'call';
      readonly node: AnyNode;
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
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
}
