/**
 * A compiled graph behind the contract: parts that run one after another, on the host or in the
 * runtime. What needs no waiting is done before `run` returns; everything else in the queue's turn.
 */
import type {
  Aval,
  Backend,
  Buffer,
  CompileOptions,
  Executable,
  ExecutableStats,
  Graph,
} from '@addax/core';
import { ArgumentError, profileSpan, StateError } from '@addax/core';
import { innerOf, OnnxBuffer, usable } from './buffer.ts';
import { Frozen, type FrozenRun } from './frozen.ts';
import { bufferOf, copyOf, memoryOf, type Storage } from './host.ts';
import { HostPart } from './host-part.ts';
import { type Homes, homesOf } from './homes.ts';
import { makeOutputs, type Output } from './outputs.ts';
import type { Part } from './partition/parts.ts';
import type { Queue } from './queue.ts';
import type { Session, Sessions } from './session.ts';

/** What an executable needs of its backend. */
export interface Surroundings {
  readonly host: Backend;
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
  readonly avals: readonly Aval[];
  readonly frozen: Frozen | undefined;
  readonly homes: Homes | undefined;
}

/** Values of a run by their slot. */
type Slots = (Buffer | undefined)[];

/** An executable of the onnx backend. */
export class OnnxExecutable implements Executable {
  readonly ready: Promise<void>;
  readonly #label: string;
  readonly #graph: Graph;
  readonly #surroundings: Surroundings;
  readonly #steps: readonly (HostPart | SessionPart)[];
  readonly #titles: readonly string[];
  readonly #slotCount: number;
  readonly #outputs: readonly Output[];
  /** Whether a part runs in the runtime. */
  readonly #waits: boolean;
  /** Whether no output is an input or a constant. */
  readonly #areComputed: boolean;
  /** The one part, if it may run with weights for constants. */
  readonly #only: SessionPart | undefined;
  /** By output, its place among those of that part. */
  readonly #places: readonly number[];
  /** Inputs that were looked at before, if they come again. */
  #tail: WeakRef<readonly Buffer[]> | undefined;
  /** Inputs that are donated. */
  readonly #donated: readonly number[];
  #failure: { readonly error: unknown } | undefined;
  #isDisposed = false;

