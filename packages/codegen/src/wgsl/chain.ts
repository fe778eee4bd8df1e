/**
 * Small kernels, one after another, as one launch of a single workgroup: its threads go through the
 * elements of the first kernel, wait for each other, and go on to the next. A launch costs more than
 * what such kernels compute.
 */
import type { Expression, Kernel, Statement } from '../kernel.ts';
import { Bindings } from './bindings.ts';
import { Body } from './body.ts';
import { loopsOf } from './nest.ts';
import { wgslModule } from './prelude.ts';
import type { WgslChainOptions, WgslKernel } from './types.ts';
import { Words, uniformWord } from './words.ts';

const MAX_THREADS = 256;

/** Elements that a kernel writes, and innermost iterations that it takes for all of them. */
export function kernelWork(kernel: Kernel): { elements: number; iterations: number } {
  const count = (statements: readonly Statement[]): number => {
    let sum = 1;
    for (const statement of statements) {
      if (statement.kind === 'loop') sum = Math.max(sum, statement.size * count(statement.body));
    }
    return sum;
  };
  return { elements: loopsOf(kernel).length, iterations: count(kernel.body) };
}

/** Prints kernels as one; their buffers are numbered on from kernel to kernel. */
export function printChain(kernels: readonly Kernel[], options: WgslChainOptions): WgslKernel {
  const threads = Math.min(options.maxThreads, MAX_THREADS);
  const buffers = kernels.flatMap((kernel) => kernel.buffers);
  const bindings = new Bindings({ buffers, loops: 0, body: [], flat: false }, options);
  const words = new Words(uniformWord, 0, bindings.list.length);
  for (let i = 0; i < bindings.apart.length; i++) words.add(0);
  words.take();
  const functions: string[] = [];
  const calls: string[] = [];
  let first = 0;
  kernels.forEach((kernel, i) => {
    const loops = loopsOf(kernel);
    const body = new Body(shifted(kernel, first), loops, bindings, words, { element: 'thread' });
    body.print();
    functions.push(`fn part${i}(thread: u32) {`, ...words.take(), ...body.lines, '}');
    const count = words.add(loops.length);
    if (i > 0) calls.push('  storageBarrier();');
    calls.push(
      ...words.take(),
      `  for (var thread = lane; thread < ${count}; thread += ${threads}u) { part${i}(thread); }`,
    );
    first += kernel.buffers.length;
  });
  const vectors = Math.max(1, Math.ceil((bindings.list.length + words.params.length) / 4));
  const text = [
    ...bindings.declarations(new Set()),
    `@group(1) @binding(0) var<uniform> p: array<vec4<u32>, ${vectors}>;`,
    ...functions,
    `@compute @workgroup_size(${threads})`,
    'fn main(@builtin(local_invocation_index) lane: u32) {',
    ...calls,
    '}',
  ].join('\n');
  return {
    code: wgslModule(text),
    bindings: bindings.list,
    params: Uint32Array.from(words.params),
    apart: bindings.apart,
    workgroups: 1,
    groups: () => [1, 1, 1],
  };
}

/** The kernel with its buffers numbered from `by` on. */
function shifted(kernel: Kernel, by: number): Kernel {
  const value = (x: Expression): Expression => {
    switch (x.kind) {
      case 'literal':
      case 'local':
      case 'position':
        return x;
      case 'load':
        return { ...x, buffer: x.buffer + by };
      case 'unary':
      case 'cast':
      case 'bitcast':
        return { ...x, x: value(x.x) };
      case 'binary':
      case 'compare':
        return { ...x, a: value(x.a), b: value(x.b) };
      case 'select':
        return { ...x, condition: value(x.condition), a: value(x.a), b: value(x.b) };
    }
  };
  const statement = (s: Statement): Statement => {
    switch (s.kind) {
      case 'loop':
        return { ...s, body: s.body.map(statement) };
      case 'let':
      case 'declare':
      case 'assign':
        return { ...s, value: value(s.value) };
      case 'store':
        return { ...s, buffer: s.buffer + by, value: value(s.value) };
      case 'if':
        return {
          ...s,
          condition: value(s.condition),
          then: s.then.map(statement),
          otherwise: s.otherwise.map(statement),
        };
    }
  };
  return { ...kernel, body: kernel.body.map(statement) };
}
