/**
 * Kernel → WGSL, in the form that suits it: a thread per element, a thread per four elements, or
 * threads of a workgroup that share a reduction.
 */
import type { Kernel } from '../kernel.ts';
import { Bindings } from './bindings.ts';
import { Body } from './body.ts';
import { loopsOf } from './nest.ts';
import { wgslModule } from './prelude.ts';
import { planShare, printShared } from './shared.ts';
import type { WgslKernel, WgslOptions } from './types.ts';
import { printVector, wideBindings } from './vector.ts';
import { Words, tableWord, uniformWord } from './words.ts';

/** Threads of a workgroup of a kernel without reductions shared among threads. */
const THREADS = 64;

/** Prints a kernel; equal structures have equal texts. */
export function printWgsl(kernel: Kernel, options: WgslOptions): WgslKernel {
  const { batched = false } = options;
  const loops = loopsOf(kernel);
  const bindings = new Bindings(kernel, options);
  const count = bindings.list.length;
  const words = new Words(batched ? tableWord : uniformWord, 0, count);
  for (let i = 0; i < bindings.apart.length; i++) words.add(0);
  words.take();
  const share = planShare(kernel, loops, options);
  const wide = share === undefined ? wideBindings(kernel, loops, bindings, options.aligned) : NONE;
  const printed =
    share !== undefined
      ? printShared(kernel, loops, bindings, words, share)
      : wide.size > 0
        ? printVector(kernel, loops, bindings, words, wide, { threads: THREADS, batched })
        : printPlain(new Body(kernel, loops, bindings, words, { element: 'thread' }));
  const threads = share === undefined ? THREADS : share.threads;
  const text = [
    ...bindings.declarations(wide),
    ...parameters(count, words.params.length, batched),
    ...printed.declarations,
    ...entry(threads, count, batched),
    ...printed.lines,
    '}',
  ].join('\n');
  const { workgroups } = printed;
  return {
    code: wgslModule(text),
    bindings: bindings.list,
    params: Uint32Array.from(words.params),
    apart: bindings.apart,
    workgroups,
    groups: (maxGroups) => grid(workgroups, maxGroups),
  };
}

const NONE: ReadonlySet<number> = new Set();

/** The text of one form of kernel. */
export interface Printed {
  /** At the level of the module. */
  readonly declarations: readonly string[];
  /** Of the entry point. */
  readonly lines: readonly string[];
  readonly workgroups: number;
}

function printPlain(body: Body): Printed {
  const { words, loops } = body;
  body.line(`if (thread >= ${words.add(loops.length)}) { return; }`);
  body.print();
  return {
    declarations: [],
    lines: [...words.take(), ...body.lines],
    workgroups: Math.ceil(loops.length / THREADS),
  };
}

function parameters(bindings: number, words: number, batched: boolean): string[] {
  if (!batched) {
    const vectors = Math.max(1, Math.ceil((bindings + words) / 4));
    return [`@group(1) @binding(0) var<uniform> p: array<vec4<u32>, ${vectors}>;`];
  }
  // Behind the offsets of the bindings: where the table begins, and how many workgroups there are.
  return [
    `@group(0) @binding(${bindings}) var<storage, read> table: array<u32>;`,
    `@group(1) @binding(0) var<uniform> p: array<vec4<u32>, ${Math.ceil((bindings + 2) / 4)}>;`,
  ];
}

function entry(threads: number, bindings: number, batched: boolean): string[] {
  const lines = [
    `@compute @workgroup_size(${threads})`,
    'fn main(',
    '  @builtin(workgroup_id) group: vec3<u32>,',
    '  @builtin(num_workgroups) groups: vec3<u32>,',
    '  @builtin(local_invocation_index) lane: u32,',
    ') {',
  ];
  const number = 'group.y * groups.x + group.x';
  if (batched) {
    lines.push(
      `  let number = ${number};`,
      `  if (number >= ${uniformWord(bindings + 1)}) { return; }`,
      `  let start = ${uniformWord(bindings)};`,
      '  let segment = start + table[start + number * 2u];',
      '  let work = table[start + number * 2u + 1u];',
    );
  } else {
    lines.push(`  let work = ${number};`);
  }
  lines.push(`  let thread = work * ${threads}u + lane;`);
  return lines;
}

/** A flat grid; rows of at most `maxGroups` workgroups. */
function grid(workgroups: number, maxGroups: number): readonly [number, number, number] {
  if (workgroups <= maxGroups) return [workgroups, 1, 1];
  const rows = Math.ceil(workgroups / maxGroups);
  return [Math.ceil(workgroups / rows), rows, 1];
}
