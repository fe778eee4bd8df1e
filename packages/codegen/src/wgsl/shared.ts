/**
 * Reductions that threads of a workgroup share: each takes every n-th element, and what they found is
 * combined in workgroup memory, halves at a time. The order depends on sizes only, so that results
 * are the same bits at every run.
 *
 * A workgroup works on `slots` elements of the result with `parts` threads each. Neighbouring threads
 * read neighbouring elements: those of the reduction if its innermost axis is reduced, else those of
 * neighbouring results.
 */
import type { Accumulator, Kernel, Reduction } from '../kernel.ts';
import type { Bindings } from './bindings.ts';
import { Body } from './body.ts';
import type { BodyOptions, LoopStatement } from './body.ts';
import { valueType, wgslFunctions as wgsl } from './functions.ts';
import { visitForms } from './nest.ts';
import type { Loops } from './nest.ts';
import type { Printed } from './print.ts';
import type { WgslOptions } from './types.ts';
import type { Words } from './words.ts';

/** How threads share the reductions of a kernel. */
export interface Share {
  readonly threads: number;
  /** Threads per result; a power of two. */
  readonly parts: number;
  /** Neighbouring threads work on neighbouring results. */
  readonly byColumn: boolean;
}

/** Shorter reductions stay in one thread. */
const SHORTEST = 128;
/**
 * Where barriers cost more than they gain: results from which on each has a thread of its own, and the
 * longest reductions of such threads, which lose digits with every thousand elements.
 */
const ALONE = 64;
const LONGEST_ALONE = 1024;
/** Threads that keep a device busy. */
const BUSY = 32768;
/** Neighbours that read together: what lies side by side in memory is fetched together. */
const NEIGHBOURS = 16;
/** Arrays of workgroup memory, of one word per thread. */
const MAX_ARRAYS = 8;

/** Decides whether threads share the reductions. */
export function planShare(
  kernel: Kernel,
  loops: Loops,
  { maxThreads, workgroupTiles = true }: Pick<WgslOptions, 'maxThreads' | 'workgroupTiles'>,
): Share | undefined {
  const reductions = kernel.reductions ?? [];
  const lengths = reductions.map((reduction) => length(reduction, loops));
  const longest = Math.max(0, ...lengths);
  if (!workgroupTiles && longest <= LONGEST_ALONE && loops.length >= ALONE) return undefined;
  const arrays = reductions.flatMap(({ accumulators }) => accumulators.flatMap(arraysOf));
  if (longest < SHORTEST || loops.length === 0 || arrays.length > MAX_ARRAYS) return undefined;
  const threads = maxThreads >= 256 ? 256 : 64;
  const byColumn = !readsRows(kernel, reductions);
  const most = byColumn ? threads / NEIGHBOURS : threads;
  const least = byColumn ? 1 : 32;
  let parts = least;
  while (parts < most && parts * 2 <= longest / 4 && parts * loops.length < BUSY) parts *= 2;
  if (byColumn) {
    // Few results: their threads would stand idle beside them.
    while (parts < threads && threads / parts / 2 >= loops.length) parts *= 2;
  }
  return parts === 1 ? undefined : { threads, parts, byColumn };
}

function length({ loops: own }: Reduction, { sizes }: Loops): number {
  return own.reduce((all, loop) => all * sizes[loop], 1);
}

/** Words of workgroup memory that each thread needs for an accumulator. */
function arraysOf(accumulator: Accumulator): string[] {
  const type = valueType(accumulator.dtype);
  return accumulator.kind === 'fold' ? [type] : [type, 'i32'];
}

/** Whether a reduction reads elements that lie side by side one after another. */
function readsRows(kernel: Kernel, reductions: readonly Reduction[]): boolean {
  const inner = reductions.map(({ loops }) => loops[loops.length - 1]);
  let found = false;
  visitForms(kernel.body, (form, buffer) => {
    if (buffer >= 0 && inner.some((loop) => Math.abs(form.loops[loop] ?? 0) === 1)) found = true;
  });
  return found;
}

