/**
 * A compiled graph behind the contract: buffers in, buffers out. A run is a job in the order of the
 * device: it is recorded at once where its kernels are ready and no condition has to be read, and
 * handed to the GPU in one submission.
 */
import type { Buffer, CompileOptions, Executable, ExecutableStats, Graph } from '@addax/core';
import { ArgumentError, StateError } from '@addax/core';
import { usable, WebGpuBuffer } from '../memory/buffer.ts';
import type { Memory } from '../memory/memory.ts';
import { bytesOf, WORD_BYTES } from '../storage.ts';
import type { Device } from '../stream/device.ts';
import type { Parameters } from '../stream/parameters.ts';
import { settle } from './arenas.ts';
import { describeTape } from './dump.ts';
import { lowerProgram } from './lower.ts';
import { Player } from './player.ts';
import type { Residence } from './player.ts';
import type { Tape } from './steps.ts';
import { unroll } from './unroll.ts';

/** What an executable holds on the device, apart from itself so that a collector can free it. */
interface Holdings {
  readonly device: Device;
  readonly owned: Memory[];
  parameters: Parameters | undefined;
}

/** Executables may be dropped without a word. */
const DROPPED = new FinalizationRegistry<Holdings>((holdings) => free(holdings));

function free({ device, owned, parameters }: Holdings): void {
  device.queue.enqueue(() => {
    for (const memory of owned.splice(0)) device.memory.give(memory);
    if (parameters !== undefined) device.giveParameters(parameters);
  });
}

/** An executable of the webgpu backend. */
export class WebGpuExecutable implements Executable {
  readonly ready: Promise<void>;
  private readonly device: Device;
  private readonly label: string;
  private readonly tape: Tape;
  private readonly player: Player;
  private readonly holdings: Holdings;
  /** Inputs that are donated, and the input that backs each output, or −1. */
  private readonly donors: readonly number[];
  private readonly donated: ReadonlySet<number>;
  private isReady = false;
  private isDisposed = false;

  constructor(graph: Graph, options: CompileOptions, device: Device) {
    this.device = device;
    this.label = options.label;
    const routine = lowerProgram(graph, device.abilities, options.donate);
    this.tape = unroll(routine, device.abilities);
    this.holdings = { device, owned: [], parameters: undefined };
    this.player = new Player(this.tape, device, this.holdings.owned);
    this.donors = routine.donors;
    this.donated = new Set(routine.donors.filter((input) => input >= 0));
    this.ready = this.prepare();
    this.ready.catch(() => undefined);
    DROPPED.register(this, this.holdings, this);
  }

  get stats(): ExecutableStats {
    const { workspaceBytes, launches } = this.player;
    return { workspaceBytes, launches, hostNodes: 0 };
  }

  get code(): string {
    return describeTape(this.tape);
  }

  run(inputs: readonly Buffer[]): Buffer[] {
    this.check(inputs);
    const operands = inputs.map(usable);
    this.refuseTwins(operands);
    const { memory, queue } = this.device;
    const results = this.donors.map((donor, i) => {
      if (donor >= 0) return operands[donor];
      return new WebGpuBuffer(memory, bytesOf(this.tape.routine.outputWords[i]));
    });
    if (this.isReady && !this.tape.routine.waits)
      queue.enqueue(() => this.perform(operands, results));
    else queue.enqueue(() => this.performWaiting(operands, results));
    return results;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    DROPPED.unregister(this);
    free(this.holdings);
  }

  private async prepare(): Promise<void> {
    await this.player.ready;
    this.isReady = true;
  }

  private check(inputs: readonly Buffer[]): void {
    this.device.requireAlive();
    if (this.isDisposed) {
      throw new StateError(`executable "${this.label}" was disposed of; compile the graph again`);
    }
    const expected = this.tape.routine.inputWords.length;
    if (inputs.length !== expected) {
      throw new ArgumentError(`"${this.label}" takes ${expected} inputs but got ${inputs.length}`);
    }
  }

  private refuseTwins(operands: readonly WebGpuBuffer[]): void {
    const donated = [...this.donated].map((input) => operands[input]);
    if (new Set(donated).size === donated.length) return;
    throw new ArgumentError(`"${this.label}" was given one buffer for two variables`);
  }

  private perform(operands: readonly WebGpuBuffer[], results: readonly WebGpuBuffer[]): void {
    try {
      const copies = this.bind(operands, results);
      this.player.play();
      this.finish(copies);
    } catch (error) {
      this.fail(results, error);
    }
  }

  private async performWaiting(
    operands: readonly WebGpuBuffer[],
    results: readonly WebGpuBuffer[],
  ): Promise<void> {
    try {
      await this.ready;
      const copies = this.bind(operands, results);
      await this.player.playWaiting();
      this.finish(copies);
    } catch (error) {
      this.fail(results, error);
    }
  }

  private fail(results: readonly WebGpuBuffer[], error: unknown): void {
    this.player.finish();
    for (const result of results) result.fail(error);
  }

  /** Gives every operand and result its place; returns copies to be given back after the run. */
  private bind(operands: readonly WebGpuBuffer[], results: readonly WebGpuBuffer[]): Memory[] {
    const { memory } = this.device;
    const copies: Memory[] = [];
    settle(this.tape.routine.arenas, operands, this.device);
    const lent = new Set([...this.donated].map((input) => operands[input]));
    const inputs = operands.map((operand, i): Residence => {
      const place = { memory: operand.located(), offset: operand.offset };
      if (!lent.has(operand) || this.donated.has(i)) return place;
      // The variable is overwritten, perhaps before this operand is read.
      const copy = this.snapshot(place, operand.byteLength);
      copies.push(copy);
      return { memory: copy, offset: 0 };
    });
    const outputs = results.map((result, i): Residence | undefined => {
      if (this.donors[i] >= 0) return undefined;
      const place = memory.take(result.byteLength);
      result.place(place);
      return { memory: place, offset: 0 };
    });
    this.player.bind(inputs, outputs);
    this.holdings.parameters = this.player.parameters;
    return copies;
  }

  private snapshot(from: Residence, bytes: number): Memory {
    const copy = this.device.memory.take(bytes);
    const { memory, offset } = from;
    const source = { memory, offset: offset * WORD_BYTES };
    if (bytes > 0) this.device.stream.copy(source, { memory: copy, offset: 0 }, bytes);
    return copy;
  }

  private finish(copies: readonly Memory[]): void {
    const { memory, stream } = this.device;
    this.player.finish();
    for (const copy of copies) memory.give(copy);
    if (this.player.isSmall) void stream.flushSoon();
    else stream.flush();
  }
}
