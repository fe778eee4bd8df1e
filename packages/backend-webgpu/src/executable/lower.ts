/**
 * Graph → routine: plans the graph, prints its kernels, asks the library for the launches of its
 * calls, and lowers the bodies of loops and branches.
 */
import { planProgram, printWgsl } from '@addax/codegen';
import type { Program, Step, WgslBinding } from '@addax/codegen';
import type { Aval, Graph } from '@addax/core';
import { sizeOf } from '@addax/core';
import type { Abilities, Groups, Operand, Shader } from '../launch.ts';
import type { Call } from '../library/call.ts';
import { lowerCall } from '../library/library.ts';
import { copy } from './kernels.ts';
import type { Cond, Dispatch, Item, Place, Room, Routine, Scan, While } from './routine.ts';
import { targetOf } from './target.ts';

/** What lowering is told of the surroundings of a graph. */
export interface LowerOptions {
  readonly abilities: Abilities;
  readonly donate: readonly (readonly [input: number, output: number])[];
  /** Whether inputs and outputs always start at multiples of four words. */
  readonly alignedInputs: readonly boolean[];
  readonly alignedOutputs: readonly boolean[];
}

/** Lowers a graph whose inputs and outputs have memory of their own. */
export function lowerProgram(
  graph: Graph,
  abilities: Abilities,
  donate: LowerOptions['donate'],
): Routine {
  const alignedInputs = graph.inputs.map(() => true);
  const alignedOutputs = graph.outputs.map(() => true);
  return lower(graph, { abilities, donate, alignedInputs, alignedOutputs });
}

/** Lowers a graph. */
export function lower(graph: Graph, options: LowerOptions): Routine {
  return new Lowerer(graph, options).run();
}

type KernelStep = Extract<Step, { readonly kind: 'kernel' }>;
type CallStep = Extract<Step, { readonly kind: 'call' }>;

class Lowerer {
  private readonly graph: Graph;
  private readonly options: LowerOptions;
  private readonly program: Program;
  private readonly rooms: Room[] = [];
  private readonly roomOf = new Map<string, number>();
  /** Room of each slot of the program. */
  private readonly slotRooms: readonly number[];
  private readonly scratch: number[] = [];
  private readonly items: Item[] = [];

  constructor(graph: Graph, options: LowerOptions) {
    this.graph = graph;
    this.options = options;
    const target = targetOf(options.abilities);
    this.program = planProgram(graph, target, options.donate);
    this.slotRooms = this.program.slots.map((_, slot) => this.settle(slot));
  }

  run(): Routine {
    const { graph, program, items, rooms } = this;
    program.steps.forEach((step, i) => {
      const source = program.sources[i].join(', ');
      if (step.kind === 'copy') this.copy(step.from, step.to);
      else if (step.kind === 'kernel') this.kernel(step, source);
      else this.call(step, source);
    });
    const words = (value: number): number => sizeOf(graph.avals[value].shape);
    return {
      rooms,
      inputs: graph.inputs.map((_, index) => this.roomOf.get(`input:${index}`) ?? -1),
      inputWords: graph.inputs.map(words),
      outputWords: graph.outputs.map(words),
      donors: program.donors,
      items,
      waits: items.some(doesWait),
    };
  }

  /** The room of a slot. */
  private settle(slot: number): number {
    const { place, length } = this.program.slots[slot];
    const { alignedOutputs } = this.options;
    switch (place.kind) {
      case 'input':
        return this.inputRoom(place.index, length);
      case 'output': {
        const donor = this.program.donors[place.index];
        if (donor >= 0) return this.inputRoom(donor, length);
        const aligned = alignedOutputs[place.index];
        return this.room(`output:${place.index}`, { home: place, words: length, aligned });
      }
      case 'constant': {
        const data = this.graph.constants.get(place.value)!;
        const aval: Aval = this.graph.avals[place.value];
        const home = { kind: 'constant', data, aval } as const;
        return this.room(`constant:${place.value}`, { home, words: length, aligned: true });
      }
      case 'workspace': {
        const words = this.program.workspaceBuffers[place.offset] / 4;
        return this.room(`own:${place.offset}`, { home: { kind: 'own' }, words, aligned: true });
      }
    }
  }

