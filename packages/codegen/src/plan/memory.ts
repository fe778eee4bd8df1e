/**
 * The static memory plan: every value gets a place before the first run. Values die at their last
 * reader and their memory is used again; a kernel may write over an operand that dies in it.
 */
import type { AnyNode, DType, Graph } from '@addax/core';
import type { Unit } from '../fuse/schedule.ts';
import type { Place, Program, Slot, Step } from '../program.ts';
import type { Target } from '../target.ts';
import { Arena } from './arena.ts';
import type { BufferArena } from './buffer-arena.ts';
import { mayShare } from './outputs.ts';
import type { OutputPlan } from './outputs.ts';

/** Places the values of scheduled units. */
export function planMemory(
  graph: Graph,
  units: readonly Unit[],
  roots: Int32Array,
  outputs: OutputPlan,
  target: Target,
): Program {
  return new Planner(graph, units, roots, outputs, target).run();
}

class Planner {
  private readonly graph: Graph;
  private readonly units: readonly Unit[];
  private readonly roots: Int32Array;
  private readonly outputs: OutputPlan;
  private readonly target: Target;
  private readonly arena: Arena | BufferArena;
  private readonly slots: Slot[] = [];
  private readonly slotKeys = new Map<string, number>();
  /** Place of each root. */
  private readonly places = new Map<number, Place>();
  private readonly lastUse = new Map<number, number>();

  constructor(
    graph: Graph,
    units: readonly Unit[],
    roots: Int32Array,
    outputs: OutputPlan,
    target: Target,
  ) {
    this.graph = graph;
    this.units = units;
    this.roots = roots;
    this.outputs = outputs;
    this.target = target;
    const { passes, alignment } = target;
    this.arena = passes === undefined ? new Arena(alignment) : new passes.BufferArena(alignment);
  }

  run(): Program {
    const { graph, units, outputs } = this;
    const steps: Step[] = [];
    const sources: (readonly string[])[] = [];
    graph.inputs.forEach((value, index) => this.places.set(value, { kind: 'input', index }));
    for (const value of graph.constants.keys()) this.places.set(value, { kind: 'constant', value });
    for (const [value, index] of outputs.home) this.places.set(value, { kind: 'output', index });
    for (const value of outputs.saved) {
      const from = this.slotOf(value);
      this.places.set(value, this.allocate(value));
      steps.push({ kind: 'copy', from, to: this.slotOf(value) });
      sources.push([]);
      // Kernels keep reading the input itself; only the final copy needs the saved one.
    }
    const savedPlaces = new Map([...outputs.saved].map((v) => [v, this.places.get(v)!]));
    graph.inputs.forEach((value, index) => this.places.set(value, { kind: 'input', index }));
    const dying = this.lifetimes();
    units.forEach((unit, step) => {
      steps.push(this.place(unit, dying[step]));
      sources.push(unit.source);
      for (const value of dying[step]) this.release(value);
    });
    for (const [value, place] of savedPlaces) this.places.set(value, place);
    for (const { value, output } of outputs.copies) {
      const place: Place = { kind: 'output', index: output };
      const { dtype, shape } = graph.avals[graph.outputs[output]];
      steps.push({ kind: 'copy', from: this.slotOf(value), to: this.slot(place, dtype, shape) });
      sources.push([]);
    }
    return {
      slots: this.slots,
      steps,
      sources,
      donors: outputs.donors,
      workspaceBytes: this.arena.bytes,
      workspaceBuffers: 'sizes' in this.arena ? this.arena.sizes : [],
    };
  }

  /** Values (roots) that die at each step. */
  private lifetimes(): number[][] {
    const { units, lastUse } = this;
    units.forEach((unit, step) => {
      for (const value of unit.writes) lastUse.set(value, step);
      for (const value of unit.reads) lastUse.set(value, step);
    });
    for (const { value } of this.outputs.copies) lastUse.set(value, units.length);
    const dying: number[][] = units.map(() => []);
    for (const [value, step] of lastUse) if (step < units.length) dying[step].push(value);
    return dying;
  }

  private place(unit: Unit, dying: readonly number[]): Step {
    const free = new Set(dying.filter((value) => this.places.get(value)?.kind === 'workspace'));
    for (const value of unit.writes) {
      if (this.places.has(value)) continue;
      const heir = unit.reads.find((from) => free.has(from) && this.fits(unit, from, value));
      if (heir === undefined) {
        this.places.set(value, this.allocate(value));
      } else {
        free.delete(heir);
        this.places.set(value, this.places.get(heir)!);
        this.heirs.add(heir);
      }
    }
    if (unit.kernel === undefined) {
      const { node, epilogue } = unit as Unit & { readonly node: AnyNode };
      const writes = new Set(unit.writes);
      return {
        kind: 'call',
        node,
        inputs: node.inputs.map((value) => this.slotOf(value)),
        outputs: node.outputs.map((value) => (writes.has(value) ? this.slotOf(value) : -1)),
        ...(epilogue !== undefined && {
          epilogue: {
            kernel: epilogue.kernel,
            slots: epilogue.values.map((value, i) =>
              i === epilogue.supplied ? -1 : this.slotOf(value),
            ),
            supplied: epilogue.supplied,
          },
        }),
      };
    }
    const { kernel, values } = unit.kernel;
    const scratch: [number, number][] = [];
    const slots = values.map((value, i) => {
      if (value >= 0) return this.slotOf(value);
      const { dtype, length } = kernel.buffers[i];
      const bytes = length * this.target.byteWidth(dtype);
      const offset = this.arena.allocate(bytes);
      scratch.push([offset, bytes]);
      return this.slot({ kind: 'workspace', offset }, dtype, [length]);
    });
    for (const [offset, bytes] of scratch) this.arena.free(offset, bytes);
    return { kind: 'kernel', kernel, slots };
  }

  /** Values whose memory went on to a result, so that their death frees nothing. */
  private readonly heirs = new Set<number>();

  private fits(unit: Unit, from: number, to: number): boolean {
    return this.bytes(from) === this.bytes(to) && mayShare(unit, from, to, this.target);
  }

  private bytes(value: number): number {
    const { dtype, shape } = this.graph.avals[value];
    return shape.reduce((a, b) => a * b, 1) * this.target.byteWidth(dtype);
  }

  private allocate(value: number): Place {
    return { kind: 'workspace', offset: this.arena.allocate(this.bytes(value)) };
  }

  private release(value: number): void {
    const place = this.places.get(value);
    if (place?.kind !== 'workspace' || this.heirs.has(value)) return;
    this.arena.free(place.offset, this.bytes(value));
  }

  private slotOf(value: number): number {
    const { dtype, shape } = this.graph.avals[value];
    return this.slot(this.places.get(this.roots[value])!, dtype, shape);
  }

  private slot(place: Place, dtype: DType, shape: readonly number[]): number {
    const length = shape.reduce((a, b) => a * b, 1);
    const number =
      place.kind === 'workspace'
        ? place.offset
        : place.kind === 'constant'
          ? place.value
          : place.index;
    const key = `${place.kind}:${number}:${dtype}:${length}`;
    const known = this.slotKeys.get(key);
    if (known !== undefined) return known;
    this.slotKeys.set(key, this.slots.length);
    return this.slots.push({ place, dtype, length }) - 1;
  }
}
