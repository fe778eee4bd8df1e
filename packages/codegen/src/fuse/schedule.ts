/**
 * The order of launches: producers first, and otherwise the order in which the graph was written,
 * so that a training step updates a variable only after its last reader.
 */
import type { AnyNode, Graph } from '@addax/core';
import type { LoweredKernel } from '../lower/lower.ts';

/** A launch before memory is planned; values are roots. */
export interface Unit {
  readonly kernel: LoweredKernel | undefined;
  readonly node: AnyNode | undefined;
  /** What the call does with each element of its first output. */
  readonly epilogue?: LoweredKernel & { readonly supplied: number };
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Place in the graph. */
  readonly position: number;
  readonly source: readonly string[];
}

/** Sorts units topologically, earliest position first among those that are ready. */
export function schedule(graph: Graph, units: readonly Unit[]): Unit[] {
  const writer = new Int32Array(graph.avals.length).fill(-1);
  units.forEach((unit, i) => unit.writes.forEach((value) => (writer[value] = i)));
  const waiting = new Int32Array(units.length);
  const readers: number[][] = units.map(() => []);
  units.forEach((unit, i) => {
    for (const value of new Set(unit.reads)) {
      if (writer[value] < 0) continue;
      waiting[i]++;
      readers[writer[value]].push(i);
    }
  });
  const ready = new Heap(units);
  units.forEach((_, i) => {
    if (waiting[i] === 0) ready.push(i);
  });
  const order: Unit[] = [];
  for (let next = ready.pop(); next >= 0; next = ready.pop()) {
    order.push(units[next]);
    for (const reader of readers[next]) if (--waiting[reader] === 0) ready.push(reader);
  }
  if (order.length !== units.length) throw new Error('kernels wait for one another in a circle');
  return order;
}

/** Binary heap of unit numbers by position. */
class Heap {
  private readonly items: number[] = [];
  private readonly units: readonly Unit[];

  constructor(units: readonly Unit[]) {
    this.units = units;
  }

  private less(a: number, b: number): boolean {
    return this.units[this.items[a]].position < this.units[this.items[b]].position;
  }

  private swap(a: number, b: number): void {
    [this.items[a], this.items[b]] = [this.items[b], this.items[a]];
  }

  push(item: number): void {
    let i = this.items.push(item) - 1;
    while (i > 0 && this.less(i, (i - 1) >> 1)) {
      this.swap(i, (i - 1) >> 1);
      i = (i - 1) >> 1;
    }
  }

  /** The unit with the smallest position, or −1. */
  pop(): number {
    if (this.items.length === 0) return -1;
    this.swap(0, this.items.length - 1);
    const item = this.items.pop()!;
    for (let i = 0; ;) {
      let child = 2 * i + 1;
      if (child >= this.items.length) break;
      if (child + 1 < this.items.length && this.less(child + 1, child)) child++;
      if (!this.less(child, i)) break;
      this.swap(i, child);
      i = child;
    }
    return item;
  }
}
