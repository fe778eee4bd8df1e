/**
 * Kernels that work on rows, the values along the last axes: reductions of a row, then a result for
 * each of its elements. A row has a group of threads, and a workgroup one row or several; each thread
 * takes every n-th element or vector of four, and what they found is combined in workgroup memory,
 * halves at a time. Where a CPU plays the GPU a row is the work of one thread, without barriers.
 */
import { wgslFunctions } from '@addax/codegen/device';
import type { Aval, DType } from '@addax/core';
import type { Operand } from '../launch.ts';
import { loaded, stored, storedType } from '../storage.ts';
import type { Call } from './call.ts';
import { type Binding, flatGroups, shader, word } from './words.ts';

/** Values of a kernel: rows of the same length. */
export interface Rows {
  readonly count: number;
  readonly length: number;
}

/** An operand: rows, or one row that all share. */
export interface RowOperand {
  readonly operand: Operand;
  readonly aval: Aval;
}

/** What is computed of a row. */
export interface RowText {
  readonly label: string;
  /** Names of parameters, u32, and their words. */
  readonly names: readonly string[];
  readonly params: readonly number[];
  /** Statements that leave behind what results need. */
  body(text: RowBody): string;
  /** The result of element `at`. */
  result(text: RowBody): string;
}

/** Words for the parts of a text. */
export interface RowBody {
  /** The type of what a thread works on at once: f32 or a vector of it. */
  readonly value: string;
  /** Element or vector `at` of operand i, as f32. */
  load(i: number): string;
  /** A function of f32 of each component. */
  map(fn: 'exp' | 'log', x: string): string;
  /** A loop over the elements of this thread; `at` is their number in the row. */
  each(lines: string): string;
  /** The sum, or greatest, of a value of each thread, in all threads of the row. */
  sum(value: string): string;
  max(value: string): string;
}

/** Threads of a workgroup. */
const THREADS = 64;
const MOST_THREADS = 256;
/** Vectors or elements of a row that one thread works on alone, and that keep one of several busy. */
const ALONE = 16;
const BUSY = 4;

/** Threads per row: a power of two. */
function threadsPerRow(call: Call, items: number): number {
  const { workgroupTiles, maxThreads } = call.abilities;
  if (!workgroupTiles || items <= ALONE) return 1;
  let threads = 1;
  while (threads < Math.min(maxThreads, MOST_THREADS) && threads * BUSY < items) threads *= 2;
  return threads;
}

/** Whether kernels of rows take values of this dtype; they compute in f32. */
export function hasRows({ dtype }: Aval): boolean {
  return dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
}

const PARTS = ['x', 'y', 'z', 'w'];

/** Launches a kernel that gives the output a value for each element of `x`, its first operand. */
export function launchRows(
  call: Call,
  { count, length }: Rows,
  operands: readonly RowOperand[],
  dtype: DType,
  text: RowText,
): void {
  const { epilogue, abilities } = call;
  const targets = epilogue === undefined ? [call.output(0)] : [];
  const all = [...operands.map(({ operand }) => operand), ...targets];
  const isWide = length % 4 === 0 && all.every((operand) => call.isAligned(operand));
  const items = isWide ? length / 4 : length;
  const parts = threadsPerRow(call, items);
  const threads = Math.max(parts, THREADS);
  const lanes = isWide ? 4 : 1;
  const value = isWide ? 'vec4<f32>' : 'f32';
  const shift = isWide ? ' >> 2u' : '';
  const combined = (fn: 'sum' | 'max', partial: string): string => {
    const whole = isWide ? `${fn}4(${partial})` : partial;
    return parts === 1 ? whole : `row_${fn}(${whole}, lane, part)`;
  };
  const body: RowBody = {
    value,
    load(i) {
      const element = `b${i}[(o${i}${shift}) + ${i === 0 ? 'first + at' : 'at'}]`;
      return loaded(storedType(operands[i]!.aval.dtype, abilities), element, lanes);
    },
    map: (fn, x) => (isWide ? `${fn}4(${x})` : wgslFunctions.unary[fn](x, 'float32')),
    each: (lines) => `  for (var at = part; at < items; at += ${parts}u) {\n${lines}\n  }`,
    sum: (partial) => combined('sum', partial),
    max: (partial) => combined('max', partial),
  };
  const statements = text.body(body);
  const result = text.result(body);
  const names = ['count', 'items', ...text.names];
  const words = [count, items, ...text.params];
  const main = `  let row = thread / ${parts}u;
  let part = thread % ${parts}u;
  // Every thread must come to every barrier: those without a row work on the last one.
  let first = min(row, count - 1u) * items;
${statements}
  if (row >= count) { return; }
${body.each(`    store(first + at, ${result});`)}`;
  const store = storing(call, dtype, operands.length, lanes);
  const functions = `${isWide ? wideFunctions(`${statements}${result}`) : ''}${
    parts === 1 ? '' : sharing(statements, parts, threads)
  }${store}`;
  const bindings = operands.map(({ aval }): Binding => ({
    use: 'read',
    type: typeOf(call, aval.dtype, lanes),
  }));
  const made = shader({
    label: text.label,
    bindings:
      epilogue === undefined
        ? [...bindings, { use: 'write', type: typeOf(call, dtype, lanes) }]
        : bindings,
    names,
    threads,
    declarations: functions,
    body: main,
    epilogue,
  });
  call.launch(
    made,
    epilogue === undefined ? all : [...all, ...epilogue.operands],
    epilogue === undefined ? words : [...words, ...epilogue.params],
    flatGroups(count * parts, threads, abilities.maxGroups),
  );
}

