/**
 * Writes at computed positions along one axis. Nothing races, so that sums have one order: few updates
 * are written one after another by a thread per column (a place beside the axis); many are sorted by
 * their index first, and runs of equal indices are then reduced in pieces of one length.
 *
 * The operand is [batches, before, size, row], the indices are [batches, count] and the updates
 * [batches, before, count, row].
 */
import { type DType, type OpAttrs, sizeOf } from '@addax/core';
import { loaded, stored, type StoredType, storedType, valueType } from '../storage.ts';
import type { Call, Lowering } from './call.ts';
import { IS_NAN, keep } from './elements.ts';
import { copy } from './move.ts';
import { PAIRS, sortIndices } from './runs.ts';
import { type Binding, flatGroups, shader } from './words.ts';

const THREADS = 64;

/** Up to this many updates of a column are written one after another. */
const FEW = 64;
/** So many are, if there are enough columns to keep a device busy. */
const FEW_OF_MANY_COLUMNS = 1024;
const MANY_COLUMNS = 8192;

/** Sorted updates that one thread reduces. */
const PIECE = 64;

type Mode = OpAttrs['scatter']['mode'];

interface Sizes {
  readonly batches: number;
  readonly before: number;
  readonly size: number;
  readonly row: number;
  readonly count: number;
}

/** What a text depends on. */
interface Kind {
  readonly mode: Mode;
  readonly dtype: DType;
  /** In memory: bits of a word for `set`, which moves them; the other modes need values. */
  readonly type: StoredType;
}

function kindOf(mode: Mode, dtype: DType, { abilities }: Call): Kind {
  const own = storedType(dtype, abilities);
  return { mode, dtype, type: mode === 'set' && own !== 'f16' ? 'u32' : own };
}

/** What is joined: elements as they are, if they are only moved. */
function typeOf({ mode, dtype, type }: Kind): StoredType {
  return mode === 'set' ? type : valueType(dtype);
}

/** An element of memory as what is joined. */
function read({ mode, type }: Kind, text: string): string {
  return mode === 'set' ? text : loaded(type, text);
}

/** What was joined as an element of memory. */
function write({ mode, type }: Kind, text: string): string {
  return mode === 'set' ? text : stored(type, text);
}

/** `fn join(old, new)` and `fn keep(x)`. */
function functions(kind: Kind): string {
  const { mode, dtype } = kind;
  const type = typeOf(kind);
  const join = (body: string): string => `fn join(a: ${type}, b: ${type}) -> ${type} { ${body} }`;
  if (mode === 'set') return `${join('return b;')}\nfn keep(x: ${type}) -> ${type} { return x; }`;
  if (mode === 'add') return `${keep(dtype)}\n${join('return a + b;')}`;
  const nan = 'if (isNan(a)) { return a; } if (isNan(b)) { return b; }';
  const body = `return ${mode}(a, b);`;
  return `${IS_NAN}\n${keep(dtype)}\n${join(type === 'f32' ? `${nan} ${body}` : body)}`;
}

function bindings({ type }: Kind): { indices: Binding; updates: Binding; out: Binding } {
  return {
    indices: { use: 'read', type: 'i32' },
    updates: { use: 'read', type },
    out: { use: 'write', type },
  };
}

const SIZES = ['before', 'size', 'row', 'count'] as const;

function params(sizes: Sizes): number[] {
  return SIZES.map((name) => sizes[name]);
}

/** Index i of the thread's batch, and its update. */
const INDEX = (i: string): string => `u32(b0[o0 + outer / before * count + ${i}])`;
const UPDATE = (i: string): string => `b1[o1 + (outer * count + ${i}) * row + column]`;

/** Sums of float16 have no room unrounded in narrow memory: the first of equal indices adds them up. */
const ADD_HALVES = `var isFirst = true;
    for (var j = 0u; j < i; j++) { isFirst = isFirst && ${INDEX('j')} != index; }
    if (!isFirst) { continue; }
    var joined = f32(b2[to]);
    for (var j = i; j < count; j++) {
      if (${INDEX('j')} == index) { joined = join(joined, f32(${UPDATE('j')})); }
    }
    b2[to] = f16(keep(joined));`;