/** Prints the kernel for shared reductions. */
export function printShared(
  kernel: Kernel,
  loops: Loops,
  bindings: Bindings,
  words: Words,
  share: Share,
): Printed {
  const { threads, parts, byColumn } = share;
  const slots = threads / parts;
  const declarations: string[] = [];
  const total = words.add(loops.length);
  const [step, count] = [words.add(byColumn ? slots : 1), words.add(parts)];
  const [shift, across] = [words.add(byColumn ? 1 : parts), words.add(slots)];
  const reduce = (body: Body, statement: LoopStatement): boolean => {
    const reduction = kernel.reductions!.find(({ loops: own }) => own[0] === statement.loop);
    if (reduction === undefined) return false;
    const size = words.add(length(reduction, loops));
    body.nested(`for (var turn = part; turn < ${size}; turn += ${count}) {`, () => {
      body.split('turn', reduction.loops);
      body.block(statement.body);
      body.close(reduction.loops);
    });
    combine(body, reduction.accumulators, { step, count, threads, declarations });
    return true;
  };
  const options: BodyOptions = {
    element: 'element',
    reduce,
    store: (own, statement) => {
      own.nested(`if (isFirst) {`, () => own.store(statement));
      return true;
    },
  };
  const body = new Body(kernel, loops, bindings, words, options);
  body.line(`let part = (lane / ${step}) % ${count};`);
  body.line(`let wanted = work * ${across} + (lane / ${shift}) % ${across};`);
  // Every thread must come to every barrier: those without an element repeat the last one.
  body.line(`let element = min(wanted, ${total} - 1u);`);
  body.line(`let isFirst = part == 0u && wanted < ${total};`);
  body.print();
  return {
    declarations,
    lines: [...words.take(), ...body.lines],
    workgroups: Math.ceil(loops.length / slots),
  };
}

interface Combination {
  readonly step: string;
  readonly count: string;
  readonly threads: number;
  readonly declarations: string[];
}

/** Makes the accumulators of all parts those of the whole, in every thread. */
function combine(
  body: Body,
  accumulators: readonly Accumulator[],
  { step, count, threads, declarations }: Combination,
): void {
  const cells = accumulators.map((accumulator) =>
    arraysOf(accumulator).map((type) => {
      const name = `s${declarations.length}`;
      declarations.push(`var<workgroup> ${name}: array<${type}, ${threads}>;`);
      return name;
    }),
  );
  const locals = accumulators.map((accumulator) =>
    (accumulator.kind === 'fold'
      ? [accumulator.local]
      : [accumulator.best, accumulator.position]
    ).map((local) => body.local(local)),
  );
  const each = (print: (cell: string, local: string) => void): void => {
    cells.forEach((names, i) => names.forEach((name, k) => print(name, locals[i][k])));
  };
  each((cell, local) => body.line(`${cell}[lane] = ${local};`));
  body.line('workgroupBarrier();');
  body.nested(`for (var half = ${count} >> 1u; half > 0u; half >>= 1u) {`, () => {
    body.nested('if (part < half) {', () => {
      body.line(`let other = lane + half * ${step};`);
      accumulators.forEach((accumulator, i) => fold(body, accumulator, cells[i]));
    });
    body.line('workgroupBarrier();');
  });
  each((cell, local) => body.line(`${local} = ${cell}[lane - part * ${step}];`));
}

/** Takes what another thread found into the cells of this one. */
function fold(body: Body, accumulator: Accumulator, [first, second]: readonly string[]): void {
  const { dtype, fn } = accumulator;
  if (accumulator.kind === 'fold') {
    const text = wgsl.binary[accumulator.fn](`${first}[lane]`, `${first}[other]`, dtype);
    body.line(`${first}[lane] = ${text};`);
    return;
  }
  const compare = fn === 'gt' ? wgsl.compare.gt : wgsl.compare.lt;
  body.nested('{', () => {
    body.line(`let mine = ${first}[lane];`);
    body.line(`let found = ${first}[other];`);
    body.line(`let isEarlier = ${second}[other] < ${second}[lane];`);
    const better = `(${compare('found', 'mine', dtype)})`;
    const same = `(${wgsl.compare.eq('found', 'mine', dtype)})`;
    let condition = `${better} || (${same} && isEarlier)`;
    if (valueType(dtype) === 'f32') {
      const [other, own] = ['found', 'mine'].map((x) => `(${wgsl.test.isNan(x, dtype)})`);
      condition += ` || (${other} && (!${own} || isEarlier))`;
    }
    body.nested(`if (${condition}) {`, () => {
      body.line(`${first}[lane] = found;`);
      body.line(`${second}[lane] = ${second}[other];`);
    });
  });
}