  private inputRoom(index: number, words: number): number {
    const aligned = this.options.alignedInputs[index];
    return this.room(`input:${index}`, { home: { kind: 'input', index }, words, aligned });
  }

  private room(key: string, room: Room): number {
    const known = this.roomOf.get(key);
    if (known !== undefined) return known;
    this.roomOf.set(key, this.rooms.length);
    return this.rooms.push(room) - 1;
  }

  private place(slot: number): Place {
    return { room: this.slotRooms[slot], offset: 0 };
  }

  private isAligned(place: Place): boolean {
    return this.rooms[place.room].aligned && place.offset % 4 === 0;
  }

  private isEmpty(slots: readonly number[]): boolean {
    return slots.every((slot) => slot >= 0 && this.program.slots[slot].length === 0);
  }

  private dispatch(item: Omit<Dispatch, 'kind'>): void {
    if (item.groups.every((count) => count > 0)) this.items.push({ kind: 'dispatch', ...item });
  }

  private copy(from: number, to: number): void {
    const places = [this.place(from), this.place(to)];
    const { length } = this.program.slots[to];
    if (length === 0) return;
    const aligned = places.every((place) => this.isAligned(place));
    const move = copy(length, aligned, this.options.abilities);
    this.dispatch({ ...move, places, apart: [], source: 'copy' });
  }

  private kernel({ kernel, slots }: KernelStep, source: string): void {
    const written = slots.filter((_, i) => kernel.buffers[i].use === 'write');
    if (this.isEmpty(written)) return;
    const { maxThreads, maxGroups } = this.options.abilities;
    const places = slots.map((slot) => this.place(slot));
    const printed = printWgsl(kernel, {
      ...sharing(
        places,
        kernel.buffers.map(({ use }) => use !== 'read'),
      ),
      aligned: places.map((place) => this.isAligned(place)),
      maxThreads,
    });
    const { code, bindings, params, apart } = printed;
    this.dispatch({
      shader: { label: source, code, bindings: usesOf(bindings), words: params.length },
      places: bindings.map(({ buffers }) => places[buffers[0]]),
      apart: apart.map((buffer) => places[buffer]),
      params,
      groups: printed.groups(maxGroups),
      source,
    });
  }

  private call(step: CallStep, source: string): void {
    const { node } = step;
    if (this.isEmpty(step.outputs)) return;
    const inputs = step.inputs.map((slot) => this.place(slot));
    if (node.op === 'scan' || node.op === 'cond' || node.op === 'while') {
      const outputs = step.outputs.map((slot) => this.place(slot));
      const control = { inputs, outputs, source };
      if (node.op === 'scan') this.items.push(this.scan(node.attrs, control));
      else if (node.op === 'cond') this.items.push(this.cond(node.attrs, control));
      else this.items.push(this.loop(node.attrs, control));
      return;
    }
    const { abilities } = this.options;
    let used = 0;
    const call: Call = {
      avals: this.graph.avals,
      abilities,
      inPlace: inputs.length > 0 && step.inputs[0] >= 0 && this.isInPlace(step),
      input: (i) => ({ kind: 'slot', slot: step.inputs[i] }),
      output: (i) => ({ kind: 'slot', slot: step.outputs[i] }),
      scratch: (words) => ({ kind: 'scratch', scratch: this.scratchRoom(used++, words) }),
      isAligned: (operand) => this.isAligned(this.placeOf(operand)),
      epilogue: undefined,
      launch: (shader, operands, params, groups) => {
        this.launch(shader, operands, params, groups, source);
      },
    };
    lowerCall(node, call);
  }

  private isInPlace({ node, inputs, outputs }: CallStep): boolean {
    const operand = targetOf(this.options.abilities).inPlaceOperand(node);
    return (
      operand >= 0 &&
      outputs[0] >= 0 &&
      this.slotRooms[inputs[operand]] === this.slotRooms[outputs[0]]
    );
  }

  private placeOf(operand: Operand): Place {
    if (operand.kind === 'slot') return this.place(operand.slot);
    return { room: operand.scratch, offset: 0 };
  }

