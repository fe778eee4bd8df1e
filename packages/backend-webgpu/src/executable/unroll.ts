/**
 * Routine → tape: gives every room its memory, and records the bodies of loops as often as they run.
 * Nothing is copied between the steps of a scan: slices of xs and ys are offsets, and carries go back
 * and forth between two cells.
 */
import type { Abilities } from '../launch.ts';
import { flatGroups } from '../library/words.ts';
import { Guards } from './guards.ts';
import { begin, choose, copy, decide, goOn, stackCarries, unitFor } from './kernels.ts';
import type { Move } from './kernels.ts';
import type { Batch, Cond, Item, Place, Room, Routine, Scan, While } from './routine.ts';
import { elementOffset, tableWords } from './parameters.ts';
import type { Cell, Launch, Spot, Step, Table, Tape } from './steps.ts';

/** Launches of a loop that may be recorded before the host looks whether it goes on. */
const AHEAD = 512;

/** Unrolls the routine of a whole graph. */
export function unroll(routine: Routine, abilities: Abilities): Tape {
  return new Unroller(routine, abilities).run();
}

class Unroller {
  private readonly routine: Routine;
  private readonly abilities: Abilities;
  private readonly cells: Cell[] = [];
  /** Cells of its own that nothing uses now. */
  private readonly spare = new Set<number>();
  private readonly constants = new Map<Room, Spot>();
  private steps: Step[] = [];
  private readonly tables: Table[] = [];
  private tableCell = -1;
  private readonly tableStarts = new Map<string, Spot>();
  private readonly guards = new Guards();
  private guardCell = -1;

  constructor(routine: Routine, abilities: Abilities) {
    this.routine = routine;
    this.abilities = abilities;
  }

  run(): Tape {
    const { routine, cells } = this;
    const add = (cell: Cell): Spot => ({ cell: cells.push(cell) - 1, offset: 0 });
    const inputs = routine.inputWords.map((words, index) =>
      add({ home: { kind: 'input', index }, words }),
    );
    const outputs = routine.outputWords.map((words, index) => {
      const donor = routine.donors[index];
      return donor >= 0 ? inputs[donor] : add({ home: { kind: 'output', index }, words });
    });
    this.replay(routine, this.furnish(routine), inputs, outputs);
    const { steps, tables, guards } = this;
    return { cells, steps, tables, guards: guards.words, routine };
  }

  /** A cell that nothing uses: the smallest that fits, else the largest grows. */
  private take(words: number): Spot {
    let best = -1;
    let largest = -1;
    for (const cell of this.spare) {
      const size = this.cells[cell].words;
      if (size >= words && (best < 0 || size < this.cells[best].words)) best = cell;
      if (largest < 0 || size > this.cells[largest].words) largest = cell;
    }
    const cell = best >= 0 ? best : largest;
    if (cell < 0) {
      return { cell: this.cells.push({ home: { kind: 'own' }, words }) - 1, offset: 0 };
    }
    this.spare.delete(cell);
    this.cells[cell].words = Math.max(this.cells[cell].words, words);
    return { cell, offset: 0 };
  }

  private give(spots: Iterable<Spot | undefined>): void {
    for (const spot of spots) if (spot !== undefined) this.spare.add(spot.cell);
  }

  /** Memory for the rooms that a routine brings along, beside its rooms. */
  private furnish({ rooms }: Routine): (Spot | undefined)[] {
    return rooms.map((room) => {
      if (room.home.kind === 'own') return this.take(room.words);
      if (room.home.kind !== 'constant') return undefined;
      let spot = this.constants.get(room);
      if (spot === undefined) {
        spot = { cell: this.cells.push({ home: room.home, words: room.words }) - 1, offset: 0 };
        this.constants.set(room, spot);
      }
      return spot;
    });
  }

  /** Takes the furniture away: constants stay where they are. */
  private clear(routine: Routine, furniture: readonly (Spot | undefined)[]): void {
    this.give(furniture.filter((_, room) => routine.rooms[room].home.kind === 'own'));
  }

  /** Records a routine once. */
  private replay(
    routine: Routine,
    furniture: readonly (Spot | undefined)[],
    inputs: readonly Spot[],
    outputs: readonly Spot[],
  ): void {
    const spots = routine.rooms.map(({ home }, room) => {
      if (home.kind === 'input') return inputs[home.index];
      return home.kind === 'output' ? outputs[home.index] : furniture[room]!;
    });
    for (const item of routine.items) this.item(item, spots);
  }

