/**
 * A graph after planning and lowering, before it is known where its inputs and outputs lie: launches
 * and loops over numbered rooms of memory. The body of a loop is lowered once and recorded once per
 * step, each time with other memory behind its rooms.
 */
import type { Aval, HostArray, OpAttrs } from '@addax/core';
import type { Groups, Shader } from '../launch.ts';

/** What memory a room is. */
export type Home =
  | { readonly kind: 'input'; readonly index: number }
  /** Memory of a graph output that no donated input lends. */
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'constant'; readonly data: HostArray; readonly aval: Aval }
  /** Memory of the executable; holds nothing between runs. */
  | { readonly kind: 'own' };

/** Memory that launches name by its number. */
export interface Room {
  readonly home: Home;
  words: number;
  /** Starts at a multiple of four words whenever the routine is recorded. */
  readonly aligned: boolean;
}

/** A value: where in which room it starts. */
export interface Place {
  readonly room: number;
  /** In words. */
  readonly offset: number;
}

/** One dispatch. */
export interface Dispatch {
  readonly kind: 'dispatch';
  readonly shader: Shader;
  /** One per binding. No memory stands twice among them if one of the two is written. */
  readonly places: readonly Place[];
  /** Values in the memory of other bindings: their offsets are the first parameters. */
  readonly apart: readonly Place[];
  /** The words behind the offsets: integers as they are, floats as their bits. */
  readonly params: Uint32Array;
  readonly groups: Groups;
  /** What it was made of, for dumps. */
  readonly source: string;
}

/** What one kernel of a batch works on. */
export interface Segment {
  /** One per binding of the text. */
  readonly places: readonly Place[];
  readonly params: Uint32Array;
  readonly workgroups: number;
}

/** Several kernels of one text as one dispatch, over a table that says who works on what. */
export interface Batch {
  readonly kind: 'batch';
  /** Its last binding is the table. */
  readonly shader: Shader;
  readonly segments: readonly Segment[];
  readonly source: string;
}

/** Loops and branches have their operands and results in places like every other node. */
interface Control {
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  readonly source: string;
}

/** A loop of known length. */
export interface Scan extends Control {
  readonly kind: 'scan';
  readonly attrs: OpAttrs['scan'];
  readonly body: Routine;
}

/** A branch. */
export interface Cond extends Control {
  readonly kind: 'cond';
  readonly then: Routine;
  readonly otherwise: Routine;
  /** Whether each side, then and otherwise, has so much to do that it should only run if it is due. */
  readonly isBig: readonly [then: boolean, otherwise: boolean];
}

/** A loop whose length its values decide. */
export interface While extends Control {
  readonly kind: 'while';
  readonly constants: number;
  readonly test: Routine;
  readonly body: Routine;
}

/** What a routine does, in order. */
export type Item = Dispatch | Batch | Scan | Cond | While;

/** A lowered graph. */
export interface Routine {
  readonly rooms: readonly Room[];
  /** Words of each graph input. */
  readonly inputWords: readonly number[];
  readonly outputWords: readonly number[];
  /** Input whose memory backs output i, or −1. */
  readonly donors: readonly number[];
  readonly items: readonly Item[];
  /** Inputs that must lie in one memory, and in another than those of other lists. */
  readonly arenas: readonly (readonly number[])[];
  /** A `while` stands somewhere in it, so that the host has to read while it runs. */
  readonly waits: boolean;
}

/** Launches of a routine in a run; how long a `while` goes on is not known. */
export function launchCount({ items }: Routine): number {
  return items.reduce((sum, item) => {
    switch (item.kind) {
      case 'scan':
        return sum + item.attrs.length * launchCount(item.body);
      case 'cond':
        return sum + launchCount(item.then) + launchCount(item.otherwise);
      case 'while':
        return sum + launchCount(item.test) + launchCount(item.body);
      default:
        return sum + 1;
    }
  }, 0);
}
