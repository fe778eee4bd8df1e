/** Random graphs of branches in branches and loops, exact on small whole numbers. */
import { floatToHalf, GraphBuilder } from '@addax/core';
import type { Aval, Graph, HostArray } from '@addax/core';

const BOOL: Aval = { shape: [], dtype: 'bool' };
const DEPTH = 3;
const LENGTH = 5;

/** A graph of three predicates and two vectors, and operands for it. */
export class RandomBranches {
  private state: number;
  private readonly line: Aval;

  constructor(seed: number, dtype: 'float32' | 'float16') {
    this.state = seed;
    this.line = { shape: [LENGTH], dtype };
  }

  graph(): Graph {
    const builder = new GraphBuilder();
    const predicates = [BOOL, BOOL, BOOL].map((aval) => builder.input(aval));
    const lines = [this.line, this.line].map((aval) => builder.input(aval));
    return builder.finish(this.body(builder, predicates, lines, 0));
  }

  inputs(): HostArray[] {
    const numbers = (): number[] => Array.from({ length: LENGTH }, () => this.below(7) - 3);
    const line = (): HostArray =>
      this.line.dtype === 'float32'
        ? Float32Array.from(numbers())
        : Uint16Array.from(numbers(), floatToHalf);
    const bit = (): Uint8Array => Uint8Array.of(this.below(2));
    return [bit(), bit(), bit(), line(), line()];
  }

  /** Two vectors made of those given. */
  private body(
    builder: GraphBuilder,
    predicates: readonly number[],
    given: readonly number[],
    depth: number,
  ): number[] {
    const lines = [...given];
    const pick = (): number => lines[this.below(lines.length)];
    const steps = 2 + this.below(3);
    for (let i = 0; i < steps; i++) {
      const [x, y] = [pick(), pick()];
      const kind = this.below(depth < DEPTH ? 6 : 3);
      if (kind === 0) lines.push(...builder.add('binary', [x, y], { fn: 'max' }));
      else if (kind === 1) lines.push(...builder.add('binary', [x, y], { fn: 'sub' }));
      else if (kind === 2) lines.push(builder.add('sort', [x], { axis: 0, descending: false })[0]);
      else if (kind === 3) lines.push(...this.scan(builder, predicates, [x, y], depth));
      else lines.push(...this.cond(builder, predicates, [x, y], depth));
    }
    return [lines[lines.length - 1], pick()];
  }

  private cond(
    builder: GraphBuilder,
    predicates: readonly number[],
    lines: readonly number[],
    depth: number,
  ): number[] {
    const side = (): Graph => this.inner(depth);
    const predicate = this.predicate(builder, predicates, lines);
    const attrs = { then: side(), else: side() };
    return builder.add('cond', [predicate, ...predicates, ...lines], attrs) as number[];
  }

  private scan(
    builder: GraphBuilder,
    predicates: readonly number[],
    lines: readonly number[],
    depth: number,
  ): number[] {
    const attrs = { body: this.inner(depth), length: 2, constants: 3, carries: 2 };
    const reverse = this.below(2) > 0;
    return builder.add('scan', [...predicates, ...lines], {
      ...attrs,
      reverse,
      saveCarries: false,
    }) as number[];
  }

  private inner(depth: number): Graph {
    const builder = new GraphBuilder();
    const predicates = [BOOL, BOOL, BOOL].map((aval) => builder.input(aval));
    const lines = [this.line, this.line].map((aval) => builder.input(aval));
    return builder.finish(this.body(builder, predicates, lines, depth + 1));
  }

  /** One of those given, or one that depends on what was computed before. */
  private predicate(
    builder: GraphBuilder,
    predicates: readonly number[],
    [x, y]: readonly number[],
  ): number {
    if (this.below(2) > 0) return predicates[this.below(3)];
    const [a] = builder.add('reduce', [x], { fn: 'sum', axes: [0] });
    const [b] = builder.add('reduce', [y], { fn: 'max', axes: [0] });
    return builder.add('compare', [a, b], { fn: 'lt' })[0];
  }

  /** A whole number below n; the numbers of one seed are always the same. */
  private below(n: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * n);
  }
}