  private item(item: Item, rooms: readonly Spot[]): void {
    const spot = ({ room, offset }: Place): Spot => {
      const { cell, offset: start } = rooms[room];
      return { cell, offset: start + offset };
    };
    if (item.kind === 'dispatch') {
      const { shader, params, groups, source } = item;
      const spots = item.places.map(spot);
      const apart = item.apart.map(spot);
      this.steps.push({ kind: 'launch', shader, spots, apart, params, groups, source });
      return;
    }
    if (item.kind === 'batch') {
      this.batch(item, spot);
      return;
    }
    const inputs = item.inputs.map(spot);
    const outputs = item.outputs.map(spot);
    if (item.kind === 'scan') this.scan(item, inputs, outputs);
    else if (item.kind === 'while') this.loop(item, inputs, outputs);
    else this.cond(item, inputs, outputs);
  }

  private batch({ shader, segments, source }: Batch, spot: (place: Place) => Spot): void {
    const parts = segments.map(({ places, params, workgroups }) => {
      return { spots: places.map(spot), params, workgroups };
    });
    const count = parts.reduce((sum, { workgroups }) => sum + workgroups, 0);
    const params = Uint32Array.of(count);
    const groups = flatGroups(count, 1, this.abilities.maxGroups);
    const spots = [...parts[0].spots, this.table(parts, shader.halves)];
    this.steps.push({ kind: 'launch', shader, spots, apart: [], params, groups, source });
  }

  /** Where the table of a batch starts; batches of a loop that work on the same share one. */
  private table(segments: Table['segments'], halves: Table['halves']): Spot {
    const name = segments.map(({ spots, params, workgroups }) => {
      const places = spots
        .map(({ cell, offset }, i) => `${cell}+${elementOffset(offset, halves?.[i])}`)
        .join();
      return `${places};${params.join()};${workgroups}`;
    });
    const key = name.join('|');
    const known = this.tableStarts.get(key);
    if (known !== undefined) return known;
    if (this.tableCell < 0)
      this.tableCell = this.cells.push({ home: { kind: 'table' }, words: 0 }) - 1;
    const cell = this.cells[this.tableCell];
    const start = cell.words;
    this.tables.push({ start, segments, halves });
    cell.words += tableWords(segments);
    const spot = { cell: this.tableCell, offset: start };
    this.tableStarts.set(key, spot);
    return spot;
  }

  private move(move: Move, spots: readonly Spot[], source: string): void {
    this.steps.push({ kind: 'launch', ...move, spots, apart: [], source });
  }

  private copy(words: number, from: Spot, to: Spot, source: string): void {
    if (words === 0) return;
    const aligned = this.isAligned(from) && this.isAligned(to);
    const unit = unitFor(words, from.offset, to.offset);
    this.move(copy(words, unit, aligned, this.abilities), [from, to], source);
  }

  /** Copies words if the predicate holds. */
  private choose(words: number, predicate: Spot, from: Spot, to: Spot, source: string): void {
    if (words === 0) return;
    const unit = unitFor(words, from.offset, to.offset);
    this.move(choose(words, unit, this.abilities), [predicate, from, to], source);
  }

  /** Cells start at multiples of four words, wherever they lie. */
  private isAligned({ offset }: Spot): boolean {
    return offset % 4 === 0;
  }

