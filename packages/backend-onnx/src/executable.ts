/**
 * A compiled graph behind the contract: parts that run one after another, on the host or in the
 * runtime. What needs no waiting is done before `run` returns; everything else in the queue's turn.
 */
import { fromHost, type Storage } from '@addax/backend-cpu/host';
import type { Aval, Buffer, CompileOptions, Executable, ExecutableStats, Graph } from '@addax/core';
import { ArgumentError, profileSpan, sizeOf, StateError } from '@addax/core';
import { OnnxBuffer, storageOf, usable } from './buffer.ts';
import { byteLength } from './byte-length.ts';
import { Frozen } from './frozen.ts';
import { HostPart } from './host-part.ts';
import type { Part } from './partition/parts.ts';
import type { Queue } from './queue.ts';
import type { Session, Sessions } from './session.ts';

const READY = Promise.resolve();

/** What an executable needs of its backend. */
export interface Surroundings {
  readonly queue: Queue;
  readonly sessions: Sessions;
  readonly freezeWeights: boolean;
  /** Hears of the bytes of every new output. */
  readonly created: (bytes: number) => void;
}

/** A part in the runtime. */
interface SessionPart {
  readonly part: Part;
  readonly session: Session;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly frozen: Frozen | undefined;
}

/** An executable of the onnx backend. */
export class OnnxExecutable implements Executable {
  readonly ready: Promise<void>;
  readonly #label: string;
  readonly #surroundings: Surroundings;
  readonly #steps: readonly (HostPart | SessionPart)[];
  readonly #slotCount: number;
  readonly #inputCount: number;
  readonly #outputs: readonly Output[];
  /** Inputs that are donated. */
  readonly #donated: readonly number[];
  #isDisposed = false;

