/**
 * A compiled graph of the WebAssembly dialect behind the contract. Values are copied into the scratch
 * region and results out of it, except where a variable is updated: its buffer moves into the memory
 * at the first donation and is then read and written where it lies.
 */
import type {
  Buffer,
  CompileOptions,
  DType,
  Executable,
  ExecutableStats,
  Graph,
} from '@addax/core';
import { ArgumentError, StateError } from '@addax/core';
import { CpuBuffer, storageOf } from '../buffer.ts';
import { allocate, storedWidth } from '../storage.ts';
import type { Storage } from '../storage.ts';
import { WasmMachine, aligned } from './machine.ts';
import type { WasmParts } from './machine.ts';

const READY = Promise.resolve();
let runs = 0;

/** An input or output of the graph. */
interface End {
  readonly dtype: DType;
  readonly length: number;
  /** Where it is staged, from the base of the scratch region. */
  readonly offset: number;
}

/** An executable in WebAssembly. */
export class WasmExecutable implements Executable {
  readonly ready: Promise<void> = READY;
  private machine: WasmMachine | undefined;
  private readonly label: string;
  private readonly parts: WasmParts;
  private readonly donors: readonly number[];
  private readonly isDonated: readonly boolean[];
  private readonly hasDonations: boolean;
  private readonly inputs: readonly End[];
  private readonly outputs: readonly End[];
  private readonly bytes: number;
  private readonly created: (bytes: number) => void;
  private stagedInputs: Storage[] = [];
  private stagedOutputs: Storage[] = [];
  private epoch = -1;
  private base = -1;

  constructor(
    graph: Graph,
    options: CompileOptions,
    parts: WasmParts,
    created: (bytes: number) => void,
  ) {
    const machine = new WasmMachine(graph, options.donate, parts);
    this.machine = machine;
    this.parts = parts;
    this.label = options.label;
    this.created = created;
    this.donors = machine.program.donors;
    this.isDonated = graph.inputs.map((_, i) => this.donors.includes(i));
    this.hasDonations = this.isDonated.includes(true);
    let offset = machine.regionBytes;
    const end = (value: number): End => {
      const { dtype, shape } = graph.avals[value];
      const length = shape.reduce((a, b) => a * b, 1);
      const made = { dtype, length, offset };
      offset += aligned(length * storedWidth(dtype));
      return made;
    };
    this.inputs = graph.inputs.map(end);
    this.outputs = graph.outputs.map(end);
    this.bytes = offset;
  }

  get stats(): ExecutableStats {
    const { workspaceBytes, launches } = this.alive();
    return { workspaceBytes, launches, hostNodes: 0 };
  }

  get code(): string {
    return this.alive().code;
  }

  run(buffers: readonly Buffer[]): Buffer[] {
    const machine = this.alive();
    const { inputs, outputs, donors } = this;
    if (buffers.length !== inputs.length) {
      throw new ArgumentError(
        `"${this.label}" takes ${inputs.length} inputs but got ${buffers.length}`,
      );
    }
    for (let i = 0; i < buffers.length; i++) storageOf(buffers[i]);
    const given = buffers as readonly CpuBuffer[];
    const run = ++runs;
    if (this.hasDonations) this.settleDonated(given, run);
    this.settle(machine);
    // From here on nothing allocates in the memory, so views stay good.
    const memory = this.parts.heap.memory.buffer;
    const operands: Storage[] = [];
    for (let i = 0; i < given.length; i++) {
      const { storage, isResident, donatedBy } = given[i];
      const isHere = isResident && storage!.buffer === memory;
      if (isHere && (donatedBy !== run || this.isDonated[i])) {
        operands.push(storage!);
      } else {
        const staged = this.stagedInputs[i];
        staged.set(storage!);
        operands.push(staged);
      }
    }
    const targets: Storage[] = [];
    for (let i = 0; i < outputs.length; i++) {
      targets.push(donors[i] >= 0 ? operands[donors[i]] : this.stagedOutputs[i]);
    }
    machine.run(operands, targets);
    const results: Buffer[] = [];
    for (let i = 0; i < outputs.length; i++) {
      if (donors[i] >= 0) {
        results.push(given[donors[i]]);
        continue;
      }
      const { dtype, length } = outputs[i];
      const storage = allocate(dtype, length);
      storage.set(targets[i]);
      results.push(new CpuBuffer(storage));
      this.created(storage.byteLength);
    }
    return results;
  }

  dispose(): void {
    this.machine = undefined;
  }

  private alive(): WasmMachine {
    if (this.machine === undefined) {
      throw new StateError(`executable "${this.label}" was disposed of; compile the graph again`);
    }
    return this.machine;
  }

  /** Donated buffers live in the memory from now on. */
  private settleDonated(buffers: readonly CpuBuffer[], run: number): void {
    const { heap } = this.parts;
    for (let i = 0; i < buffers.length; i++) {
      if (!this.isDonated[i]) continue;
      if (buffers[i].donatedBy === run) {
        throw new ArgumentError(`"${this.label}" was given one buffer for two variables`);
      }
      buffers[i].donatedBy = run;
      const { isResident, storage } = buffers[i];
      if (!isResident) heap.reside(buffers[i], this.inputs[i].dtype);
      else if (storage!.buffer !== heap.memory.buffer) {
        throw new StateError(
          `"${this.label}" was given a variable that lives in the memory of another cpu backend; ` +
            'move it with variable.to(backend)',
        );
      }
    }
  }

  private settle(machine: WasmMachine): void {
    const { heap } = this.parts;
    machine.found();
    const base = heap.scratch(this.bytes);
    machine.settle(base);
    if (this.epoch === heap.epoch && this.base === base) return;
    this.epoch = heap.epoch;
    this.base = base;
    const stage = ({ dtype, length, offset }: End): Storage =>
      heap.view(dtype, base + offset, length);
    this.stagedInputs = this.inputs.map(stage);
    this.stagedOutputs = this.outputs.map(stage);
  }
}
