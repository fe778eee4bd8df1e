/**
 * Where the values of a program lie. Rooms are the memory that the plan of the program names; values
 * that one launch works on side by side are packed into rooms of their own, or, if they are donated,
 * into arenas: inputs that share memory.
 */
import { printWgsl } from '@addax/codegen/device';
import type { Program } from '@addax/codegen';
import type { WgslKernel } from '@addax/codegen/device';
import type { Graph } from '@addax/core';
import type { Abilities } from '../launch.ts';
import { isHalf, WORD_BYTES, wordsOf } from '../storage.ts';
import { formGroups } from './batches.ts';
import type { Group } from './batches.ts';
import { type Packable, Packs, roomFor } from './packs.ts';
import type { Place, Room } from './routine.ts';
import { type Position, sharing } from './sharing.ts';
import { findThings } from './things.ts';
import type { Thing, Things } from './things.ts';

/** What is known of the memory around a graph. */
export interface Surroundings {
  readonly abilities: Abilities;
  /** Whether inputs and outputs always start at multiples of four words. */
  readonly alignedInputs: readonly boolean[];
  readonly alignedOutputs: readonly boolean[];
  /** It is the body of a node, and may run again and again. */
  readonly isInner: boolean;
}

/** Stands for the operand that a call hands to its epilogue. */
const SUPPLIED: Place = { room: -1, offset: 0 };

/** The rooms of a program, and where in them its steps find their operands. */
export class Layout {
  readonly rooms: Room[] = [];
  /** Launches in the order in which they run. */
  readonly groups: readonly Group[];
  /** Donated inputs that must lie in one memory, by their number. */
  readonly arenas: readonly (readonly number[])[];
  private readonly graph: Graph;
  private readonly program: Program;
  private readonly surroundings: Surroundings;
  private readonly roomOf = new Map<string, number>();
  private readonly things: Things;
  /** Where each thing lies. */
  private readonly places: readonly Place[];
  /** Memory of the rooms in arenas. */
  private readonly shared = new Map<number, number>();
  private readonly batched = new Map<number, WgslKernel>();

  constructor(graph: Graph, program: Program, surroundings: Surroundings) {
    this.graph = graph;
    this.program = program;
    this.surroundings = surroundings;
    const { abilities } = surroundings;
    this.things = findThings(program, {
      rooms: program.slots.map((_, slot) => this.settle(slot)),
      isOwn: (room) => this.rooms[room].home.kind === 'own',
      isHalf: ({ dtype }) => isHalf(dtype, abilities),
    });
    const { things } = this;
    const { maxBindingBytes, maxBindings } = abilities;
    const candidates = things.list.map((thing) => this.packable(thing));
    const packs = new Packs(candidates, maxBindingBytes / WORD_BYTES);
    this.groups = formGroups({
      program,
      things,
      packs,
      isInner: surroundings.isInner,
      maxBindings,
      isOwn: (thing) => candidates[thing].kind === 'own',
      isLent: (thing) => candidates[thing].kind === 'input',
      textOf: (step) => this.printBatched(step)?.code,
    });
    const { places, arenas } = this.pack(packs);
    this.places = places;
    this.arenas = arenas;
  }

  /** Where the operands of a step lie. */
  placesOf(step: number): Place[] {
    return this.things.operands[step].map(({ thing }) =>
      thing < 0 ? SUPPLIED : this.places[thing],
    );
  }

  /** A place as a kernel sees it: rooms of one arena are one memory. */
  positionOf({ room, offset }: Place): Position {
    return { memory: this.shared.get(room) ?? room, at: `${room}+${offset}` };
  }

  isAligned({ room, offset }: Place): boolean {
    return this.rooms[room].aligned && offset % 4 === 0;
  }

  /** More memory of its own. */
  addRoom(words: number): number {
    return this.rooms.push({ home: { kind: 'own' }, words, aligned: true }) - 1;
  }