function addsHalves({ mode, type }: Kind): boolean {
  return mode === 'add' && type === 'f16';
}

/** A thread per column writes all of its updates; sums are rounded when they are complete. */
function byColumn(call: Call, kind: Kind, sizes: Sizes): void {
  const { indices, updates, out } = bindings(kind);
  const total = sizes.batches * sizes.before * sizes.row;
  const walk = (body: string): string => `  for (var i = 0u; i < count; i++) {
    let index = ${INDEX('i')};
    if (index >= size) { continue; }
    let to = o2 + (outer * size + index) * row + column;
    ${body}
  }`;
  const joined = `join(${read(kind, 'b2[to]')}, ${read(kind, UPDATE('i'))})`;
  const narrow =
    kind.mode === 'add' && !['float32', 'int32', 'int64', 'uint32'].includes(kind.dtype);
  const join = addsHalves(kind) ? ADD_HALVES : `b2[to] = ${write(kind, joined)};`;
  const made = shader({
    label: `scatter ${kind.mode}`,
    bindings: [indices, updates, out],
    names: ['total', ...SIZES],
    threads: THREADS,
    declarations: functions(kind),
    body: `  if (thread >= total) { return; }
  let column = thread % row;
  let outer = thread / row;
${walk(join)}
${narrow && !addsHalves(kind) ? walk('b2[to] = keep(b2[to]);') : ''}`,
  });
  const operands = [call.input(1), call.input(2), call.output(0)];
  const groups = flatGroups(total, THREADS, call.abilities.maxGroups);
  call.launch(made, operands, [total, ...params(sizes)], groups);
}

/** Of each run of equal indices the last update is written. */
function setLast(call: Call, kind: Kind, sizes: Sizes): void {
  const { updates, out } = bindings(kind);
  const { pairs, length } = sortIndices(call, call.input(1), sizes);
  const total = sizes.batches * sizes.before * sizes.row * sizes.count;
  const made = shader({
    label: 'scatter set: runs',
    bindings: [PAIRS, updates, out],
    names: ['total', 'length', ...SIZES],
    threads: THREADS,
    body: `  if (thread >= total) { return; }
  let column = thread % row;
  let at = thread / row % count;
  let outer = thread / row / count;
  let first = (o0 >> 1u) + outer / before * length;
  let pair = b0[first + at];
  if (pair.x >= size) { return; }
  if (at + 1u < count) {
    if (b0[first + at + 1u].x == pair.x) { return; }
  }
  b2[o2 + (outer * size + pair.x) * row + column] = b1[o1 + (outer * count + pair.y) * row + column];`,
  });
  const operands = [pairs, call.input(2), call.output(0)];
  const groups = flatGroups(total, THREADS, call.abilities.maxGroups);
  call.launch(made, operands, [total, length, ...params(sizes)], groups);
}

const PIECE_NAMES = ['total', 'length', 'pieces', ...SIZES];

/** Thread (outer, piece, column): `first` is its batch in the pairs; `start` to `end` its updates. */
const OWN_PIECE = `  if (thread >= total) { return; }
  let column = thread % row;
  let piece = thread / row % pieces;
  let outer = thread / row / pieces;
  let first = (o0 >> 1u) + outer / before * length;
  let start = piece * ${PIECE}u;
  let end = min(start + ${PIECE}u, count);`;

/**
 * Joins the updates of each run within a piece. Runs that lie inside the piece are written; what
 * continues from the piece before goes to the first half of the partial results, what starts here and
 * goes on to the second half.
 */
