/**
 * Running reductions along an axis. A short axis, or one of very many, takes a thread per line. Else
 * workgroups scan blocks of the lines; the totals of blocks are scanned in turn, and every element
 * takes in what stands before its block. Floats run in f32 and are rounded once, at the end.
 */
import { prelude, wgslFunctions } from '@addax/codegen/device';
import type { DType, OpAttrs } from '@addax/core';
import { sizeOf } from '@addax/core';
import type { Operand } from '../launch.ts';
import { loaded, stored, storedType, type ValueType, valueType } from '../storage.ts';
import type { Call, Lowering } from './call.ts';
import { keep, lowestBits } from './elements.ts';
import { flatGroups, floatBits, shader } from './words.ts';

type Fn = OpAttrs['cumulative']['fn'];

/** The lines of [outer, length, step]. */
interface Lines {
  readonly lines: number;
  readonly length: number;
  readonly step: number;
  readonly reverse: boolean;
}

/** What is run, and the dtype that results round to. */
interface Scan {
  readonly fn: Fn;
  readonly dtype: DType;
  /** Sums of bool are alternatives. */
  readonly isBool: boolean;
}

/** Lines up to `SHORT` take one thread, as do many of medium length. */
const SHORT = 32;
const MEDIUM = 512;
const MANY_LINES = 8192;
const FLAT_THREADS = 64;
/** Threads that scan a block together, and elements of each. */
const THREADS = 256;
const OWN = 4;
const BLOCK = THREADS * OWN;

/** The dtype whose values a word holds unrounded. */
const WIDE = { f32: 'float32', i32: 'int32', u32: 'uint32' } as const;

/** `combine` of two values and `keep` of what is stored. */
function declarations({ fn, dtype, isBool }: Scan): string {
  const type = valueType(dtype);
  const word = { sum: isBool ? 'or' : 'add', prod: 'mul', min: 'min', max: 'max' } as const;
  const text = wgslFunctions.binary[word[fn]]('a', 'b', WIDE[type]);
  return `${prelude(text)}${keep(dtype)}
fn combine(a: ${type}, b: ${type}) -> ${type} { return ${text}; }`;
}

/** Bits of what changes nothing. */
function identityBits(fn: Fn, type: ValueType): number {
  switch (fn) {
    case 'sum':
      return 0;
    case 'prod':
      return type === 'f32' ? floatBits(1) : 1;
    case 'max':
      return lowestBits(WIDE[type]);
    case 'min':
      return { f32: 0x7f800000, i32: 0x7fffffff, u32: 0xffffffff }[type];
  }
}

/** Where a line starts and how it moves on, modulo 2^32. */
function course({ length, step, reverse }: Lines): [first: number, pace: number] {
  return reverse ? [(length - 1) * step, -step >>> 0] : [0, step];
}

/** A thread per line. */
function scanLines(call: Call, scan: Scan, x: Operand, y: Operand, lines: Lines): void {
  const type = storedType(scan.dtype, call.abilities);
  const kernel = shader({
    label: 'cumulative: lines',
    bindings: [
      { use: 'read', type },
      { use: 'write', type },
    ],
    names: ['count', 'length', 'step', 'first', 'pace'],
    threads: FLAT_THREADS,
    declarations: declarations(scan),
    body: `  if (thread >= count) { return; }
  var at = thread / step * length * step + thread % step + first;
  var total = ${loaded(type, 'b0[o0 + at]')};
  b1[o1 + at] = ${stored(type, 'keep(total)')};
  for (var i = 1u; i < length; i++) {
    at += pace;
    total = combine(total, ${loaded(type, 'b0[o0 + at]')});
    b1[o1 + at] = ${stored(type, 'keep(total)')};
  }`,
  });
  call.launch(
    kernel,
    [x, y],
    [lines.lines, lines.length, lines.step, ...course(lines)],
    flatGroups(lines.lines, FLAT_THREADS, call.abilities.maxGroups),
  );
}

/**
 * A workgroup per block of a line; leaves the totals of blocks [lines, blocks] behind. `from` is the
 * dtype of x, `scan` has that of y.
 */
