/**
 * The parts of the text that all kernels of products share: parameter words, the way from indices to
 * elements, loading, and handing on results.
 */
import { extensions } from '@addax/codegen/device';
import type { DType } from '@addax/core';
import type { BindingUse, Operand, Shader } from '../../launch.ts';
import {
  loaded,
  stored,
  type StoredType,
  storedType,
  type ValueType,
  valueType,
} from '../../storage.ts';
import type { Call } from '../call.ts';
import { keep } from '../elements.ts';
import { halvesOf, word } from '../words.ts';
import type { Axis, Product, Side, Target, Term, Window } from './problem.ts';

/** How a kernel reads an operand: vec4 along the free axis or the depth, or single elements. */
export type Reading = 'free' | 'depth' | 'single';

/** Parameter words in the order in which the text asks for them. */
export class Words {
  private readonly first: number;
  readonly values: number[] = [];

  constructor(first: number) {
    this.first = first;
  }

  /** The text of a number. */
  readonly term = (value: Term): string => {
    if (typeof value === 'string') return value;
    return word(this.first + this.values.push(value) - 1);
  };
}

/** No element: an offset that no operand has, and a coordinate outside of every window. */
const NOWHERE = '0x80000000u';
const OUTSIDE = '0x40000000u';

/** The WGSL type of a place: an offset, and behind it coordinates if there is a window. */
export function placeType({ window }: Side): string {
  return window === undefined ? 'u32' : 'vec4<u32>';
}

/** Text of a place that holds no element. */
export function nowhere({ window }: Side): string {
  return window === undefined ? NOWHERE : `vec4<u32>(0u, ${OUTSIDE}, 0u, 0u)`;
}

/** Sum of the products of indices and numbers, as text. */
function sum(parts: readonly string[]): string {
  return parts.length === 0 ? '0u' : parts.join(' + ');
}

/** Index j times a number, as text. */
function times(index: string, by: Term, words: Words): string {
  return by === 1 ? index : `${index} * ${words.term(by)}`;
}

/** The place that indices of a list stand for. `isRunning`: the last stride is known to be 1. */
function place(
  axes: readonly Axis[],
  indices: readonly string[],
  words: Words,
  window: Window | undefined,
  start: { readonly base: string; readonly origins: boolean },
  isRunning: boolean,
): string {
  const offset = axes.map(({ stride }, j) => {
    if (isRunning && j === axes.length - 1) return indices[j];
    return `${indices[j]} * ${words.term(stride)}`;
  });
  if (start.base !== '') offset.push(start.base);
  if (window === undefined) return sum(offset);
  const coordinates = [0, 1, 2].map((coordinate) => {
    const parts = axes.flatMap(({ moves }, j) =>
      moves?.coordinate === coordinate ? [times(indices[j], moves.by, words)] : [],
    );
    if (start.origins && coordinate < window.origins.length) {
      parts.push(words.term(window.origins[coordinate]));
    }
    return sum(parts);
  });
  return `vec4<u32>(${[sum(offset), ...coordinates].join(', ')})`;
}

/** Statements that take a flat index apart: `<name>0`, `<name>1` … of it. */
export function takeApart(
  name: string,
  index: string,
  axes: readonly Axis[],
  words: Words,
): string {
  if (axes.length === 1) return `let ${name}0 = ${index};`;
  const lines = [`let ${name}${axes.length}q = ${index};`];
  for (let j = axes.length - 1; j > 0; j--) {
    const size = words.term(axes[j].size);
    const rest = `${name}${j + 1}q`;
    lines.push(`let ${name}${j}q = ${rest} / ${size};`);
    lines.push(`let ${name}${j} = ${rest} - ${name}${j}q * ${size};`);
  }
  lines.push(`let ${name}0 = ${name}1q;`);
  return lines.join('\n  ');
}

function names(name: string, axes: readonly Axis[]): string[] {
  return axes.map((_, j) => `${name}${j}`);
}

/** `fn <name>(index: u32) -> u32`: the offset of an index of a list. */
export function offsetFunction(
  name: string,
  axes: readonly Axis[],
  base: string,
  words: Words,
): string {
  const start = { base, origins: false };
  return `fn ${name}(index: u32) -> u32 {
  ${takeApart('i', 'index', axes, words)}
  return ${place(axes, names('i', axes), words, undefined, start, false)};
}
`;
}

/** The name of a side in the text, and its binding. */
export type SideName = 'a' | 'b';

