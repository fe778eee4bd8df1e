/**
 * What an executable does in a run: launches over cells of memory, in order. Loops of known length
 * are unrolled into them; only where the host has to read a condition are there other steps.
 */
import type { Aval, HostArray } from '@addax/core';
import type { Groups, Shader } from '../launch.ts';
import type { Routine } from './routine.ts';

/** Memory of an executable, known by its number. */
export interface Cell {
  readonly home:
    | { readonly kind: 'input'; readonly index: number }
    | { readonly kind: 'output'; readonly index: number }
    | { readonly kind: 'constant'; readonly data: HostArray; readonly aval: Aval }
    | { readonly kind: 'own' }
    /** The tables of batches. */
    | { readonly kind: 'table' }
    /** The workgroups of launches that may be left out. */
    | { readonly kind: 'guards' };
  words: number;
}

/** Where a value starts, in words from the start of its cell. */
export interface Spot {
  readonly cell: number;
  readonly offset: number;
}

/** One dispatch. */
export interface Launch {
  readonly kind: 'launch';
  readonly shader: Shader;
  readonly spots: readonly Spot[];
  /** Values whose offsets are the first parameters. */
  readonly apart: readonly Spot[];
  readonly params: Uint32Array;
  readonly groups: Groups;
  /** The workgroups that count: those above, or none, where the branch is not taken. */
  readonly guard?: Spot;
  readonly source: string;
}

/** The table of a batch: who works on what. */
export interface Table {
  /** Where it starts, in words. */
  readonly start: number;
  /** Of the shader: which offsets count half words. */
  readonly halves?: Shader['halves'];
  readonly segments: readonly {
    readonly spots: readonly Spot[];
    readonly params: Uint32Array;
    readonly workgroups: number;
  }[];
}

/** A loop that goes on as long as its test says so. */
export interface Loop {
  readonly kind: 'loop';
  /** Whether it goes on; the test clears it. */
  readonly going: Spot;
  readonly test: readonly Step[];
  /** Changes the carries only if it goes on. */
  readonly body: readonly Step[];
  /** Iterations that may be recorded before the host looks whether the first of them is due. */
  readonly ahead: number;
}

/** A branch of which only one side may run, since a loop in it might never end. */
export interface Branch {
  readonly kind: 'branch';
  readonly predicate: Spot;
  readonly then: readonly Step[];
  readonly otherwise: readonly Step[];
}

/** One step. */
export type Step = Launch | Loop | Branch;

/** An unrolled program. */
export interface Tape {
  readonly cells: readonly Cell[];
  readonly steps: readonly Step[];
  readonly tables: readonly Table[];
  /** Words of the cell of guards, if there is one, before the first run. */
  readonly guards: readonly number[];
  readonly routine: Routine;
}

/** Every launch of some steps, wherever it stands. */
export function launchesOf(steps: readonly Step[]): Launch[] {
  return steps.flatMap((step) => {
    switch (step.kind) {
      case 'launch':
        return [step];
      case 'branch':
        return [...launchesOf(step.then), ...launchesOf(step.otherwise)];
      case 'loop':
        return launchesOf([...step.test, ...step.body]);
    }
  });
}
