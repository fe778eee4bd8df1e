/**
 * Four elements per thread: what a kernel reads where it writes is read and written as vec4, and a
 * function computes each of the four. Everything else it reads one by one. The last thread may compute
 * elements beyond the end, which land in memory that nothing lives in.
 */
import type { Kernel } from '../kernel.ts';
import type { Bindings } from './bindings.ts';
import { Body } from './body.ts';
import { valueType } from './functions.ts';
import { countStatements, isIdentity, visitForms } from './nest.ts';
import type { Loops } from './nest.ts';
import type { Printed } from './print.ts';
import type { Words } from './words.ts';

const LANES = ['x', 'y', 'z', 'w'];

/** Kernels of more statements are busy with computing, and four times the code takes long to compile. */
const MOST_STATEMENTS = 48;

/** The bindings that can hold vectors; none if the kernel is better off without. */
export function wideBindings(
  kernel: Kernel,
  loops: Loops,
  bindings: Bindings,
  aligned: readonly boolean[],
): ReadonlySet<number> {
  if (loops.length === 0) return new Set();
  if ((kernel.reductions ?? []).length > 0) return new Set();
  if (countStatements(kernel.body) > MOST_STATEMENTS) return new Set();
  const narrow = new Set<number>();
  visitForms(kernel.body, (form, buffer) => {
    if (buffer >= 0 && !isIdentity(form, loops)) narrow.add(bindings.of[buffer]);
  });
  kernel.buffers.forEach((_, i) => {
    if (!aligned[i]) narrow.add(bindings.of[i]);
  });
  const isNarrow = kernel.buffers.map((_, i) => narrow.has(bindings.of[i]));
  if (kernel.buffers.some(({ use }, i) => use !== 'read' && isNarrow[i])) return new Set();
  const reads = kernel.buffers.flatMap(({ use }, i) => (use === 'read' ? [i] : []));
  if (reads.length > 0 && reads.every((i) => isNarrow[i])) return new Set();
  return new Set(bindings.list.map((_, i) => i).filter((i) => !narrow.has(i)));
}

/** The function of one element, and the entry point that calls it four times. */
export function printVector(
  kernel: Kernel,
  loops: Loops,
  bindings: Bindings,
  words: Words,
  wide: ReadonlySet<number>,
  { threads, batched }: { readonly threads: number; readonly batched: boolean },
): Printed {
  const type = (buffer: number): string => valueType(kernel.buffers[buffer].dtype);
  const vector = (name: string): string => `vec4<${name}>`;
  const given = kernel.buffers.flatMap(({ use }, i) => {
    return use === 'read' && wide.has(bindings.of[i]) ? [i] : [];
  });
  const written = kernel.buffers.flatMap(({ use }, i) => (use === 'read' ? [] : [i]));
  const body = new Body(kernel, loops, bindings, words, {
    element: 'element',
    given: (buffer) => (given.includes(buffer) ? `a${buffer}` : undefined),
    store: (own, { buffer, value }) => {
      own.line(`result.r${buffer} = ${own.value(value)};`);
      return true;
    },
  });
  body.line('var result: Result;');
  body.print();
  body.line('return result;');
  const parameters = [
    'element: u32',
    ...(batched ? ['segment: u32'] : []),
    ...given.map((i) => `a${i}: ${type(i)}`),
  ];
  const declarations = [
    `struct Result { ${written.map((i) => `r${i}: ${type(i)}`).join(', ')} }`,
    `fn compute(${parameters.join(', ')}) -> Result {`,
    ...words.take(),
    ...body.lines,
    '}',
  ];
  const lines = [`  if (thread >= ${words.add(Math.ceil(loops.length / 4))}) { return; }`];
  const at = (buffer: number): string => {
    return `${bindings.array(buffer)}[(${bindings.offset(buffer, words)} >> 2u) + thread]`;
  };
  for (const i of given) lines.push(`  let v${i} = ${bindings.loaded(i, at(i), vector)};`);
  LANES.forEach((lane, k) => {
    const values = [
      `thread * 4u + ${k}u`,
      ...(batched ? ['segment'] : []),
      ...given.map((i) => `v${i}.${lane}`),
    ];
    lines.push(`  let ${lane} = compute(${values.join(', ')});`);
  });
  for (const i of written) {
    const text = `vec4<${type(i)}>(${LANES.map((lane) => `${lane}.r${i}`).join(', ')})`;
    lines.push(`  ${at(i)} = ${bindings.stored(i, text, vector)};`);
  }
  return {
    declarations,
    lines: [...words.take(), ...lines],
    workgroups: Math.ceil(loops.length / 4 / threads),
  };
}
