/**
 * Copies that are no loop over one index: copies of whole values, concatenations of many operands,
 * padding between elements, and windows written at a computed start. They move words, so that one
 * text serves every dtype but float16 where it takes half a word.
 */
import { type DType, sizeOf } from '@addax/core';
import type { Operand, Shader } from '../launch.ts';
import { isHalf, wordsOf } from '../storage.ts';
import type { Call, Lowering } from './call.ts';
import { type Binding, flatGroups, shader } from './words.ts';

const THREADS = 64;

/** What is moved: the bits of a word, or of half a word. */
export type Unit = 'u32' | 'f16';

/** The unit in which values of a dtype are moved. */
function unitOf(dtype: DType, { abilities }: Pick<Call, 'abilities'>): Unit {
  return isHalf(dtype, abilities) ? 'f16' : 'u32';
}

/** Texts by their unit. */
export function perUnit<Made>(make: (unit: Unit) => Made): Readonly<Record<Unit, Made>> {
  return { u32: make('u32'), f16: make('f16') };
}

function reading(type: Unit): Binding {
  return { use: 'read', type };
}

function writing(type: Unit): Binding {
  return { use: 'write', type };
}

/** (from, to): copies units. */
export const COPY: Readonly<Record<Unit, Shader>> = perUnit((unit) =>
  shader({
    label: 'copy',
    bindings: [reading(unit), writing(unit)],
    names: ['count'],
    threads: THREADS,
    body: '  if (thread < count) { b1[o1 + thread] = b0[o0 + thread]; }',
  }),
);

/** (from, to): copies four words at a time. */
export const COPY_FOURS: Shader = shader({
  label: 'copy',
  bindings: [
    { use: 'read', type: 'vec4<u32>' },
    { use: 'write', type: 'vec4<u32>' },
  ],
  names: ['count'],
  threads: THREADS,
  body: '  if (thread < count) { b1[(o1 >> 2u) + thread] = b0[(o0 >> 2u) + thread]; }',
});

/** Copies elements from one operand to another, which lies in other memory. */
export function copy(
  call: Pick<Call, 'launch' | 'isAligned' | 'abilities'>,
  from: Operand,
  to: Operand,
  length: number,
  dtype: DType,
): void {
  if (length === 0) return;
  const words = wordsOf(length, dtype, call.abilities);
  const fours = words % 4 === 0 && call.isAligned(from) && call.isAligned(to);
  const count = fours ? words / 4 : length;
  const groups = flatGroups(count, THREADS, call.abilities.maxGroups);
  call.launch(fours ? COPY_FOURS : COPY[unitOf(dtype, call)], [from, to], [count], groups);
}

/** Operands of one launch: with the result, as many bindings as every device has. */
const PARTS = 7;

const CONCAT = perUnit((unit) =>
  shader({
    label: 'concat',
    bindings: [...Array.from({ length: PARTS }, () => reading(unit)), writing(unit)],
    // A row of the result has `total` elements; this launch writes `width` of them, from `start` on.
    // Operand i ends at element `end<i>` of these.
    names: ['count', 'width', 'total', 'start', ...parts((i) => `end${i}`)],
    threads: THREADS,
    body: `  if (thread >= count) { return; }
  let row = thread / width;
  let at = thread % width;
  var value = ${unit}();
  ${parts((i) => `if (at < end${i}) { value = ${part(i)}; }`).join(' else ')}
  b${PARTS}[o${PARTS} + row * total + start + at] = value;`,
  }),
);

function parts(text: (i: number) => string): string[] {
  return Array.from({ length: PARTS }, (_, i) => text(i));
}

/** Element `at` of row `row` of operand i. */
function part(i: number): string {
  const begin = i === 0 ? '0u' : `end${i - 1}`;
  return `b${i}[o${i} + row * (end${i} - ${begin}) + at - ${begin}]`;
}

/** Joins many operands, a few in each launch. */
export const concat: Lowering<'concat'> = (node, call) => {
  const { axis } = node.attrs;
  const { shape, dtype } = call.avals[node.outputs[0]!]!;
  const rows = sizeOf(shape.slice(0, axis));
  const total = sizeOf(shape.slice(axis));
  const filled = node.inputs
    .map((value, i) => ({ i, width: sizeOf(call.avals[value]!.shape.slice(axis)) }))
    .filter(({ width }) => width > 0);
  if (rows === 0) return;
  let start = 0;
  for (let first = 0; first < filled.length; first += PARTS) {
    const group = filled.slice(first, first + PARTS);
    let width = 0;
    const ends = group.map((operand) => (width += operand.width));
    const operands = group.map(({ i }) => call.input(i));
    // What is left over is bound to an operand that is there, and never read.
    while (operands.length < PARTS) {
      operands.push(operands[0]!);
      ends.push(width);
    }
    call.launch(
      CONCAT[unitOf(dtype, call)],
      [...operands, call.output(0)],
      [rows * width, width, total, start, ...ends],
      flatGroups(rows * width, THREADS, call.abilities.maxGroups),
    );
    start += width;
  }
};