  constructor(
    graph: Graph,
    parts: readonly Part[],
    options: CompileOptions,
    surroundings: Surroundings,
  ) {
    this.#label = options.label;
    this.#surroundings = surroundings;
    const slots = new Map<number, number>(graph.inputs.map((id, i) => [id, i]));
    const slotOf = (id: number): number => {
      let slot = slots.get(id);
      if (slot === undefined) slots.set(id, (slot = slots.size));
      return slot;
    };
    const results = new Set(graph.outputs);
    this.#steps = parts.map((part) =>
      part.kind === 'host'
        ? new HostPart(part, slotOf, (id) => results.has(id))
        : this.#sessionPart(part, slotOf, options),
    );
    this.#inputCount = graph.inputs.length;
    this.#donated = options.donate.map(([input]) => input);
    const computed = new Set(parts.flatMap((part) => part.outputs));
    this.#outputs = graph.outputs.map((id, i) => ({
      aval: graph.avals[id]!,
      bytes: byteLength(graph.avals[id]!),
      slot: computed.has(id) ? slotOf(id) : -1,
      // A value that stands twice among the outputs has its own memory in the first place only.
      isFirst: graph.outputs.indexOf(id) === i,
      input: graph.inputs.indexOf(id),
      constant: graph.constants.get(id),
      donor: options.donate.find(([, output]) => output === i)?.[0] ?? -1,
    }));
    this.#slotCount = slots.size;
    this.ready = Promise.all(
      this.#steps.map((step) => (step instanceof HostPart ? READY : step.session.ready)),
    ).then(() => undefined);
    this.ready.catch(() => undefined);
  }

  #sessionPart(part: Part, slotOf: (id: number) => number, options: CompileOptions): SessionPart {
    const { sessions, freezeWeights } = this.#surroundings;
    const { label, donate } = options;
    const freezes = freezeWeights && donate.length === 0;
    return {
      part,
      session: sessions.obtain(part.graph, 'extended', label),
      inputs: part.inputs.map(slotOf),
      outputs: part.outputs.map(slotOf),
      frozen: freezes
        ? new Frozen(part.graph, (graph) => sessions.obtain(graph, 'all', `${label} (frozen)`))
        : undefined,
    };
  }

  get stats(): ExecutableStats {
    const stats = { workspaceBytes: 0, launches: 0, hostNodes: 0 };
    for (const step of this.#steps) {
      stats.hostNodes += step.part.counts.fallback;
      if (step instanceof HostPart) {
        stats.workspaceBytes += step.workspaceBytes;
        stats.launches += step.launches;
      } else stats.launches += step.session.nodeCount;
    }
    return stats;
  }

  get code(): string {
    const texts = this.#steps.map((step) => {
      const title = `// ${step.part.kind} part: ${describe(step.part)}`;
      if (!(step instanceof HostPart)) return title;
      return `${title}\n${step.code}`;
    });
    return `${texts.join('\n')}\n`;
  }

  run(inputs: readonly Buffer[]): Buffer[] {
    if (this.#isDisposed) {
      throw new StateError(`executable "${this.#label}" was disposed of; compile the graph again`);
    }
    if (inputs.length !== this.#inputCount) {
      throw new ArgumentError(
        `"${this.#label}" takes ${this.#inputCount} inputs but got ${inputs.length}`,
      );
    }
    const buffers = inputs.map(usable);
    this.#donate(buffers);
    const outputs = this.#outputs.map(({ bytes, donor }) => {
      if (donor < 0) this.#surroundings.created(bytes);
      return new OnnxBuffer(bytes);
    });
    this.#surroundings.queue.enqueue(() => this.#perform(buffers, outputs));
    return outputs;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#surroundings.queue.enqueue(() => {
      for (const step of this.#steps) {
        if (step instanceof HostPart) continue;
        step.frozen?.dispose();
        step.session.release();
      }
    });
  }

  #donate(buffers: readonly OnnxBuffer[]): void {
    for (const input of this.#donated) {
      if (buffers[input]!.isGiven) {
        throw new ArgumentError(`"${this.#label}" was given one buffer for two variables`);
      }
      buffers[input]!.isGiven = true;
    }
  }

  /** Does a run whose turn has come; never throws. */
  #perform(buffers: readonly OnnxBuffer[], outputs: readonly OnnxBuffer[]): Promise<void> | void {
    const fail = (error: unknown): void => {
      for (const output of outputs) output.failure = { error };
      this.#surroundings.queue.fail(error);
    };
    try {
      const slots = this.#begin(buffers);
      const copies = this.#copies(slots);
      const wait = this.#runSteps(0, slots, buffers);
      if (wait === undefined) return this.#finish(slots, copies, outputs);
      return wait.then(() => this.#finish(slots, copies, outputs)).catch(fail);
    } catch (error) {
      return fail(error);
    }
  }

  #begin(buffers: readonly OnnxBuffer[]): (Storage | undefined)[] {
    const slots = new Array<Storage | undefined>(this.#slotCount);
    for (let i = 0; i < buffers.length; i++) slots[i] = storageOf(buffers[i]!);
    if (this.#donated.length === 0) return slots;
    const given = new Set<Storage | undefined>();
    for (const input of this.#donated) {
      given.add(slots[input]);
      buffers[input]!.storage = undefined;
    }
    for (let i = 0; i < buffers.length; i++) {
      // Memory that is donated and also passed as another input is read from a copy there.
      if (given.has(slots[i]) && !this.#donated.includes(i)) slots[i] = slots[i]!.slice();
    }
    return slots;
  }

  /** Outputs that are inputs or constants, taken before anything is overwritten. */
  #copies(slots: readonly (Storage | undefined)[]): (Storage | undefined)[] | undefined {
    if (this.#outputs.every(({ slot }) => slot >= 0)) return undefined;
    return this.#outputs.map(({ slot, input, constant, donor, aval }) => {
      if (slot >= 0) return undefined;
      if (constant !== undefined) return fromHost(constant, aval.dtype, sizeOf(aval.shape));
      return donor === input ? slots[input] : slots[input]!.slice();
    });
  }

  /** Runs the steps from `first` on; waits only where a session runs. */
  #runSteps(
    first: number,
    slots: (Storage | undefined)[],
    buffers: readonly OnnxBuffer[],
  ): Promise<void> | undefined {
    for (let i = first; i < this.#steps.length; i++) {
      const step = this.#steps[i]!;
      const end = profileSpan('run', `${this.#label}: ${step.part.kind} (${describe(step.part)})`);
      if (step instanceof HostPart) {
        step.run(slots);
        end();
        continue;
      }
      return this.#runSession(step, slots, buffers).then(() => {
        end();
        return this.#runSteps(i + 1, slots, buffers);
      });
    }
    return undefined;
  }

  async #runSession(
    step: SessionPart,
    slots: (Storage | undefined)[],
    buffers: readonly OnnxBuffer[],
  ): Promise<void> {
    const inputs = step.inputs.map((slot) => slots[slot]!);
    const isOnly = this.#steps.length === 1;
    const frozen = isOnly
      ? step.frozen?.choose(
          step.inputs.map((slot) => buffers[slot]!),
          inputs,
        )
      : undefined;
    const session = frozen?.session ?? step.session;
    if (!session.isReady) await session.ready;
    const results = await session.run(frozen?.inputs ?? inputs);
    for (let i = 0; i < results.length; i++) slots[step.outputs[i]!] = results[i];
  }

  #finish(
    slots: readonly (Storage | undefined)[],
    copies: readonly (Storage | undefined)[] | undefined,
    outputs: readonly OnnxBuffer[],
  ): void {
    for (let i = 0; i < outputs.length; i++) {
      const { slot, isFirst, donor } = this.#outputs[i]!;
      const computed = slot < 0 ? copies![i]! : isFirst ? slots[slot]! : slots[slot]!.slice();
      const home = donor < 0 ? computed : slots[donor]!;
      // A variable keeps its memory for life.
      if (home !== computed) home.set(computed as never);
      outputs[i]!.storage = home;
    }
  }
}

/** Where an output comes from. */
interface Output {
  readonly aval: Aval;
  readonly bytes: number;
  /** Slot of a computed value; −1 for an input or a constant. */
  readonly slot: number;
  readonly isFirst: boolean;
  readonly input: number;
  readonly constant: Parameters<typeof fromHost>[0] | undefined;
  readonly donor: number;
}

/** What a part is made of, in words. */
function describe({ counts }: Part): string {
  const words = { session: 'in the runtime', hoisted: 'hoisted', update: 'of updates' };
  const named = Object.entries(words).map(([place, word]) => [counts[place as 'session'], word]);
  return [...named, [counts.fallback, 'on the host']]
    .filter(([count]) => count !== 0)
    .map((pair) => pair.join(' '))
    .join(', ');
}
