/** A part of a graph that runs on the host, by the kernels of the cpu backend on the same memory. */
import { allocate, hostMachine, type Machine, type Storage } from '@addax/backend-cpu/host';
import type { DType } from '@addax/core';
import { sizeOf } from '@addax/core';
import type { Part } from './partition/parts.ts';

/** Runs a part; values go in and come out by their slot. */
export class HostPart {
  readonly part: Part;
  readonly #machine: Machine;
  readonly #inputs: readonly number[];
  readonly #outputs: readonly Output[];

  /** `isKept` says of a slot whether its memory leaves the executable. */
  constructor(part: Part, slotOf: (id: number) => number, isKept: (id: number) => boolean) {
    this.part = part;
    this.#machine = hostMachine(part.graph, part.donate);
    this.#inputs = part.inputs.map(slotOf);
    this.#outputs = part.outputs.map((id, i) => {
      const { shape, dtype } = part.graph.avals[part.graph.outputs[i]!]!;
      const length = sizeOf(shape);
      const donor = this.#machine.program.donors[i]!;
      return {
        slot: slotOf(id),
        donor,
        dtype,
        length,
        // What only other parts read is written to the same place in every run.
        scratch: donor < 0 && !isKept(id) ? allocate(dtype, length) : undefined,
      };
    });
  }

  get launches(): number {
    return this.#machine.launches;
  }

  get workspaceBytes(): number {
    const scratch = this.#outputs.reduce(
      (sum, output) => sum + (output.scratch?.byteLength ?? 0),
      0,
    );
    return this.#machine.workspaceBytes + scratch;
  }

  get code(): string {
    return this.#machine.code;
  }

  run(slots: (Storage | undefined)[]): void {
    const inputs: Storage[] = [];
    for (const slot of this.#inputs) inputs.push(slots[slot]!);
    const outputs: Storage[] = [];
    for (const { slot, donor, dtype, length, scratch } of this.#outputs) {
      const storage = donor >= 0 ? inputs[donor]! : (scratch ?? allocate(dtype, length));
      outputs.push(storage);
      slots[slot] = storage;
    }
    this.#machine.run(inputs, outputs);
  }
}

/** Where a value goes. */
interface Output {
  readonly slot: number;
  /** Input whose memory it takes over, or −1. */
  readonly donor: number;
  readonly dtype: DType;
  readonly length: number;
  readonly scratch: Storage | undefined;
}
