/**
 * Plays a tape on a device. What never changes is made once: parameters, constants, memory of its
 * own. What is bound again and again keeps its bind group; only launches on other memory than in the
 * last run look theirs up.
 */
import type { Groups } from '../launch.ts';
import type { Memory } from '../memory/memory.ts';
import { toWords } from '../memory/words.ts';
import { bytesOf, WORD_BYTES } from '../storage.ts';
import type { Device } from '../stream/device.ts';
import type { Parameters } from '../stream/parameters.ts';
import type { Pipeline } from '../stream/pipelines.ts';
import type { IndirectGroups } from '../stream/stream.ts';
import { fillTables, ParameterTable } from './parameters.ts';
import type { Launch, Loop, Spot, Step, Tape } from './steps.ts';
import { launchesOf } from './steps.ts';

/** Where a value lies in a run. */
export interface Residence {
  readonly memory: Memory;
  /** In words. */
  readonly offset: number;
}

/** Launches of a program that is not worth memory of its own, nor a submission. */
const FEW_LAUNCHES = 4;

/** A launch with what it needs at run time. */
interface Prepared {
  readonly launch: Launch;
  readonly pipeline: Pipeline;
  /** Where its parameters start, in bytes. */
  readonly start: number;
  group: GPUBindGroup | undefined;
  /** Number of the run for which the group was looked up. */
  groupOf: number;
  /** It binds one memory twice though it writes there: it needs copies around it. */
  isTorn: boolean;
}

/** A tape with the memory and the pipelines that it needs. */
export class Player {
  /** Of the memory that it keeps between runs. */
  readonly workspaceBytes: number;
  readonly launches: number;
  /** It is an op or two: eager work, of which there may be many different ones. */
  readonly isSmall: boolean;
  /** All pipelines are made; rejects with the first that cannot be. */
  readonly ready: Promise<void>;
  private readonly tape: Tape;
  private readonly device: Device;
  private readonly prepared = new Map<Launch, Prepared>();
  private readonly table: ParameterTable;
  /** The table of parameters, once there is one. */
  parameters: Parameters | undefined;
  /** Memory behind each cell, and where in it the cell starts, in words. */
  private readonly memories: Memory[] = [];
  private readonly bases: Int32Array;
  /** Number of the run in which a cell came to its memory. */
  private readonly since: Float64Array;
  private run = 0;
  private readonly owned: Memory[];
  /** Memory of the present run. */
  private readonly lent: Memory[] = [];

  /** `owned` is where it lists the memory that it holds between runs. */
  constructor(tape: Tape, device: Device, owned: Memory[]) {
    this.tape = tape;
    this.device = device;
    this.owned = owned;
    const launches = launchesOf(tape.steps);
    this.launches = launches.length;
    this.isSmall = launches.length <= FEW_LAUNCHES;
    this.table = new ParameterTable(launches, tape.cells, device.parameterAlignment);
    const pipelines = new Set<Pipeline>();
    launches.forEach((launch, i) => {
      const pipeline = device.pipeline(launch.shader, launch.source);
      pipelines.add(pipeline);
      const start = this.table.starts[i];
      const state = { group: undefined, groupOf: -1, isTorn: false };
      this.prepared.set(launch, { launch, pipeline, start, ...state });
    });
    this.ready = allOf([...pipelines].map(({ ready }) => ready));
    this.bases = new Int32Array(tape.cells.length);
    this.since = new Float64Array(tape.cells.length);
    const words = tape.cells.reduce((sum, cell) => {
      return cell.home.kind === 'own' ? sum + Math.ceil(cell.words) : sum;
    }, 0);
    this.workspaceBytes = this.isSmall ? 0 : bytesOf(words);
  }

  /** Says where the values of a run lie; inputs and outputs in the order of the graph. */
  bind(inputs: readonly Residence[], outputs: readonly (Residence | undefined)[]): void {
    const { tape, device } = this;
    this.run++;
    let hasMoved = false;
    tape.cells.forEach(({ home }, cell) => {
      if (home.kind !== 'input' && home.kind !== 'output') return;
      const { memory, offset } = home.kind === 'input' ? inputs[home.index] : outputs[home.index]!;
      this.place(cell, memory);
      if (this.bases[cell] !== offset) {
        this.bases[cell] = offset;
        hasMoved = true;
      }
    });
    if (this.parameters === undefined || this.isSmall) this.takeWorkspace();
    if (this.parameters === undefined) {
      this.furnish();
      this.parameters = device.parameters(this.table.fill(this.bases), this.table.window);
    } else if (hasMoved) {
      // Recorded work still reads the old offsets.
      device.stream.flush();
      const { page, offset } = this.parameters;
      device.stream.write(page.buffer, offset, this.table.fill(this.bases));
      if (tape.tables.length === 0) return;
      const cell = tape.cells.findIndex(({ home }) => home.kind === 'table');
      device.stream.write(this.memories[cell].gpu, 0, fillTables(tape.tables, this.bases));
    }
  }

  /** The run is recorded, or failed: what it alone needed is there for others. */
  finish(): void {
    // The pool gives the last first: the next run gets each memory where it was, and its bind groups.
    for (let memory = this.lent.pop(); memory !== undefined; memory = this.lent.pop()) {
      this.device.memory.give(memory);
    }
  }

  /** Records all steps, if none of them waits. */
  play(): void {
    this.record(this.tape.steps as readonly Launch[]);
  }

