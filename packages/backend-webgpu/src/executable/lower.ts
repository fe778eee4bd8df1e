/**
 * Graph → routine: plans the graph, prints its kernels, asks the library for the launches of its
 * calls, and lowers the bodies of loops and branches.
 */
import { planProgram } from '@addax/codegen';
import { printChain, printWgsl } from '@addax/codegen/device';
import type { Program, Step } from '@addax/codegen';
import type { WgslKernel } from '@addax/codegen/device';
import type { Graph } from '@addax/core';
import { sizeOf, workOf } from '@addax/core';
import type { Abilities } from '../launch.ts';
import { Calls } from './calls.ts';
import { copy } from './kernels.ts';
import { Layout } from './layout.ts';
import type { Surroundings } from './layout.ts';
import { launchCount } from './routine.ts';
import type { Cond, Dispatch, Item, Place, Routine, Scan, Segment, While } from './routine.ts';
import { halvesOf, sharing, usesOf, writtenBuffers } from './sharing.ts';
import { isHalf, wordsOf } from '../storage.ts';
import { targetOf } from './target.ts';

/** [input, output] pairs that share memory. */
type Donations = readonly (readonly [input: number, output: number])[];

/** Lowers a graph whose inputs and outputs have memory of their own. */
export function lowerProgram(graph: Graph, abilities: Abilities, donate: Donations): Routine {
  const surroundings: Surroundings = {
    abilities,
    alignedInputs: graph.inputs.map(() => true),
    alignedOutputs: graph.outputs.map(() => true),
    isInner: false,
  };
  return new Lowerer(graph, surroundings, donate).run();
}

type KernelStep = Extract<Step, { readonly kind: 'kernel' }>;
type CallStep = Extract<Step, { readonly kind: 'call' }>;
type Ends = Pick<Scan, 'inputs' | 'outputs' | 'source'>;

class Lowerer {
  private readonly graph: Graph;
  private readonly surroundings: Surroundings;
  private readonly program: Program;
  private readonly layout: Layout;
  private readonly calls: Calls;
  private readonly items: Item[] = [];

  constructor(graph: Graph, surroundings: Surroundings, donate: Donations) {
    const { abilities } = surroundings;
    this.graph = graph;
    this.surroundings = surroundings;
    this.program = planProgram(graph, targetOf(abilities), donate);
    this.layout = new Layout(graph, this.program, surroundings);
    this.calls = new Calls(this.layout, graph.avals, abilities);
  }

  run(): Routine {
    const { graph, program, layout, items } = this;
    for (const { kind, steps } of layout.groups) {
      const [index] = steps;
      const step = program.steps[index];
      const source = program.sources[index].join(', ');
      if (kind === 'batch') this.batch(steps, source);
      else if (kind === 'chain') this.chain(steps);
      else if (step.kind === 'copy') this.copy(index, step.to);
      else if (step.kind === 'kernel') this.kernel(index, step, source);
      else this.call(index, step, source);
    }
    const words = (value: number): number => this.wordsOf(graph, value);
    return {
      rooms: layout.rooms,
      inputWords: graph.inputs.map(words),
      outputWords: graph.outputs.map(words),
      donors: program.donors,
      items,
      arenas: layout.arenas,
      waits: items.some(doesWait),
    };
  }

  private wordsOf({ avals }: Graph, value: number): number {
    const { shape, dtype } = avals[value];
    return wordsOf(sizeOf(shape), dtype, this.surroundings.abilities);
  }

  /** Whether float16 is `f16` in memory. */
  private get halfFloats(): boolean {
    return this.surroundings.abilities.halfFloats;
  }

  private copy(index: number, to: number): void {
    const { layout } = this;
    const { abilities } = this.surroundings;
    const { length, dtype } = this.program.slots[to];
    if (length === 0) return;
    const places = layout.placesOf(index);
    const aligned = places.every((place) => layout.isAligned(place));
    // Inputs of the body of a loop may turn out to start in the middle of a word.
    const unit = isHalf(dtype, abilities) ? 'f16' : 'u32';
    const move = copy(wordsOf(length, dtype, abilities), unit, aligned, abilities);
    this.items.push({ kind: 'dispatch', ...move, places, apart: [], source: 'copy' });
  }

  private kernel(index: number, { kernel, slots }: KernelStep, source: string): void {
    const { layout } = this;
    const written = writtenBuffers(kernel);
    if (layout.isEmpty(slots.filter((_, i) => written[i]))) return;
    const { maxThreads, maxGroups, workgroupTiles } = this.surroundings.abilities;
    const places = layout.placesOf(index);
    const positions = places.map((place) => layout.positionOf(place));
    const printed = printWgsl(kernel, {
      ...sharing(positions, written),
      halfFloats: this.halfFloats,
      aligned: places.map((place) => layout.isAligned(place)),
      maxThreads,
      workgroupTiles,
    });
    this.items.push({ ...launchOf(printed, 'kernel', places, maxGroups), source });
  }

  private chain(steps: readonly number[]): void {
    const { layout, program } = this;
    const kernels = steps.flatMap((index) => {
      const step = program.steps[index];
      return step.kind === 'kernel' ? [step.kernel] : [];
    });
    const places = steps.flatMap((index) => layout.placesOf(index));
    const positions = places.map((place) => layout.positionOf(place));
    const all = places.map(() => true);
    const { maxThreads, maxGroups } = this.surroundings.abilities;
    const { halfFloats } = this;
    const printed = printChain(kernels, { ...sharing(positions, all), halfFloats, maxThreads });
    const source = steps.map((index) => program.sources[index].join(', ')).join('; ');
    this.items.push({ ...launchOf(printed, 'chain', places, maxGroups), source });
  }