  constructor(
    graph: Graph,
    parts: readonly Part[],
    options: CompileOptions,
    surroundings: Surroundings,
  ) {
    this.#label = options.label;
    this.#graph = graph;
    this.#surroundings = surroundings;
    const slots = new Map<number, number>(graph.inputs.map((id, i) => [id, i]));
    const slotOf = (id: number): number => {
      let slot = slots.get(id);
      if (slot === undefined) slots.set(id, (slot = slots.size));
      return slot;
    };
    this.#steps = parts.map((part, i) =>
      part.kind === 'host'
        ? new HostPart(part, slotOf, options.label)
        : this.#sessionPart(
            part,
            parts.length === 1 ? undefined : parts.slice(i + 1),
            slotOf,
            options,
          ),
    );
    this.#titles = parts.map((part) => `${options.label}: ${part.kind} (${describe(part)})`);
    this.#donated = options.donate.map(([input]) => input);
    this.#outputs = makeOutputs(graph, parts, options.donate, slotOf);
    this.#areComputed = this.#outputs.every(({ slot }) => slot >= 0);
    const [only] = this.#steps;
    const mayFreeze =
      only !== undefined && !(only instanceof HostPart) && only.frozen !== undefined;
    this.#only = mayFreeze ? only : undefined;
    this.#places = this.#outputs.map(({ slot }) => this.#only?.outputs.indexOf(slot) ?? -1);
    this.#waits = parts.some(({ kind }) => kind === 'session');
    this.#slotCount = slots.size;
    this.ready = this.#prepare();
    this.ready.catch(() => undefined);
  }

  #sessionPart(
    part: Part,
    later: readonly Part[] | undefined,
    slotOf: (id: number) => number,
    options: CompileOptions,
  ): SessionPart {
    const { host, sessions, freezeWeights } = this.#surroundings;
    const { label, donate } = options;
    const inputs = part.inputs.map(slotOf);
    const freezes = freezeWeights && later === undefined && donate.length === 0;
    const make = (graph: Graph): Session =>
      sessions.obtain(graph, { level: 'all', label: `${label} (frozen)` });
    const homes =
      later === undefined || !sessions.takesOutputs
        ? undefined
        : homesOf(host, this.#graph, part, later);
    const hasHomes = homes !== undefined;
    return {
      part,
      session: sessions.obtain(part.graph, { level: 'extended', label, hasHomes }),
      inputs,
      outputs: part.outputs.map(slotOf),
      avals: part.graph.outputs.map((id) => part.graph.avals[id]!),
      frozen: freezes ? new Frozen(part.graph, inputs, make) : undefined,
      homes,
    };
  }

  /** Compiles the parts of the host when it is their turn, and waits for the sessions. */
  #prepare(): Promise<void> {
    const { host, queue } = this.#surroundings;
    const sessions: Promise<void>[] = [];
    for (const step of this.#steps)
      if (!(step instanceof HostPart)) sessions.push(step.session.ready);
    const compiled = new Promise<void>((resolve, reject) => {
      queue.enqueue(() => {
        try {
          for (const step of this.#steps) if (step instanceof HostPart) step.compile(host);
          resolve();
        } catch (error) {
          this.#failure = { error };
          reject(error as Error);
        }
      });
    });
    return Promise.all([compiled, ...sessions]).then(() => undefined);
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
    const texts = this.#steps.map((step, i) => {
      const title = `// ${this.#titles[i]}`;
      return step instanceof HostPart ? `${title}\n${step.code}` : title;
    });
    return `${texts.join('\n')}\n`;
  }

  run(inputs: readonly Buffer[], tail?: readonly Buffer[]): Buffer[] {
    if (this.#isDisposed) {
      throw new StateError(`executable "${this.#label}" was disposed of; compile the graph again`);
    }
    const expected = this.#graph.inputs.length;
    if (inputs.length !== expected) {
      throw new ArgumentError(`"${this.#label}" takes ${expected} inputs but got ${inputs.length}`);
    }
    const isKnown = tail !== undefined && this.#tail?.deref() === tail;
    const known = isKnown ? inputs.length - tail.length : inputs.length;
    for (let i = 0; i < known; i++) usable(inputs[i]!);
    const buffers = inputs as readonly OnnxBuffer[];
    if (tail !== undefined && !isKnown) this.#tail = new WeakRef(tail);
    if (this.#donated.length > 0) this.#donate(buffers);
    const outputs = this.#outputs.map(({ bytes, donor }) => {
      if (donor < 0) this.#surroundings.created(bytes);
      return new OnnxBuffer(bytes);
    });
    this.#surroundings.queue.enqueue(() => this.#perform(buffers, tail, outputs));
    return outputs;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#surroundings.queue.enqueue(() => {
      for (const step of this.#steps) {
        if (step instanceof HostPart) {
          step.dispose();
          continue;
        }
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

  /** Does a run whose turn has come; never throws, and waits only where the runtime runs. */
  #perform(
    buffers: readonly OnnxBuffer[],
    tail: readonly Buffer[] | undefined,
    outputs: readonly OnnxBuffer[],
  ): Promise<void> | void {
    try {
      if (this.#only !== undefined && this.#failure === undefined) {
        const run = this.#only.frozen!.choose(buffers, tail);
        if (run !== undefined) return this.#performFrozen(run, buffers, outputs);
      }
      if (this.#waits) return this.#performWaiting(buffers, outputs);
      const slots = this.#begin(buffers);
      const copies = this.#copies((input) => slots[input]!);
      for (let i = 0; i < this.#steps.length; i++) this.#runOnHost(i, slots);
      this.#finish(slots, copies, outputs);
    } catch (error) {
      this.#fail(error, outputs);
    }
  }

  async #performWaiting(
    buffers: readonly OnnxBuffer[],
    outputs: readonly OnnxBuffer[],
  ): Promise<void> {
    try {
      const slots = this.#begin(buffers);
      const copies = this.#copies((input) => slots[input]!);
      for (let i = 0; i < this.#steps.length; i++) {
        const step = this.#steps[i]!;
        if (step instanceof HostPart) {
          this.#runOnHost(i, slots);
          continue;
        }
        const end = profileSpan('run', this.#titles[i]!);
        const { session } = step;
        if (!session.isReady) await session.ready;
        const homes = step.homes?.buffers;
        const inputs = step.inputs.map((slot) => memoryOf(slots[slot]!));
        try {
          const results = await session.run(
            inputs,
            homes?.map((home) => home && memoryOf(home)),
          );
          for (let k = 0; k < step.outputs.length; k++) {
            slots[step.outputs[k]!] =
              homes?.[k] ?? bufferOf(session.output(results, k), step.avals[k]!);
          }
        } finally {
          session.rest();
          end();
        }
      }
      this.#finish(slots, copies, outputs);
    } catch (error) {
      this.#fail(error, outputs);
    }
  }

  /**
   * A run whose weights are constants of the session. Small models are done in the time of a few
   * thousand instructions, so nothing else is looked at, nor waited for.
   */
  async #performFrozen(
    { session, open }: FrozenRun,
    buffers: readonly OnnxBuffer[],
    outputs: readonly OnnxBuffer[],
  ): Promise<void> {
    const end = profileSpan('run', this.#titles[0]!);
    try {
      const inputs: Storage[] = [];
      for (const slot of open) inputs.push(memoryOf(innerOf(buffers[slot]!)));
      const copies = this.#copies((input) => innerOf(buffers[input]!));
      const results = await session.run(inputs);
      for (let i = 0; i < outputs.length; i++) {
        const { isFirst, aval } = this.#outputs[i]!;
        const place = this.#places[i]!;
        const made = place < 0 ? copies![i]! : bufferOf(session.output(results, place), aval);
        outputs[i]!.inner = isFirst ? made : copyOf(made, aval);
      }
    } catch (error) {
      this.#fail(error, outputs);
    } finally {
      session.rest();
      end();
    }
  }

  #runOnHost(i: number, slots: Slots): void {
    const end = profileSpan('run', this.#titles[i]!);
    (this.#steps[i] as HostPart).run(slots);
    end();
  }

  #fail(error: unknown, outputs: readonly OnnxBuffer[]): void {
    for (const output of outputs) output.failure = { error };
    this.#surroundings.queue.fail(error);
  }

  #begin(buffers: readonly OnnxBuffer[]): Slots {
    if (this.#failure !== undefined) throw this.#failure.error;
    const slots: Slots = new Array<Buffer | undefined>(this.#slotCount);
    for (let i = 0; i < buffers.length; i++) slots[i] = innerOf(buffers[i]!);
    if (this.#donated.length === 0) return slots;
    const given = new Set<Buffer | undefined>();
    for (const input of this.#donated) {
      given.add(slots[input]);
      buffers[input]!.inner = undefined;
    }
    for (let i = 0; i < buffers.length; i++) {
      // Memory that is donated and also passed as another input is read from a copy there.
      if (!given.has(slots[i]) || this.#donated.includes(i)) continue;
      slots[i] = copyOf(slots[i]!, this.#graph.avals[this.#graph.inputs[i]!]!);
    }
    return slots;
  }

  /** Outputs that are inputs or constants, taken before anything is overwritten. */
  #copies(operand: (input: number) => Buffer): Slots | undefined {
    if (this.#areComputed) return undefined;
    return this.#outputs.map(({ slot, input, constant, donor, aval }) => {
      if (slot >= 0) return undefined;
      if (constant !== undefined) return this.#surroundings.host.upload(constant, aval);
      return donor === input ? operand(input) : copyOf(operand(input), aval);
    });
  }

  #finish(slots: Slots, copies: Slots | undefined, outputs: readonly OnnxBuffer[]): void {
    for (let i = 0; i < outputs.length; i++) {
      const { slot, isFirst, donor, aval } = this.#outputs[i]!;
      const made = slot < 0 ? copies![i]! : slots[slot]!;
      const computed = isFirst ? made : copyOf(made, aval);
      const home = donor < 0 ? computed : slots[donor]!;
      // A variable keeps its memory for life.
      if (home !== computed) memoryOf(home).set(memoryOf(computed) as never);
      outputs[i]!.inner = home;
    }
  }
}

/** What a part is made of, in words. */
function describe({ counts }: Part): string {
  const words = { session: 'in the runtime', hoisted: 'hoisted', update: 'of updates' } as const;
  const named = Object.entries(words).map(([place, word]) => [
    counts[place as keyof typeof words],
    word,
  ]);
  return [...named, [counts.fallback, 'on the host']]
    .filter(([count]) => count !== 0)
    .map((pair) => pair.join(' '))
    .join(', ');
}