  /** Records all steps, waiting for the conditions that have to be read. */
  async playWaiting(): Promise<void> {
    await this.steps(this.tape.steps);
  }

  private record(launches: readonly Launch[]): void {
    for (const launch of launches) this.launch(this.prepared.get(launch)!);
  }

  private async steps(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'launch') {
        this.launch(this.prepared.get(step)!);
      } else if (step.kind === 'branch') {
        await this.steps((await this.isTrue(step.predicate)) ? step.then : step.otherwise);
      } else {
        await this.loop(step);
      }
    }
  }

  /** Looks less often the longer the loop goes on: what runs too long changes nothing. */
  private async loop({ going, test, body, ahead }: Loop): Promise<void> {
    await this.steps(test);
    for (let done = 0; await this.isTrue(going);) {
      const count = Math.min(ahead, Math.max(1, done >> 1));
      for (let i = 0; i < count; i++) {
        await this.steps(body);
        await this.steps(test);
      }
      done += count;
    }
  }

  private async isTrue({ cell, offset }: Spot): Promise<boolean> {
    const from = {
      memory: this.memories[cell],
      offset: (this.bases[cell] + offset) * WORD_BYTES,
    };
    return new Uint32Array(await this.device.read(from, WORD_BYTES))[0] !== 0;
  }

  private launch(prepared: Prepared): void {
    const { launch, pipeline, start } = prepared;
    const { since, memories, device } = this;
    const { spots } = launch;
    let isStale = prepared.groupOf < 0;
    for (let i = 0; i < spots.length; i++) {
      if (since[spots[i].cell] > prepared.groupOf) isStale = true;
    }
    if (isStale) {
      const bound = spots.map(({ cell }) => memories[cell]);
      prepared.isTorn = isTorn(launch, bound);
      prepared.groupOf = this.run;
      prepared.group = prepared.isTorn ? undefined : device.bindGroup(pipeline, bound);
    }
    if (prepared.isTorn) this.mend(prepared);
    else {
      const groups = this.groupsOf(launch);
      device.stream.dispatch(pipeline, prepared.group!, this.parameters!, start, groups);
    }
    // There are thousands of small ones, whose memory is another at each run: they keep no group.
    if (this.isSmall) {
      prepared.group = undefined;
      prepared.groupOf = -1;
    }
  }

  private groupsOf({ groups, guard }: Launch): Groups | IndirectGroups {
    if (guard === undefined) return groups;
    return { buffer: this.memories[guard.cell].gpu, offset: guard.offset * WORD_BYTES };
  }

  /**
   * A launch that would bind one memory as read and as written, because values lie in it that are
   * strangers to one another here: all but one of them are copied to memory of their own and back.
   */
  private mend({ launch, pipeline, start }: Prepared): void {
    const { memory: pool, stream } = this.device;
    const { spots, shader } = launch;
    const seen = new Set<Memory>();
    const bound = spots.map(({ cell }) => this.memories[cell]);
    const copies: { copy: Memory; original: Memory; at: number }[] = [];
    const used = bound.map((original, at) => {
      if (!seen.has(original)) {
        seen.add(original);
        return original;
      }
      const copy = pool.take(original.bytes);
      copies.push({ copy, original, at });
      return copy;
    });
    const move = (from: Memory, to: Memory, at: number): void => {
      const { cell } = spots[at];
      const offset = this.bases[cell] * WORD_BYTES;
      const bytes = bytesOf(this.tape.cells[cell].words);
      if (bytes > 0) stream.copy({ memory: from, offset }, { memory: to, offset }, bytes);
    };
    for (const { copy, original, at } of copies) move(original, copy, at);
    const group = this.device.bindGroup(pipeline, used);
    stream.dispatch(pipeline, group, this.parameters!, start, this.groupsOf(launch));
    for (const { copy, original, at } of copies) {
      if (shader.bindings[at] === 'write') move(copy, original, at);
      pool.give(copy);
    }
  }

  private furnish(): void {
    const { memory } = this.device;
    this.tape.cells.forEach(({ home }, cell) => {
      if (home.kind === 'table') {
        this.own(cell, memory.upload(fillTables(this.tape.tables, this.bases)));
      }
      if (home.kind === 'guards') {
        this.own(cell, memory.indirect(Uint32Array.from(this.tape.guards)));
      }
      if (home.kind === 'constant') {
        this.own(cell, memory.upload(toWords(home.data, home.aval, this.device.abilities)));
      }
    });
  }

  private own(cell: number, memory: Memory): void {
    this.memories[cell] = memory;
    this.owned.push(memory);
  }

  private takeWorkspace(): void {
    this.tape.cells.forEach(({ home, words }, cell) => {
      if (home.kind !== 'own') return;
      const memory = this.device.memory.take(bytesOf(words));
      this.place(cell, memory);
      if (this.isSmall) this.lent.push(memory);
      else this.owned.push(memory);
    });
  }

  private place(cell: number, memory: Memory): void {
    if (this.memories[cell] === memory) return;
    this.memories[cell] = memory;
    this.since[cell] = this.run;
  }
}

function isTorn({ shader }: Launch, bound: readonly Memory[]): boolean {
  return bound.some((memory, i) =>
    bound.some(
      (other, j) =>
        j > i &&
        other === memory &&
        (shader.bindings[i] === 'write' || shader.bindings[j] === 'write'),
    ),
  );
}

async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.all(promises);
}