/** Axes of a text; values of more axes take a second text with twice as many. */
const AXES = 6;

/** Names of parameters that are one number per axis, `size0`, `size1` … */
function perAxis(axes: number, ...names: readonly string[]): string[] {
  return names.flatMap((name) => Array.from({ length: axes }, (_, axis) => `${name}${axis}`));
}

/** How many axes the text for a value of this rank has. */
function axesFor(rank: number): number {
  return Math.max(1, Math.ceil(rank / AXES)) * AXES;
}

/** One number per axis, filled up in front. */
function filledUp(values: readonly number[], axes: number, missing: number): number[] {
  return [...Array.from({ length: axes - values.length }, () => missing), ...values];
}

/** Text for each axis, the last axis first. */
function fromLast(axes: number, text: (axis: number) => string): string {
  return Array.from({ length: axes }, (_, i) => text(axes - 1 - i)).join('\n');
}

function padShader(axes: number, unit: Unit): Shader {
  return shader({
    label: 'pad',
    bindings: [reading(unit), reading(unit), writing(unit)],
    names: ['count', ...perAxis(axes, 'to', 'from', 'low', 'step')],
    threads: THREADS,
    body: `  if (thread >= count) { return; }
  var rest = thread;
  var inside = true;
  var at = 0u;
  var stride = 1u;
${fromLast(
  axes,
  (axis) => `  {
    let place = i32(rest % to${axis}) - i32(low${axis});
    rest = rest / to${axis};
    let source = u32(max(place, 0)) / step${axis};
    inside = inside && place >= 0 && source < from${axis} && u32(place) % step${axis} == 0u;
    at += source * stride;
    stride = stride * from${axis};
  }`,
)}
  var value = b1[o1];
  if (inside) { value = b0[o0 + at]; }
  b2[o2 + thread] = value;`,
  });
}

/** Padding before, after and between elements. */
export const pad: Lowering<'pad'> = (node, call) => {
  const { low, interior } = node.attrs;
  const from = call.avals[node.inputs[0]!]!.shape;
  const { shape: to, dtype } = call.avals[node.outputs[0]!]!;
  const axes = axesFor(to.length);
  const count = sizeOf(to);
  if (count === 0) return;
  const steps = interior.map((gap) => gap + 1);
  call.launch(
    padShader(axes, unitOf(dtype, call)),
    [call.input(0), call.input(1), call.output(0)],
    [
      count,
      ...filledUp(to, axes, 1),
      ...filledUp(from, axes, 1),
      ...filledUp(low, axes, 0),
      ...filledUp(steps, axes, 1),
    ],
    flatGroups(count, THREADS, call.abilities.maxGroups),
  );
};

function updateShader(axes: number, unit: Unit): Shader {
  return shader({
    label: 'dynamicUpdateSlice',
    bindings: [reading(unit), { use: 'read', type: 'i32' }, writing(unit)],
    // The starts stand behind `missing` axes of size 1 that the value does not have.
    names: ['count', 'missing', ...perAxis(axes, 'window', 'size')],
    threads: THREADS,
    body: `  if (thread >= count) { return; }
  var rest = thread;
  var at = 0u;
  var stride = 1u;
${fromLast(
  axes,
  (axis) => `  if (missing <= ${axis}u) {
    let start = clamp(b1[o1 + ${axis}u - missing], 0, i32(size${axis} - window${axis}));
    at += (rest % window${axis} + u32(start)) * stride;
    rest = rest / window${axis};
    stride = stride * size${axis};
  }`,
)}
  b2[o2 + at] = b0[o0 + thread];`,
  });
}

/** A window replaced at a computed start, in place where the plan allows. */
export const dynamicUpdateSlice: Lowering<'dynamicUpdateSlice'> = (node, call) => {
  const { shape, dtype } = call.avals[node.inputs[0]!]!;
  const window = call.avals[node.inputs[1]!]!.shape;
  if (!call.inPlace) copy(call, call.input(0), call.output(0), sizeOf(shape), dtype);
  const count = sizeOf(window);
  if (count === 0) return;
  const axes = axesFor(shape.length);
  call.launch(
    updateShader(axes, unitOf(dtype, call)),
    [call.input(1), call.input(2), call.output(0)],
    [count, axes - shape.length, ...filledUp(window, axes, 1), ...filledUp(shape, axes, 1)],
    flatGroups(count, THREADS, call.abilities.maxGroups),
  );
};