  private scan(item: Scan, inputs: readonly Spot[], outputs: readonly Spot[]): void {
    const { body, source } = item;
    const { length, constants, carries, reverse, saveCarries } = item.attrs;
    const widths = body.inputWords.slice(constants, constants + carries);
    if (length === 0) {
      widths.forEach((words, i) => this.copy(words, inputs[constants + i], outputs[i], source));
      return;
    }
    const furniture = this.furnish(body);
    const strides = widths.map((words) => Math.ceil(words / 4) * 4);
    // Values of each carry: those before odd steps in one cell, those before even ones in another.
    const rows = (first: number): number => (saveCarries ? Math.ceil((length - first) / 2) : 1);
    const sets = [2, 1].map((first) =>
      strides.map((stride) => (length > first ? this.take(stride * rows(first)) : undefined)),
    );
    const before = (step: number, i: number): Spot => {
      if (step === 0) return inputs[constants + i];
      if (step === length) return outputs[i];
      const { cell } = sets[step & 1][i]!;
      return { cell, offset: saveCarries ? ((step - 1) >> 1) * strides[i] : 0 };
    };
    const row = ({ cell, offset }: Spot, at: number, words: number): Spot => {
      return { cell, offset: offset + at * words };
    };
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const operands = body.inputWords.map((words, i) => {
        if (i < constants) return inputs[i];
        const carry = i - constants;
        return carry < carries ? before(step, carry) : row(inputs[i], at, words);
      });
      const results = body.outputWords.map((words, i) =>
        i < carries ? before(step + 1, i) : row(outputs[i], at, words),
      );
      this.replay(body, furniture, operands, results);
    }
    if (saveCarries) {
      widths.forEach((words, i) => {
        if (words === 0) return;
        const first = inputs[constants + i];
        const saved = outputs[body.outputWords.length + i];
        const unit = unitFor(words, first.offset, saved.offset);
        const move = stackCarries(words, strides[i], length, reverse, unit, this.abilities);
        this.move(move, [first, sets[1][i] ?? first, sets[0][i] ?? first, saved], source);
      });
    }
    this.clear(body, furniture);
    this.give(sets.flat());
  }

  /** Small sides both run, and one is chosen, so that the host need not know which. */
  private cond(item: Cond, inputs: readonly Spot[], outputs: readonly Spot[]): void {
    const [predicate, ...operands] = inputs;
    const { then, otherwise, source } = item;
    if (then.waits || otherwise.waits) {
      const sides = [then, otherwise].map((side) => this.apart(side, operands, outputs));
      this.steps.push({ kind: 'branch', predicate, then: sides[0], otherwise: sides[1] });
      return;
    }
    if (item.isBig.includes(true)) {
      this.guarded(item, inputs, outputs);
      return;
    }
    this.once(otherwise, operands, outputs);
    const results = then.outputWords.map((words) => this.take(words));
    this.once(then, operands, results);
    then.outputWords.forEach((words, i) => {
      this.choose(words, predicate, results[i], outputs[i], source);
    });
    this.give(results);
  }

  /** Big sides run where they are taken: over what the other one, if it is small, has written. */
  private guarded(item: Cond, inputs: readonly Spot[], outputs: readonly Spot[]): void {
    const [predicate, ...operands] = inputs;
    const { isBig, source } = item;
    const sides = [item.then, item.otherwise];
    sides.forEach((side, i) => {
      if (!isBig[i]) this.once(side, operands, outputs);
    });
    const cell = this.cellOfGuards();
    const { guards, launches } = this.guards.branch(isBig, cell, (side) => {
      // Nothing in it waits, so that all its steps are launches.
      return this.apart(sides[side], operands, outputs) as Launch[];
    });
    this.move(decide(guards, this.abilities), [predicate, { cell, offset: 0 }], source);
    this.steps.push(...launches);
  }

  private cellOfGuards(): number {
    if (this.guardCell < 0) {
      this.guardCell = this.cells.push({ home: { kind: 'guards' }, words: 0 }) - 1;
    }
    return this.guardCell;
  }

  private once(routine: Routine, inputs: readonly Spot[], outputs: readonly Spot[]): void {
    const furniture = this.furnish(routine);
    this.replay(routine, furniture, inputs, outputs);
    this.clear(routine, furniture);
  }

  /** Steps that are not done in turn. */
  private apart(routine: Routine, inputs: readonly Spot[], outputs: readonly Spot[]): Step[] {
    return this.aside(() => this.once(routine, inputs, outputs));
  }

  private aside(record: () => void): Step[] {
    const outer = this.steps;
    this.steps = [];
    record();
    const { steps } = this;
    this.steps = outer;
    return steps;
  }

  /** The carries live in the results; what the body makes of them is copied there if it is due. */
  private loop(item: While, inputs: readonly Spot[], outputs: readonly Spot[]): void {
    const { test, body, constants, source } = item;
    const words = body.outputWords;
    const operands = [...inputs.slice(0, constants), ...outputs];
    const [going, verdict] = [this.take(1), this.take(1)];
    const next = words.map((count) => this.take(count));
    const testRooms = this.furnish(test);
    const bodyRooms = this.furnish(body);
    words.forEach((count, i) => this.copy(count, inputs[constants + i], outputs[i], source));
    this.move(begin, [going], source);
    const tests = this.aside(() => {
      this.replay(test, testRooms, operands, [verdict]);
      this.move(goOn, [verdict, going], source);
    });
    const steps = this.aside(() => {
      this.replay(body, bodyRooms, operands, next);
      words.forEach((count, i) => {
        this.choose(count, going, next[i], outputs[i], source);
      });
    });
    // A loop inside would go on for ever on what is no longer its business.
    const ahead = body.waits ? 1 : Math.max(1, Math.floor(AHEAD / (tests.length + steps.length)));
    this.steps.push({ kind: 'loop', going, test: tests, body: steps, ahead });
    this.clear(test, testRooms);
    this.clear(body, bodyRooms);
    this.give([going, verdict, ...next]);
  }
}
