/**
 * A planned graph that runs inside the memory of a heap. Kernels get addresses, library calls views.
 * Offsets are fixed when the graph is planned; addresses and views are made when the region is known
 * and again whenever it moves.
 */
import { planProgram } from '@addax/codegen';
import type { Kernel, Program, Slot, Step } from '@addax/codegen';
import type { DType, Graph } from '@addax/core';
import { kernelText } from '../kernels/compile.ts';
import type { Body, Call, CallContext, Kept } from '../library/call.ts';
import { prepareCall } from '../library/library.ts';
import type { Library } from '../library/library.ts';
import { fromHost, storedWidth } from '../storage.ts';
import type { Storage } from '../storage.ts';
import { target } from '../target.ts';
import type { WasmCompiler, WasmKernel } from './compile.ts';
import type { Heap } from './heap.ts';

/** What machines of one backend share. */
export interface WasmParts {
  readonly heap: Heap;
  readonly compiler: WasmCompiler;
  readonly library: Partial<Library>;
}

const NOTHING: Storage = new Float32Array(0);

/** Rounds up to whole cache lines. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

type Act = () => void;

/** A graph that runs in a region of a heap. */
export class WasmMachine implements Body {
  readonly program: Program;
  private readonly parts: WasmParts;
  private readonly graph: Graph;
  private readonly slots: Storage[];
  private readonly addresses: number[];
  private readonly acts: readonly Act[];
  private readonly ends: { readonly slot: number; readonly index: number; readonly out: boolean }[];
  private readonly bodies: WasmMachine[] = [];
  private readonly kept: KeptPlace[] = [];
  private readonly shared = new Map<string, KeptPlace>();
  private constants = -1;
  private epoch = -1;
  private base = -1;

  constructor(
    graph: Graph,
    donate: readonly (readonly [input: number, output: number])[],
    parts: WasmParts,
  ) {
    this.graph = graph;
    this.parts = parts;
    this.program = planProgram(graph, target, donate);
    this.slots = this.program.slots.map(() => NOTHING);
    this.addresses = this.program.slots.map(() => 0);
    this.ends = this.program.slots.flatMap(({ place }, slot) =>
      place.kind === 'input' || place.kind === 'output'
        ? [{ slot, index: place.index, out: place.kind === 'output' }]
        : [],
    );
    this.acts = this.prepare();
  }

  get workspaceBytes(): number {
    const inner = this.bodies.reduce((sum, body) => sum + body.workspaceBytes, 0);
    return this.program.workspaceBytes + this.keptBytes + inner;
  }

  get launches(): number {
    return this.acts.length;
  }

  /** The loops in words: the JavaScript dialect of the same programs. */
  get code(): string {
    const lines: string[] = [];
    this.program.steps.forEach((step, i) => {
      const source = this.program.sources[i].join(', ');
      if (step.kind === 'copy') lines.push(`// step ${i}: copy slot ${step.from} to ${step.to}`);
      else if (step.kind === 'call') lines.push(`// step ${i}: call ${source}`);
      else lines.push(`// step ${i}: as WebAssembly, ${source}`, kernelText(step.kernel));
    });
    for (const body of this.bodies) lines.push('// inner graph', body.code);
    return `${lines.join('\n')}\n`;
  }

  /** Bytes of the region that it runs in, bodies included. */
  get regionBytes(): number {
    const inner = this.bodies.reduce((sum, body) => sum + body.regionBytes, 0);
    return aligned(this.program.workspaceBytes) + this.keptBytes + inner;
  }

  private get keptBytes(): number {
    return this.kept.reduce((sum, place) => sum + aligned(bytesOf(place)), 0);
  }

  /** Takes the memory that outlives a run; may make the heap grow, so it comes before {@link settle}. */
  found(): void {
    if (this.constants < 0) this.placeConstants();
    for (const body of this.bodies) body.found();
  }

  /** Moves to a region; cheap if nothing has moved since the last time. */
  settle(base: number): void {
    const { heap } = this.parts;
    if (this.epoch === heap.epoch && this.base === base) return;
    this.epoch = heap.epoch;
    this.base = base;
    let constant = this.constants;
    this.program.slots.forEach((slot, i) => {
      if (slot.place.kind === 'workspace') this.put(i, slot, base + slot.place.offset);
      else if (slot.place.kind === 'constant') {
        this.put(i, slot, constant);
        constant += aligned(bytesOf(slot));
      }
    });
    let at = base + aligned(this.program.workspaceBytes);
    for (const kept of this.kept) {
      kept.storage = heap.view(kept.dtype, at, kept.length);
      at += aligned(bytesOf(kept));
    }
    for (const body of this.bodies) {
      body.settle(at);
      at += body.regionBytes;
    }
  }

