/**
 * A planned graph made runnable: slots become typed arrays, steps become closures. The workspace is
 * one block of memory, allocated at the first run and kept; inputs and outputs come from the caller
 * and are let go of after each run, so that an idle executable holds no values.
 */
import { planProgram } from '@addax/codegen';
import type { Program, Step } from '@addax/codegen';
import type { DType, Graph } from '@addax/core';
import { compileKernel, kernelText } from './kernels/compile.ts';
import type { KernelFunction } from './kernels/compile.ts';
import type { Body, CallContext, Kept } from './library/call.ts';
import type { Interpreter } from './kernels/interpret.ts';
import { prepareCall } from './library/library.ts';
import type { Library } from './library/library.ts';
import { allocate, fromHost, storedWidth, view } from './storage.ts';
import type { Storage } from './storage.ts';
import { target } from './target.ts';

/** How a graph is compiled. */
export interface MachineOptions {
  readonly donate: readonly (readonly [input: number, output: number])[];
  readonly parts: MachineParts;
}

/** What the graph may run with. */
export interface MachineParts {
  readonly library: Partial<Library>;
  /** Walks kernel programs instead of compiling their text. */
  readonly interpreter: Interpreter | undefined;
}

type Act = (slots: Storage[]) => void;

const NOTHING: Storage = new Float32Array(0);

/** A graph that can run. */
export class Machine implements Body {
  readonly program: Program;
  private readonly slots: Storage[];
  private readonly acts: readonly Act[];
  /** Slots of graph inputs and outputs: pairs of slot and position. */
  private readonly inputSlots: number[] = [];
  private readonly inputPositions: number[] = [];
  private readonly outputSlots: number[] = [];
  private readonly outputPositions: number[] = [];
  private readonly bodies: Body[] = [];
  private kept = 0;
  private isReady = false;

  constructor(graph: Graph, options: MachineOptions) {
    this.program = planProgram(graph, target, options.donate);
    this.slots = this.program.slots.map(() => NOTHING);
    this.program.slots.forEach(({ place, dtype, length }, slot) => {
      if (place.kind === 'input') {
        this.inputSlots.push(slot);
        this.inputPositions.push(place.index);
      } else if (place.kind === 'output') {
        this.outputSlots.push(slot);
        this.outputPositions.push(place.index);
      } else if (place.kind === 'constant') {
        this.slots[slot] = fromHost(graph.constants.get(place.value)!, dtype, length);
      }
    });
    const context: CallContext = {
      avals: graph.avals,
      compileBody: (body) => {
        const machine = new Machine(body, { donate: [], parts: options.parts });
        this.bodies.push(machine);
        return machine;
      },
      keep: (dtype, length) => this.keep(dtype, length),
    };
    this.acts = this.program.steps.map((step) => act(step, context, options.parts));
  }

  get workspaceBytes(): number {
    const inner = this.bodies.reduce((sum, body) => sum + body.workspaceBytes, 0);
    return this.program.workspaceBytes + this.kept + inner;
  }

  get launches(): number {
    return this.acts.length;
  }

  /** Runs on inputs, into outputs; a donated input may be the same memory as its output. */
  run(inputs: readonly Storage[], outputs: readonly Storage[]): void {
    const { slots, acts, inputSlots, outputSlots } = this;
    if (!this.isReady) this.prepare();
    for (let i = 0; i < inputSlots.length; i++)
      slots[inputSlots[i]] = inputs[this.inputPositions[i]];
    for (let i = 0; i < outputSlots.length; i++) {
      slots[outputSlots[i]] = outputs[this.outputPositions[i]];
    }
    for (let i = 0; i < acts.length; i++) acts[i](slots);
    for (let i = 0; i < inputSlots.length; i++) slots[inputSlots[i]] = NOTHING;
    for (let i = 0; i < outputSlots.length; i++) slots[outputSlots[i]] = NOTHING;
  }

  /** The generated text, step by step. */
  get code(): string {
    const names = new Map<string, string>();
    const lines: string[] = [];
    this.program.steps.forEach((step, i) => {
      const source = this.program.sources[i].join(', ');
      if (step.kind === 'copy') {
        lines.push(`// step ${i}: copy slot ${step.from} to slot ${step.to}`);
      } else if (step.kind === 'call') {
        const slots = `slots ${step.inputs.join(', ')} to ${step.outputs.join(', ')}`;
        lines.push(`// step ${i}: call ${source}, ${slots}`);
      } else {
        const text = kernelText(step.kernel);
        const name = names.get(text) ?? `kernel${names.size}`;
        lines.push(`// step ${i}: ${name}(slots ${step.slots.join(', ')}): ${source}`);
        if (!names.has(text)) lines.push(text.replace('function kernel(', `function ${name}(`));
        names.set(text, name);
      }
    });
    for (const body of this.bodies) lines.push('// inner graph', body.code);
    return `${lines.join('\n')}\n`;
  }

  private prepare(): void {
    const block = new ArrayBuffer(this.program.workspaceBytes);
    this.program.slots.forEach(({ place, dtype, length }, slot) => {
      if (place.kind === 'workspace') this.slots[slot] = view(dtype, block, place.offset, length);
    });
    this.isReady = true;
  }

  private keep(dtype: DType, length: number): Kept {
    this.kept += length * storedWidth(dtype);
    return { storage: allocate(dtype, length) };
  }
}

function act(step: Step, context: CallContext, parts: MachineParts): Act {
  switch (step.kind) {
    case 'copy': {
      const { from, to } = step;
      return (slots) => slots[to].set(slots[from]);
    }
    case 'kernel':
      return launch(compileKernel(step.kernel, parts.interpreter), step.slots);
    case 'call': {
      const call = prepareCall(step.node, context, parts.library);
      const { inputs, outputs } = step;
      return (slots) => {
        call(
          inputs.map((slot) => slots[slot]),
          outputs.map((slot) => slots[slot]),
        );
      };
    }
  }
}

/** Calls a kernel with its slots; small arities without a spread. */
function launch(f: KernelFunction, slots: readonly number[]): Act {
  const [a, b, c, d, e, g] = slots;
  switch (slots.length) {
    case 1:
      return (s) => f(s[a]);
    case 2:
      return (s) => f(s[a], s[b]);
    case 3:
      return (s) => f(s[a], s[b], s[c]);
    case 4:
      return (s) => f(s[a], s[b], s[c], s[d]);
    case 5:
      return (s) => f(s[a], s[b], s[c], s[d], s[e]);
    case 6:
      return (s) => f(s[a], s[b], s[c], s[d], s[e], s[g]);
    default:
      return (s) => f(...slots.map((slot) => s[slot]));
  }
}