/**
 * Functions of a side: `<s>_batch(z)` an offset; `<s>_free(index, count, start)` the place of a row or
 * column, beyond the edge that of the last: its results are not written; `<s>_depth(k, end)` the place
 * along the depth; `<s>_load(free, depth)` what lies there. `isGuarded`: places along the depth may be
 * nowhere.
 */
export function sideFunctions(
  name: SideName,
  side: Side,
  reading: Reading,
  { words, type, storedType: memory }: Frame,
  isGuarded: boolean,
): string {
  const { window, free, depth } = side;
  const binding = name === 'a' ? 0 : 1;
  const here = placeType(side);
  const start = { base: 'start', origins: true };
  const none = { base: '', origins: false };
  const freePlace = place(free, names('i', free), words, window, start, reading === 'free');
  const depthPlace = place(depth, names('i', depth), words, window, none, reading === 'depth');
  const value = reading === 'single' ? type : `vec4<${type}>`;
  const shift = reading === 'single' ? '' : ' >> 2u';
  // Joined by & instead of &&: a branch per condition takes some drivers minutes to compile.
  const conditions =
    window?.sizes.map((size, j) => `(at.${'yzw'[j]} < ${words.term(size)})`) ??
    (isGuarded ? [`(depth < ${NOWHERE})`] : []);
  const index = window === undefined ? '(free + depth)' : 'at.x';
  const element = loaded(memory, `b${binding}[${index}${shift}]`, lanesOf(reading));
  const load =
    conditions.length === 0
      ? `return ${element};`
      : `if (${conditions.join(' & ')}) { return ${element}; }
  return ${value}();`;
  const base = `${word(binding)} + ${words.term(side.base)}`;
  return `${offsetFunction(`${name}_batch`, side.batch, base, words)}
fn ${name}_free(index: u32, count: u32, start: u32) -> ${here} {
  ${takeApart('i', 'min(index, count - 1u)', free, words)}
  return ${freePlace};
}
fn ${name}_depth(k: u32, end: u32) -> ${here} {
  if (k >= end) { return ${nowhere(side)}; }
  ${takeApart('i', 'k', depth, words)}
  return ${depthPlace};
}
fn ${name}_load(free: ${here}, depth: ${here}) -> ${value} {
  ${window === undefined ? '' : 'let at = free + depth;'}
  ${load}
}
`;
}

function lanesOf(reading: Reading): 1 | 4 {
  return reading === 'single' ? 1 : 4;
}

/** `<s>_at(free, k, end, stride)`: what lies at a depth, where the depth is one axis without window. */
export function strideFunction(
  name: SideName,
  reading: Reading,
  { type, storedType: memory }: Frame,
): string {
  const [value, shift] = reading === 'single' ? [type, ''] : [`vec4<${type}>`, ' >> 2u'];
  const element = `b${name === 'a' ? 0 : 1}[(free + k * stride)${shift}]`;
  return `fn ${name}_at(free: u32, k: u32, end: u32, stride: u32) -> ${value} {
  if (k < end) { return ${loaded(memory, element, lanesOf(reading))}; }
  return ${value}();
}`;
}

/** An odometer over the depth of a side: no division per step. */
export function odometer(
  name: SideName,
  { depth, window }: Side,
  words: Words,
  isRunning: boolean,
): { start: string; here: string; step(by: number): string } {
  const index = (j: number): string => `${name}${j}i`;
  const indices = depth.map((_, j) => index(j));
  const sizes = depth.map(({ size }, j) => (j === 0 ? '' : words.term(size)));
  const start = [
    takeApart(`${name}s`, 'begin', depth, words),
    ...depth.map((_, j) => `var ${index(j)} = ${name}s${j};`),
  ].join('\n  ');
  const none = { base: '', origins: false };
  const step = (by: number): string => {
    const last = depth.length - 1;
    let text = `${index(last)} += ${by}u;`;
    const carry = (j: number): string =>
      j === 0
        ? ''
        : `if (${index(j)} >= ${sizes[j]}) { ${index(j)} = 0u; ${index(j - 1)} += 1u; ${carry(j - 1)} }`;
    text += ` ${carry(last)}`;
    return text;
  };
  return { start, here: place(depth, indices, words, window, none, isRunning), step };
}

/** Everything around the body of a kernel. */
export class Frame {
  readonly call: Call;
  readonly product: Product;
  /** Of values, and of elements in the memory of operands and output. */
  readonly type: ValueType;
  readonly storedType: StoredType;
  readonly words: Words;
  /** Results are handed on in fours. */
  readonly isWide: boolean;
  private readonly isPartial: boolean;
  private readonly target: Operand;

