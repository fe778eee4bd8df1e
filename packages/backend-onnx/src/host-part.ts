/** A part of a graph that runs on the host. */
import type { Backend, Buffer, Executable } from '@addax/core';
import type { Part } from './partition/parts.ts';

/** Runs a part; values go in and come out by their slot. */
export class HostPart {
  readonly part: Part;
  readonly #label: string;
  readonly #inputs: readonly number[];
  readonly #outputs: readonly number[];
  #executable: Executable | undefined;

  constructor(part: Part, slotOf: (id: number) => number, label: string) {
    this.part = part;
    this.#label = label;
    this.#inputs = part.inputs.map(slotOf);
    this.#outputs = part.outputs.map(slotOf);
  }

  /** Compiles it; in the queue's turn, because the host's memory may grow. */
  compile(host: Backend): void {
    const { graph, donate } = this.part;
    this.#executable = host.compile(graph, { label: this.#label, donate });
  }

  get launches(): number {
    return this.#executable?.stats.launches ?? 0;
  }

  get workspaceBytes(): number {
    return this.#executable?.stats.workspaceBytes ?? 0;
  }

  get code(): string {
    return this.#executable?.code ?? '';
  }

  run(slots: (Buffer | undefined)[]): void {
    const results = this.#executable!.run(this.#inputs.map((slot) => slots[slot]!));
    for (let i = 0; i < results.length; i++) slots[this.#outputs[i]!] = results[i];
  }

  dispose(): void {
    this.#executable?.dispose();
  }
}
