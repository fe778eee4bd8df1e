/** A compiled graph behind the contract: buffers in, buffers out. */
import type { CompileOptions, Executable, ExecutableStats, Graph } from '@addax/core';
import type { Buffer, DType } from '@addax/core';
import { ArgumentError, StateError } from '@addax/core';
import { CpuBuffer, storageOf } from './buffer.ts';
import { Machine } from './machine.ts';
import type { MachineParts } from './machine.ts';
import { allocate } from './storage.ts';
import type { Storage } from './storage.ts';

const READY = Promise.resolve();
let runs = 0;

/** An executable of the cpu backend. */
export class CpuExecutable implements Executable {
  readonly ready: Promise<void> = READY;
  private machine: Machine | undefined;
  private readonly label: string;
  private readonly donors: readonly number[];
  private readonly donated: readonly number[];
  private readonly inputCount: number;
  private readonly outputs: readonly { readonly dtype: DType; readonly length: number }[];
  private readonly created: (bytes: number) => void;

  /** `created` hears of the bytes of every new output. */
  constructor(
    graph: Graph,
    options: CompileOptions,
    parts: MachineParts,
    created: (bytes: number) => void,
  ) {
    this.machine = new Machine(graph, { donate: options.donate, parts });
    this.label = options.label;
    this.donors = this.machine.program.donors;
    this.donated = this.donors.filter((input) => input >= 0);
    this.inputCount = graph.inputs.length;
    this.outputs = graph.outputs.map((value) => {
      const { dtype, shape } = graph.avals[value];
      return { dtype, length: shape.reduce((a, b) => a * b, 1) };
    });
    this.created = created;
  }

  get stats(): ExecutableStats {
    const { workspaceBytes, launches } = this.alive();
    return { workspaceBytes, launches, hostNodes: 0 };
  }

  get code(): string {
    return this.alive().code;
  }

  run(inputs: readonly Buffer[]): Buffer[] {
    const machine = this.alive();
    if (inputs.length !== this.inputCount) {
      throw new ArgumentError(
        `"${this.label}" takes ${this.inputCount} inputs but got ${inputs.length}`,
      );
    }
    const storages: Storage[] = [];
    for (let i = 0; i < inputs.length; i++) storages.push(storageOf(inputs[i]));
    if (this.donated.length > 0) this.separate(inputs, storages);
    const results: Buffer[] = [];
    const outputs: Storage[] = [];
    for (let i = 0; i < this.outputs.length; i++) {
      const donor = this.donors[i];
      if (donor >= 0) {
        // The variable keeps its buffer for life: the output is the donated buffer itself.
        outputs.push(storages[donor]);
        results.push(inputs[donor]);
        continue;
      }
      const { dtype, length } = this.outputs[i];
      const storage = allocate(dtype, length);
      outputs.push(storage);
      results.push(new CpuBuffer(storage));
      this.created(storage.byteLength);
    }
    machine.run(storages, outputs);
    return results;
  }

  dispose(): void {
    this.machine = undefined;
  }

  private alive(): Machine {
    if (this.machine === undefined) {
      throw new StateError(`executable "${this.label}" was disposed of; compile the graph again`);
    }
    return this.machine;
  }

  /** A buffer that is donated and also passed as another input is read from a copy there. */
  private separate(inputs: readonly Buffer[], storages: Storage[]): void {
    const run = ++runs;
    const buffers = inputs as readonly CpuBuffer[];
    for (const input of this.donated) {
      if (buffers[input].donatedBy === run) {
        throw new ArgumentError(`"${this.label}" was given one buffer for two variables`);
      }
      buffers[input].donatedBy = run;
    }
    for (let i = 0; i < buffers.length; i++) {
      if (buffers[i].donatedBy === run && !this.donated.includes(i)) {
        storages[i] = storages[i].slice();
      }
    }
  }
}