  /** `partial`: memory of partial sums that takes the results, unrounded, instead of the output. */
  constructor(call: Call, product: Product, isWide: boolean, partial: Operand | undefined) {
    this.call = call;
    this.product = product;
    this.isWide = isWide;
    this.type = valueType(product.dtype);
    this.storedType = storedType(product.dtype, call.abilities);
    this.isPartial = partial !== undefined;
    this.target = partial ?? product.out.operand;
    this.words = new Words(2 + (this.epilogue?.bindings.length ?? 1));
  }

  private get epilogue(): Call['epilogue'] {
    return this.isPartial ? undefined : this.call.epilogue;
  }

  /** `out_row(index)`, `out_batch(z)` and `put(index, value)`; wide: the value is a vec4. */
  outFunctions(out: Target): string {
    const { words } = this;
    return `${offsetFunction('out_row', out.rows, '', words)}
${offsetFunction('out_batch', out.batch, words.term(out.base), words)}
${putFunction(this.product.dtype, this.isPartial, this.isWide)}`;
  }

  /** The shader and its launch. */
  launch(
    label: string,
    readings: readonly [Reading, Reading],
    text: string,
    groups: readonly [number, number, number],
  ): void {
    const { call, product, words, epilogue, type, storedType: memory, isWide } = this;
    const { left, right } = product;
    const declarations = readings.map((reading, i) => {
      const element = reading === 'single' ? memory : `vec4<${memory}>`;
      return `@group(0) @binding(${i}) var<storage, read> b${i}: array<${element}>;`;
    });
    const uses: BindingUse[] = ['read', 'read'];
    const operands = [left.operand, right.operand];
    const end = ending(epilogue, 2, words, this.target, {
      // Partial sums are not rounded.
      type: this.isPartial ? type : memory,
      isWide,
      value: isWide ? `vec4<${type}>` : type,
    });
    const isHalf = memory === 'f16';
    uses.push(...end.uses);
    operands.push(...end.operands);
    const params = Uint32Array.from([...words.values, ...end.params]);
    const size = Math.ceil((uses.length + params.length) / 4);
    const code = `${declarations.join('\n')}
${end.text}
@group(1) @binding(0) var<uniform> p: array<vec4<u32>, ${size}>;
${text}`;
    const shader: Shader = {
      label,
      code: extensions(code) + code,
      bindings: uses,
      halves: [isHalf, isHalf, ...end.halves],
      words: params.length,
    };
    call.launch(shader, operands, params, groups);
  }
}

/** The declarations that take results: the output's binding, or an epilogue. */
export function ending(
  epilogue: Call['epilogue'],
  binding: number,
  words: Words,
  target: Operand,
  { type, isWide, value }: { type: StoredType; isWide: boolean; value: string },
): {
  text: string;
  uses: readonly BindingUse[];
  halves: readonly boolean[];
  operands: readonly Operand[];
  params: readonly number[];
} {
  if (epilogue !== undefined) {
    const { bindings, operands, params } = epilogue;
    const first = binding + bindings.length + words.values.length;
    const halves = halvesOf(epilogue);
    return { text: epilogue.text(binding, first), uses: bindings, halves, operands, params };
  }
  const name = `b${binding}`;
  const element = isWide ? `vec4<${type}>` : type;
  const text = `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<${element}>;
fn finish(index: u32, value: ${value}) {
  ${name}[(index + ${word(binding)})${isWide ? ' >> 2u' : ''}] = ${stored(type, 'value', isWide ? 4 : 1)};
}`;
  return { text, uses: ['write'], halves: [type === 'f16'], operands: [target], params: [] };
}

/** `put(index, value)`: hands a result on, in the range of its dtype if it is final. */
export function putFunction(dtype: DType, isPartial: boolean, isWide: boolean): string {
  const type = valueType(dtype);
  const value = isWide ? `vec4<${type}>` : type;
  if (isPartial || dtype === 'float32') {
    return `fn put(index: u32, value: ${value}) { finish(index, value); }\n`;
  }
  const kept = isWide
    ? `${value}(keep(value.x), keep(value.y), keep(value.z), keep(value.w))`
    : 'keep(value)';
  return `${keep(dtype)}
fn put(index: u32, value: ${value}) { finish(index, ${kept}); }
`;
}