function typeOf(call: Call, dtype: DType, lanes: 1 | 4): Binding['type'] {
  const type = storedType(dtype, call.abilities);
  return lanes === 4 ? `vec4<${type}>` : type;
}

/** `fn store(at, value)`: rounds a result and stores it, or hands it to the epilogue. */
function storing(call: Call, dtype: DType, binding: number, lanes: 1 | 4): string {
  const isWide = lanes === 4;
  const value = isWide ? 'vec4<f32>' : 'f32';
  const kept = (isWide ? PARTS.map((part) => `value.${part}`) : ['value']).map((part) =>
    wgslFunctions.kept(part, dtype),
  );
  const whole = isWide ? `${value}(${kept.join(', ')})` : kept[0]!;
  const target = `b${binding}[(${word(binding)}${isWide ? ' >> 2u' : ''}) + at]`;
  const lines =
    call.epilogue === undefined
      ? [`${target} = ${stored(storedType(dtype, call.abilities), whole, lanes)};`]
      : kept.map((part, i) => `finish(${isWide ? `at * 4u + ${i}u` : 'at'}, ${part});`);
  return `fn store(at: u32, value: ${value}) {\n  ${lines.join('\n  ')}\n}`;
}

/** Those functions of vectors that a text calls. */
function wideFunctions(text: string): string {
  const each = (fn: 'exp' | 'log'): string => {
    const values = PARTS.map((part) => wgslFunctions.unary[fn](`x.${part}`, 'float32'));
    return `fn ${fn}4(x: vec4<f32>) -> vec4<f32> { return vec4<f32>(${values.join(', ')}); }\n`;
  };
  const all: Readonly<Record<string, string>> = {
    exp4: each('exp'),
    log4: each('log'),
    sum4: 'fn sum4(x: vec4<f32>) -> f32 { return (x.x + x.y) + (x.z + x.w); }\n',
    max4: 'fn max4(x: vec4<f32>) -> f32 { return max(max(x.x, x.y), max(x.z, x.w)); }\n',
  };
  return Object.keys(all)
    .filter((name) => text.includes(`${name}(`))
    .map((name) => all[name])
    .join('');
}

/** `row_sum` and `row_max`: of the values of all threads of a row. */
function sharing(text: string, parts: number, threads: number): string {
  const fold = {
    sum: (a: string, b: string) => `${a} + ${b}`,
    max: (a: string, b: string) => `max(${a}, ${b})`,
  };
  const functions = (['sum', 'max'] as const).map((fn) => {
    if (!text.includes(`row_${fn}(`)) return '';
    return `fn row_${fn}(value: f32, lane: u32, part: u32) -> f32 {
  workgroupBarrier();
  shared_values[lane] = value;
  workgroupBarrier();
  for (var half = ${parts / 2}u; half > 0u; half >>= 1u) {
    if (part < half) {
      shared_values[lane] = ${fold[fn]('shared_values[lane]', 'shared_values[lane + half]')};
    }
    workgroupBarrier();
  }
  return shared_values[lane - part];
}
`;
  });
  return `var<workgroup> shared_values: array<f32, ${threads}>;\n${functions.join('')}`;
}
