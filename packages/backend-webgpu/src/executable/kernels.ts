/** The kernels that control flow needs of its own: copying, choosing a branch, stacking carries. */
import type { Abilities, Groups, Shader } from '../launch.ts';
import { COPY, COPY_FOURS, perUnit } from '../library/move.ts';
import type { Unit } from '../library/move.ts';
import { flatGroups, shader } from '../library/words.ts';
import type { Binding } from '../library/words.ts';

/** A launch without its operands. */
export interface Move {
  readonly shader: Shader;
  readonly params: Uint32Array;
  readonly groups: Groups;
}

const READ: Binding = { use: 'read', type: 'u32' };
const WRITE: Binding = { use: 'write', type: 'u32' };
const THREADS = 64;

/** The unit in which values are moved that have these words and start at these offsets. */
export function unitFor(...words: readonly number[]): Unit {
  return words.every((count) => Number.isInteger(count)) ? 'u32' : 'f16';
}

/** Units in a number of words. */
function units(words: number, unit: Unit): number {
  return unit === 'f16' ? 2 * words : words;
}

function move(made: Shader, params: readonly number[], threads: number, able: Abilities): Move {
  const groups = flatGroups(threads, THREADS, able.maxGroups);
  return { shader: made, params: Uint32Array.from(params), groups };
}

/** (from, to): copies words, a unit at a time. */
export function copy(words: number, unit: Unit, aligned: boolean, able: Abilities): Move {
  if (aligned && words % 4 === 0) return move(COPY_FOURS, [words / 4], words / 4, able);
  const count = units(words, unit);
  return move(COPY[unit], [count], count, able);
}

const CHOOSE = perUnit((unit) =>
  shader({
    label: 'choose',
    bindings: [READ, { use: 'read', type: unit }, { use: 'write', type: unit }],
    names: ['count'],
    threads: THREADS,
    body: `  if (thread >= count || b0[o0] == 0u) { return; }
  b2[o2 + thread] = b1[o1 + thread];`,
  }),
);

/** (predicate, from, to): copies words, a unit at a time, if the predicate holds. */
export function choose(words: number, unit: Unit, able: Abilities): Move {
  const count = units(words, unit);
  return move(CHOOSE[unit], [count], count, able);
}

const BEGIN = shader({
  label: 'begin a loop',
  bindings: [WRITE],
  names: [],
  threads: 1,
  body: '  b0[o0] = 1u;',
});

/** (going): a loop goes on until its test says no. */
export const begin: Move = { shader: BEGIN, params: new Uint32Array(0), groups: [1, 1, 1] };

const GO_ON = shader({
  label: 'go on with a loop',
  bindings: [READ, WRITE],
  names: [],
  threads: 1,
  body: '  b1[o1] &= b0[o0];',
});

/** (verdict, going): no is final. */
export const goOn: Move = { shader: GO_ON, params: new Uint32Array(0), groups: [1, 1, 1] };

const DECIDE = shader({
  label: 'decide which branch runs',
  bindings: [READ, WRITE],
  names: ['count', 'thens', 'first', 'outer', 'yes', 'no'],
  threads: THREADS,
  body: `  let isReached = b1[o1 + outer] != 0u;
  let holds = b0[o0] != 0u;
  if (thread == 0u) {
    b1[o1 + yes] = u32(isReached && holds);
    b1[o1 + no] = u32(isReached && !holds);
  }
  if (thread >= count) { return; }
  let isTaken = isReached && holds == (thread < thens);
  let row = o1 + first + 6u * thread;
  for (var i = 0u; i < 3u; i++) {
    b1[row + i] = select(0u, b1[row + 3u + i], isTaken);
  }`,
});

/** Where the guards of a branch lie, in words. */
export interface BranchGuards {
  /** Rows of the side `then`, and of both sides. */
  readonly thens: number;
  readonly count: number;
  readonly first: number;
  /** Whether the branch is reached at all. */
  readonly outer: number;
  /** Whether each side runs. */
  readonly flags: readonly [yes: number, no: number];
}

/** (predicate, guards): gives the launches of the side that is taken their workgroups. */
export function decide(guards: BranchGuards, able: Abilities): Move {
  const { count, thens, first, outer, flags } = guards;
  return move(DECIDE, [count, thens, first, outer, ...flags], count, able);
}

const STACK = perUnit((unit) =>
  shader({
    label: 'stack carries',
    bindings: [0, 1, 2, 3].map((i) => ({ use: i < 3 ? 'read' : 'write', type: unit })),
    names: ['count', 'width', 'stride', 'length', 'backward'],
    threads: THREADS,
    body: `  if (thread >= count) { return; }
  let row = thread / width;
  let column = thread % width;
  let step = select(row, length - 1u - row, backward != 0u);
  var value: ${unit};
  if (step == 0u) {
    value = b0[o0 + column];
  } else if ((step & 1u) == 1u) {
    value = b1[o1 + ((step - 1u) >> 1u) * stride + column];
  } else {
    value = b2[o2 + ((step - 1u) >> 1u) * stride + column];
  }
  b3[o3 + thread] = value;`,
  }),
);

/**
 * (initial, odd, even, to): the values of a carry before each step, stacked. Values before odd steps
 * lie in rows of `odd`, those before even ones in rows of `even`, `stride` words apart.
 */
export function stackCarries(
  words: number,
  stride: number,
  length: number,
  reverse: boolean,
  unit: Unit,
  able: Abilities,
): Move {
  const width = units(words, unit);
  const count = width * length;
  const params = [count, width, units(stride, unit), length, Number(reverse)];
  return move(STACK[unit], params, count, able);
}