function scanBlocks(
  call: Call,
  scan: Scan,
  from: DType,
  x: Operand,
  y: Operand,
  lines: Lines,
): Operand {
  const type = valueType(scan.dtype);
  const [input, output] = [from, scan.dtype].map((dtype) => storedType(dtype, call.abilities));
  const own = Array.from({ length: OWN }, (_, k) => k);
  const at = (k: number): string => `base + (start + ${k}u) * pace`;
  const kernel = shader({
    label: 'cumulative: blocks',
    bindings: [
      { use: 'read', type: input },
      { use: 'write', type: output },
      { use: 'write', type },
    ],
    names: ['count', 'blocks', 'identity', 'length', 'step', 'first', 'pace'],
    threads: THREADS,
    declarations: `${declarations(scan)}
var<workgroup> totals: array<${type}, ${THREADS}>;`,
    body: `  let block = group.y * groups.x + group.x;
  if (block >= count) { return; }
  let line = block / blocks;
  let base = line / step * length * step + line % step + first;
  let start = block % blocks * ${BLOCK}u + lane * ${OWN}u;
  let none = bitcast<${type}>(identity);
${own.map((k) => `  var v${k} = none;\n  if (start + ${k}u < length) { v${k} = ${loaded(input, `b0[o0 + ${at(k)}]`)}; }`).join('\n')}
${own
  .slice(1)
  .map((k) => `  v${k} = combine(v${k - 1}, v${k});`)
  .join('\n')}
  totals[lane] = v${OWN - 1};
  for (var far = 1u; far < ${THREADS}u; far <<= 1u) {
    workgroupBarrier();
    var earlier = none;
    if (lane >= far) { earlier = totals[lane - far]; }
    workgroupBarrier();
    totals[lane] = combine(earlier, totals[lane]);
  }
  workgroupBarrier();
  var before = none;
  if (lane > 0u) { before = totals[lane - 1u]; }
${own.map((k) => `  if (start + ${k}u < length) { b1[o1 + ${at(k)}] = ${stored(output, `keep(combine(before, v${k}))`)}; }`).join('\n')}
  if (lane == 0u) { b2[o2 + block] = totals[${THREADS - 1}]; }`,
  });
  const blocks = Math.ceil(lines.length / BLOCK);
  const count = lines.lines * blocks;
  const totals = call.scratch(count);
  const identity = identityBits(scan.fn, type);
  call.launch(
    kernel,
    [x, y, totals],
    [count, blocks, identity, lines.length, lines.step, ...course(lines)],
    flatGroups(count * THREADS, THREADS, call.abilities.maxGroups),
  );
  return totals;
}

/** Takes in what stands before each block, of scanned totals [lines, blocks]: `within` becomes y. */
function addBlocks(
  call: Call,
  scan: Scan,
  totals: Operand,
  within: Operand,
  y: Operand,
  lines: Lines,
): void {
  const type = valueType(scan.dtype);
  const output = storedType(scan.dtype, call.abilities);
  const isInPlace = within === y;
  const from = isInPlace ? 'b1[o1 + thread]' : 'b2[o2 + thread]';
  const kernel = shader({
    label: 'cumulative: before the blocks',
    bindings: [
      { use: 'read', type },
      { use: 'write', type: output },
      ...(isInPlace ? [] : [{ use: 'read', type } as const]),
    ],
    names: ['count', 'blocks', 'length', 'step', 'reverse'],
    threads: FLAT_THREADS,
    declarations: declarations(scan),
    body: `  if (thread >= count) { return; }
  let line = thread / (length * step) * step + thread % step;
  let position = thread / step % length;
  let block = select(position, length - 1u - position, reverse == 1u) / ${BLOCK}u;
  var value = ${from};
  if (block > 0u) { value = combine(b0[o0 + line * blocks + block - 1u], value); }
  b1[o1 + thread] = ${stored(output, 'keep(value)')};`,
  });
  const count = lines.lines * lines.length;
  const blocks = Math.ceil(lines.length / BLOCK);
  call.launch(
    kernel,
    isInPlace ? [totals, y] : [totals, y, within],
    [count, blocks, lines.length, lines.step, lines.reverse ? 1 : 0],
    flatGroups(count, FLAT_THREADS, call.abilities.maxGroups),
  );
}

function run(call: Call, scan: Scan, x: Operand, y: Operand, lines: Lines): void {
  const { length } = lines;
  if (length <= SHORT || (length <= MEDIUM && lines.lines >= MANY_LINES)) {
    scanLines(call, scan, x, y, lines);
    return;
  }
  const blocks = Math.ceil(length / BLOCK);
  if (blocks === 1) {
    scanBlocks(call, scan, scan.dtype, x, y, lines);
    return;
  }
  // Memory of float16 may be too narrow for what is not rounded yet.
  const wide: Scan = { ...scan, dtype: WIDE[valueType(scan.dtype)] };
  const isNarrow = storedType(scan.dtype, call.abilities) === 'f16';
  const within = isNarrow ? call.scratch(lines.lines * length) : y;
  const totals = scanBlocks(call, wide, scan.dtype, x, within, lines);
  const scanned = call.scratch(lines.lines * blocks);
  run(call, wide, totals, scanned, { ...lines, length: blocks, step: 1, reverse: false });
  addBlocks(call, scan, scanned, within, y, lines);
}

/** Lowers `cumulative`. */
export const cumulative: Lowering<'cumulative'> = (node, call) => {
  const { shape, dtype } = call.avals[node.inputs[0]];
  const { fn, axis, reverse } = node.attrs;
  const size = sizeOf(shape);
  if (size === 0) return;
  const length = shape[axis];
  const step = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const lines = { lines: size / length, length, step, reverse };
  const scan = { fn, dtype, isBool: dtype === 'bool' };
  run(call, scan, call.input(0), call.output(0), lines);
};