  /** Scratch memory number `i` of a call; calls follow one another, so they share it. */
  private scratchRoom(i: number, words: number): number {
    if (i === this.scratch.length) {
      const home = { kind: 'own' } as const;
      this.scratch.push(this.rooms.push({ home, words, aligned: true }) - 1);
    }
    const room = this.rooms[this.scratch[i]];
    room.words = Math.max(room.words, words);
    return this.scratch[i];
  }

  private launch(
    shader: Shader,
    operands: readonly Operand[],
    params: readonly number[] | Uint32Array,
    groups: Groups,
    source: string,
  ): void {
    const places = operands.map((operand) => this.placeOf(operand));
    const words = params instanceof Uint32Array ? params : Uint32Array.from(params);
    const named = { ...shader, label: `${shader.label}: ${source}` };
    this.dispatch({ shader: named, places, apart: [], params: words, groups, source });
  }

  private scan(attrs: Scan['attrs'], control: Pick<Scan, 'inputs' | 'outputs' | 'source'>): Scan {
    const { body, constants, carries, length } = attrs;
    const words = (value: number): number => sizeOf(body.avals[value].shape);
    const inputs = control.inputs.map((place) => this.isAligned(place));
    const outputs = control.outputs.map((place) => this.isAligned(place));
    const slice = (aligned: boolean, value: number): boolean =>
      aligned && (length <= 1 || words(value) % 4 === 0);
    const routine = lower(body, {
      abilities: this.options.abilities,
      donate: [],
      alignedInputs: body.inputs.map((value, i) =>
        i < constants + carries ? inputs[i] : slice(inputs[i], value),
      ),
      alignedOutputs: body.outputs.map((value, i) =>
        i < carries ? outputs[i] : slice(outputs[i], value),
      ),
    });
    return { kind: 'scan', attrs, body: routine, ...control };
  }

  private cond(
    { then, else: otherwise }: { readonly then: Graph; readonly else: Graph },
    control: Pick<Cond, 'inputs' | 'outputs' | 'source'>,
  ): Cond {
    const { abilities } = this.options;
    const alignedInputs = control.inputs.slice(1).map((place) => this.isAligned(place));
    const alignedOutputs = control.outputs.map((place) => this.isAligned(place));
    const options: LowerOptions = { abilities, donate: [], alignedInputs, alignedOutputs };
    return {
      kind: 'cond',
      then: lower(then, options),
      otherwise: lower(otherwise, options),
      ...control,
    };
  }

  private loop(
    attrs: { readonly cond: Graph; readonly body: Graph; readonly constants: number },
    control: Pick<While, 'inputs' | 'outputs' | 'source'>,
  ): While {
    const { abilities } = this.options;
    const alignedInputs = control.inputs.map((place) => this.isAligned(place));
    const options = { abilities, donate: [], alignedInputs };
    return {
      kind: 'while',
      constants: attrs.constants,
      test: lower(attrs.cond, { ...options, alignedOutputs: [true] }),
      body: lower(attrs.body, { ...options, alignedOutputs: control.outputs.map(() => true) }),
      ...control,
    };
  }
}

function usesOf(bindings: readonly WgslBinding[]): readonly WgslBinding['use'][] {
  return bindings.map(({ use }) => use);
}

/**
 * Which buffers of a kernel are one binding: those in one room that is written. Rooms that are only
 * read may be bound several times.
 */
function sharing(
  places: readonly Place[],
  written: readonly boolean[],
): { aliases: number[]; apart: boolean[] } {
  const aliases = places.map((place, i) => {
    const same = places.flatMap((other, j) => (other.room === place.room ? [j] : []));
    return place.room >= 0 && same.some((j) => written[j]) ? same[0] : i;
  });
  const apart = places.map((place, i) => place.offset !== places[aliases[i]].offset);
  return { aliases, apart };
}

function doesWait(item: Item): boolean {
  switch (item.kind) {
    case 'dispatch':
      return false;
    case 'scan':
      return item.body.waits;
    case 'cond':
      return item.then.waits || item.otherwise.waits;
    case 'while':
      return true;
  }
}