function joinPieces(kind: Kind): ReturnType<typeof shader> {
  const { updates, out } = bindings(kind);
  const type = typeOf(kind);
  return shader({
    label: `scatter ${kind.mode}: pieces`,
    bindings: [PAIRS, updates, out, { use: 'write', type }],
    names: PIECE_NAMES,
    threads: THREADS,
    declarations: functions(kind),
    body: `${OWN_PIECE}
  var key = b0[first + start].x;
  if (key >= size) { return; }
  var begins = true;
  if (start > 0u) { begins = b0[first + start - 1u].x != key; }
  var joined = ${type}(0);
  var fresh = true;
  for (var at = start; at < end; at++) {
    let pair = b0[first + at];
    if (pair.x != key) {
      if (begins) {
        let to = o2 + (outer * size + key) * row + column;
        b2[to] = ${joinedWith(kind)};
      } else {
        b3[o3 + thread] = joined;
      }
      begins = true;
      fresh = true;
      key = pair.x;
      if (key >= size) { return; }
    }
    let value = ${read(kind, UPDATE('pair.y'))};
    if (fresh) { joined = value; } else { joined = join(joined, value); }
    fresh = false;
  }
  var goesOn = false;
  if (end < count) { goesOn = b0[first + end].x == key; }
  if (!begins) {
    b3[o3 + thread] = joined;
  } else if (goesOn) {
    b3[o3 + total + thread] = joined;
  } else {
    let to = o2 + (outer * size + key) * row + column;
    b2[to] = ${joinedWith(kind)};
  }`,
  });
}

/** What is in memory joined with what was found. */
function joinedWith(kind: Kind): string {
  return write(kind, `keep(join(${read(kind, 'b2[to]')}, joined))`);
}

/** Runs of several pieces: who has the first joins what the others found. */
function joinLongRuns(kind: Kind): ReturnType<typeof shader> {
  const type = typeOf(kind);
  return shader({
    label: `scatter ${kind.mode}: long runs`,
    bindings: [PAIRS, { use: 'read', type }, bindings(kind).out],
    names: PIECE_NAMES,
    threads: THREADS,
    declarations: functions(kind),
    body: `${OWN_PIECE}
  let key = b0[first + end - 1u].x;
  if (key >= size || end == count) { return; }
  if (b0[first + end].x != key) { return; }
  if (start > 0u) {
    if (b0[first + start - 1u].x == key) { return; }
  }
  var joined = b1[o1 + total + thread];
  for (var next = piece + 1u; next < pieces; next++) {
    if (b0[first + next * ${PIECE}u].x != key) { break; }
    joined = join(joined, b1[o1 + thread + (next - piece) * row]);
  }
  let to = o2 + (outer * size + key) * row + column;
  b2[to] = ${joinedWith(kind)};`,
  });
}

function joinRuns(call: Call, kind: Kind, sizes: Sizes): void {
  const { pairs, length } = sortIndices(call, call.input(1), sizes);
  const pieces = Math.ceil(sizes.count / PIECE);
  const total = sizes.batches * sizes.before * sizes.row * pieces;
  const partial = call.scratch(2 * total);
  const words = [total, length, pieces, ...params(sizes)];
  const groups = flatGroups(total, THREADS, call.abilities.maxGroups);
  const out = call.output(0);
  call.launch(joinPieces(kind), [pairs, call.input(2), out, partial], words, groups);
  call.launch(joinLongRuns(kind), [pairs, partial, out], words, groups);
}

/** Updates written into an operand, in place where the plan allows. */
export const scatter: Lowering<'scatter'> = (node, call) => {
  const { axis, batchDims, mode } = node.attrs;
  const x = call.avals[node.inputs[0]!]!;
  const indices = call.avals[node.inputs[1]!]!;
  const sizes: Sizes = {
    batches: sizeOf(x.shape.slice(0, batchDims)),
    before: sizeOf(x.shape.slice(batchDims, axis)),
    size: x.shape[axis]!,
    row: sizeOf(x.shape.slice(axis + 1)),
    count: sizeOf(indices.shape.slice(batchDims)),
  };
  if (!call.inPlace) copy(call, call.input(0), call.output(0), sizeOf(x.shape), x.dtype);
  const columns = sizes.batches * sizes.before * sizes.row;
  if (columns * sizes.size * sizes.count === 0) return;
  const kind = kindOf(mode, x.dtype, call);
  const few = columns < MANY_COLUMNS || addsHalves(kind) ? FEW : FEW_OF_MANY_COLUMNS;
  if (sizes.count <= few) byColumn(call, kind, sizes);
  else if (mode === 'set') setLast(call, kind, sizes);
  else joinRuns(call, kind, sizes);
};