  /** Whether none of these slots has elements. */
  isEmpty(slots: readonly number[]): boolean {
    return slots.every((slot) => slot >= 0 && this.program.slots[slot].length === 0);
  }

  /** A kernel step as part of a batch, whatever it is packed with. */
  printBatched(index: number): WgslKernel | undefined {
    const known = this.batched.get(index);
    const step = this.program.steps[index];
    if (known !== undefined || step.kind !== 'kernel') return known;
    const operands = this.things.operands[index];
    const written = operands.map(({ isWritten }) => isWritten);
    if (this.isEmpty(step.slots.filter((_, i) => written[i]))) return undefined;
    const positions = operands.map(({ thing }): Position => ({ memory: thing, at: '' }));
    const printed = printWgsl(step.kernel, {
      ...sharing(positions, written),
      halfFloats: this.surroundings.abilities.halfFloats,
      aligned: operands.map(({ thing }) => this.rooms[this.things.list[thing].room].aligned),
      maxThreads: this.surroundings.abilities.maxThreads,
      workgroupTiles: this.surroundings.abilities.workgroupTiles,
      batched: true,
    });
    this.batched.set(index, printed);
    return printed;
  }

  /** The room of a slot. */
  private settle(slot: number): number {
    const { place, length, dtype } = this.program.slots[slot];
    const ownWords = wordsOf(length, dtype, this.surroundings.abilities);
    switch (place.kind) {
      case 'input':
        return this.inputRoom(place.index, ownWords);
      case 'output': {
        const donor = this.program.donors[place.index];
        if (donor >= 0) return this.inputRoom(donor, ownWords);
        const aligned = this.surroundings.alignedOutputs[place.index];
        return this.room(`output:${place.index}`, { home: place, words: ownWords, aligned });
      }
      case 'constant': {
        const data = this.graph.constants.get(place.value)!;
        const home = { kind: 'constant', data, aval: this.graph.avals[place.value] } as const;
        return this.room(`constant:${place.value}`, { home, words: ownWords, aligned: true });
      }
      case 'workspace': {
        const words = this.program.workspaceBuffers[place.offset] / WORD_BYTES;
        return this.room(`own:${place.offset}`, { home: { kind: 'own' }, words, aligned: true });
      }
    }
  }

  private inputRoom(index: number, words: number): number {
    const aligned = this.surroundings.alignedInputs[index];
    return this.room(`input:${index}`, { home: { kind: 'input', index }, words, aligned });
  }

  private room(key: string, room: Room): number {
    const known = this.roomOf.get(key);
    if (known !== undefined) return known;
    this.roomOf.set(key, this.rooms.length);
    return this.rooms.push(room) - 1;
  }

  private packable({ room, words, isHalf: half }: Thing): Packable {
    const { home } = this.rooms[room];
    if (home.kind === 'own') return { words, isHalf: half, kind: 'own' };
    const isLent = home.kind === 'input' && this.program.donors.includes(home.index);
    return { words, isHalf: half, kind: isLent ? 'input' : undefined };
  }

  /** Makes rooms of packs; donated inputs stay in theirs, which then share memory. */
  private pack(packs: Packs): { places: Place[]; arenas: number[][] } {
    const { list } = this.things;
    const places = list.map(({ room }): Place => ({ room, offset: 0 }));
    const arenas: number[][] = [];
    for (const members of packs.all) {
      const homes = members.map((thing) => this.rooms[list[thing].room].home);
      if (homes[0].kind === 'input') {
        arenas.push(homes.map((home) => (home.kind === 'input' ? home.index : -1)));
        const [first] = members;
        for (const thing of members) this.shared.set(list[thing].room, list[first].room);
        continue;
      }
      let words = 0;
      const room = this.addRoom(0);
      for (const thing of members) {
        places[thing] = { room, offset: words };
        words += roomFor(list[thing].words);
      }
      this.rooms[room].words = words;
    }
    return { places, arenas };
  }
}
