/** The calls of a program to the library: which launches they become. */
import { prelude, printEpilogue } from '@addax/codegen/device';
import type { Epilogue as Tail, Step } from '@addax/codegen';
import type { Aval } from '@addax/core';
import type { Abilities, Operand } from '../launch.ts';
import type { Call, Epilogue } from '../library/call.ts';
import { lowerCall } from '../library/library.ts';
import type { Layout } from './layout.ts';
import type { Dispatch, Place } from './routine.ts';
import { halvesOf, sharing, usesOf, writtenBuffers } from './sharing.ts';
import { inPlaceOperand } from './target.ts';

type CallStep = Extract<Step, { readonly kind: 'call' }>;

/** Lowers the calls of one program, which follow one another and so share scratch memory. */
export class Calls {
  private readonly layout: Layout;
  private readonly avals: readonly Aval[];
  private readonly abilities: Abilities;
  private readonly scratch: number[] = [];

  constructor(layout: Layout, avals: readonly Aval[], abilities: Abilities) {
    this.layout = layout;
    this.avals = avals;
    this.abilities = abilities;
  }

  /** The launches of step `index`. */
  lower(index: number, { node, inputs, outputs, epilogue }: CallStep, source: string): Dispatch[] {
    const { layout, avals, abilities } = this;
    const places = layout.placesOf(index);
    const at = (slot: number): Operand => ({ kind: 'slot', slot });
    const placeOf = (operand: Operand): Place =>
      operand.kind === 'slot' ? places[operand.slot] : { room: operand.scratch, offset: 0 };
    const heir = inPlaceOperand(node);
    const isInPlace =
      heir >= 0 &&
      places[heir].room === places[inputs.length].room &&
      places[heir].offset === places[inputs.length].offset;
    const launches: Dispatch[] = [];
    let used = 0;
    const call: Call = {
      avals,
      abilities,
      inPlace: isInPlace,
      input: at,
      output: (i) => at(inputs.length + i),
      scratch: (words) => ({ kind: 'scratch', scratch: this.scratchRoom(used++, words) }),
      isAligned: (operand) => layout.isAligned(placeOf(operand)),
      epilogue:
        epilogue === undefined
          ? undefined
          : this.epilogue(epilogue, places, inputs.length + outputs.length),
      launch: (shader, operands, params, groups) => {
        if (groups.some((count) => count === 0)) return;
        launches.push({
          kind: 'dispatch',
          shader,
          places: operands.map(placeOf),
          apart: [],
          params: params instanceof Uint32Array ? params : Uint32Array.from(params),
          groups,
          source,
        });
      },
    };
    lowerCall(node, call);
    return launches;
  }

  /** Room of scratch number `i` of a call. */
  private scratchRoom(i: number, words: number): number {
    if (i === this.scratch.length) this.scratch.push(this.layout.addRoom(0));
    const room = this.layout.rooms[this.scratch[i]];
    room.words = Math.max(room.words, words);
    return this.scratch[i];
  }

  /** Its buffers are the places from number `first` on. */
  private epilogue({ kernel, supplied }: Tail, places: readonly Place[], first: number): Epilogue {
    const positions = kernel.buffers.map((_, i) => this.layout.positionOf(places[first + i]));
    const printed = printEpilogue(kernel, {
      supplied,
      ...sharing(positions, writtenBuffers(kernel)),
      halfFloats: this.abilities.halfFloats,
    });
    return {
      bindings: usesOf(printed.bindings),
      halves: halvesOf(printed),
      operands: printed.bindings.map(({ buffers }) => ({
        kind: 'slot',
        slot: first + buffers[0],
      })),
      params: Array.from(printed.params),
      text: (binding, word) => {
        const text = printed.text(binding, word);
        return `${prelude(text)}${text}\n`;
      },
    };
  }
}