  /** Runs on inputs and outputs that are views of the memory. */
  run(inputs: readonly Storage[], outputs: readonly Storage[]): void {
    const { slots, addresses, acts, ends } = this;
    for (let i = 0; i < ends.length; i++) {
      const { slot, index, out } = ends[i];
      const storage = out ? outputs[index] : inputs[index];
      slots[slot] = storage;
      addresses[slot] = storage.byteOffset;
    }
    for (let i = 0; i < acts.length; i++) acts[i]();
  }

  private put(i: number, { dtype, length }: Slot, address: number): void {
    this.addresses[i] = address;
    this.slots[i] = this.parts.heap.view(dtype, address, length);
  }

  /** Constants outlive a run, so they have a place of their own. */
  private placeConstants(): void {
    const { heap } = this.parts;
    const slots = this.program.slots.filter(({ place }) => place.kind === 'constant');
    const bytes = slots.reduce((sum, slot) => sum + aligned(bytesOf(slot)), 0);
    this.constants = 0;
    if (bytes === 0) return;
    this.constants = heap.allocate(this, bytes);
    let at = this.constants;
    for (const slot of slots) {
      if (slot.place.kind !== 'constant') continue;
      const { dtype, length } = slot;
      const data = fromHost(this.graph.constants.get(slot.place.value)!, dtype, length);
      heap.view(dtype, at, length).set(data);
      at += aligned(bytesOf(slot));
    }
  }

  private prepare(): Act[] {
    const { compiler, library } = this.parts;
    const { steps } = this.program;
    const kernels = steps.flatMap((step) => (step.kind === 'kernel' ? [step.kernel] : []));
    const functions = compiler.compile(kernels);
    const context: CallContext = {
      avals: this.graph.avals,
      compileBody: (body) => {
        const machine = new WasmMachine(body, [], this.parts);
        this.bodies.push(machine);
        return machine;
      },
      keep: (dtype, length) => {
        const kept = { storage: NOTHING, dtype, length };
        this.kept.push(kept);
        return kept;
      },
      share: (name, length) => {
        let kept = this.shared.get(name);
        if (kept === undefined) {
          kept = { storage: NOTHING, dtype: 'float32', length };
          this.shared.set(name, kept);
          this.kept.push(kept);
        }
        kept.length = Math.max(kept.length, length);
        return kept;
      },
    };
    let next = 0;
    return steps.map((step): Act => {
      if (step.kind === 'kernel') return this.launch(functions[next++], step.kernel, step.slots);
      if (step.kind === 'copy') return () => this.slots[step.to].set(this.slots[step.from]);
      return this.call(step, prepareCall(step.node, context, library));
    });
  }

  private call({ inputs, outputs }: Extract<Step, { kind: 'call' }>, call: Call): Act {
    const { slots } = this;
    return () =>
      call(
        inputs.map((slot) => slots[slot]),
        outputs.map((slot) => slots[slot]),
      );
  }

  private launch(f: WasmKernel, kernel: Kernel, slots: readonly number[]): Act {
    const at = this.addresses;
    const first = kernel.buffers.findIndex(({ use }) => use === 'write');
    const [a, b, c, d, e] = slots;
    if (kernel.flat) {
      const count = kernel.buffers[first].length;
      switch (slots.length) {
        case 1:
          return () => f(at[a], count);
        case 2:
          return () => f(at[a], at[b], count);
        case 3:
          return () => f(at[a], at[b], at[c], count);
        case 4:
          return () => f(at[a], at[b], at[c], at[d], count);
        default:
          return () => f(...slots.map((slot) => at[slot]), count);
      }
    }
    switch (slots.length) {
      case 2:
        return () => f(at[a], at[b]);
      case 3:
        return () => f(at[a], at[b], at[c]);
      case 4:
        return () => f(at[a], at[b], at[c], at[d]);
      case 5:
        return () => f(at[a], at[b], at[c], at[d], at[e]);
      default:
        return () => f(...slots.map((slot) => at[slot]));
    }
  }
}

/** Memory that a call keeps, and how much. */
interface KeptPlace extends Kept {
  readonly dtype: DType;
  length: number;
}

function bytesOf({ dtype, length }: Pick<Slot, 'dtype' | 'length'>): number {
  return length * storedWidth(dtype);
}