  private batch(steps: readonly number[], source: string): void {
    const printed = steps.map((step) => this.layout.printBatched(step)!);
    const [{ code, bindings }] = printed;
    const segments = steps.map((step, i): Segment => {
      const places = this.layout.placesOf(step);
      const { params, workgroups } = printed[i];
      return { places: bindings.map(({ buffers }) => places[buffers[0]]), params, workgroups };
    });
    const uses = [...usesOf(bindings), 'read' as const];
    const halves = [...halvesOf({ bindings, apart: [] }), false];
    const shader = { label: `batch of ${steps.length}`, code, bindings: uses, halves, words: 1 };
    this.items.push({ kind: 'batch', shader, segments, source });
  }

  private call(index: number, step: CallStep, source: string): void {
    const { node, inputs } = step;
    if (this.layout.isEmpty(step.outputs)) return;
    const places = this.layout.placesOf(index);
    const ends: Ends = {
      inputs: places.slice(0, inputs.length),
      outputs: places.slice(inputs.length),
      source,
    };
    if (node.op === 'scan') this.items.push(this.scan(node.attrs, ends));
    else if (node.op === 'cond') this.items.push(this.cond(node.attrs, ends));
    else if (node.op === 'while') this.items.push(this.loop(node.attrs, ends));
    else this.items.push(...this.calls.lower(index, step, source));
  }

  private scan(attrs: Scan['attrs'], ends: Ends): Scan {
    const { body, constants, carries, length } = attrs;
    const { alignedInputs, alignedOutputs } = this.alignment(ends);
    const rows = (aligned: boolean, value: number): boolean =>
      aligned && (length <= 1 || this.wordsOf(body, value) % 4 === 0);
    const routine = this.body(
      body,
      body.inputs.map((value, i) => {
        const aligned = alignedInputs[i];
        return i < constants + carries ? aligned : rows(aligned, value);
      }),
      body.outputs.map((value, i) => {
        const aligned = alignedOutputs[i];
        return i < carries ? aligned : rows(aligned, value);
      }),
    );
    return { kind: 'scan', attrs, body: routine, ...ends };
  }

  private cond(attrs: { readonly then: Graph; readonly else: Graph }, ends: Ends): Cond {
    const { alignedInputs, alignedOutputs } = this.alignment(ends);
    const operands = alignedInputs.slice(1);
    const then = this.body(attrs.then, operands, alignedOutputs);
    const otherwise = this.body(attrs.else, operands, alignedOutputs);
    const isBig = [this.isBig(attrs.then, then), this.isBig(attrs.else, otherwise)] as const;
    return { kind: 'cond', then, otherwise, isBig, ...ends };
  }

  /** Whether a side of a branch costs more than asking before each of its launches. */
  private isBig(graph: Graph, routine: Routine): boolean {
    const { products, elements } = workOf(graph);
    const launches = launchCount(routine);
    return launches > 0 && products + elements >= launches * this.surroundings.abilities.branchWork;
  }

  private loop(
    { cond, body, constants }: { cond: Graph; body: Graph; constants: number },
    ends: Ends,
  ): While {
    const { alignedInputs, alignedOutputs } = this.alignment(ends);
    const operands = [...alignedInputs.slice(0, constants), ...alignedOutputs];
    const next = alignedOutputs.map(() => true);
    return {
      kind: 'while',
      constants,
      test: this.body(cond, operands, [true]),
      body: this.body(body, operands, next),
      ...ends,
    };
  }

  private alignment({
    inputs,
    outputs,
  }: Ends): Pick<Surroundings, 'alignedInputs' | 'alignedOutputs'> {
    return {
      alignedInputs: inputs.map((place) => this.layout.isAligned(place)),
      alignedOutputs: outputs.map((place) => this.layout.isAligned(place)),
    };
  }

  private body(
    graph: Graph,
    alignedInputs: readonly boolean[],
    alignedOutputs: readonly boolean[],
  ): Routine {
    const { abilities } = this.surroundings;
    const surroundings = { abilities, alignedInputs, alignedOutputs, isInner: true };
    return new Lowerer(graph, surroundings, []).run();
  }
}

/** The launch of a printed kernel whose buffers lie at these places. */
function launchOf(
  printed: WgslKernel,
  label: string,
  places: readonly Place[],
  maxGroups: number,
): Omit<Dispatch, 'source'> {
  const { code, bindings, params, apart } = printed;
  return {
    kind: 'dispatch',
    shader: {
      label,
      code,
      bindings: usesOf(bindings),
      halves: halvesOf(printed),
      words: params.length,
    },
    places: bindings.map(({ buffers }) => places[buffers[0]]),
    apart: apart.map((buffer) => places[buffer]),
    params,
    groups: printed.groups(maxGroups),
  };
}

function doesWait(item: Item): boolean {
  switch (item.kind) {
    case 'dispatch':
    case 'batch':
      return false;
    case 'scan':
      return item.body.waits;
    case 'cond':
      return item.then.waits || item.otherwise.waits;
    case 'while':
      return true;
  }
}
