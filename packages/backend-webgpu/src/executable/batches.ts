/**
 * Which kernels become one launch. Kernels of one text that do not wait for one another, as the
 * updates of all variables of a model, become a batch: what they bind at one position is one thing
 * for all of them, or lies in one pack. Small kernels become a chain: one workgroup goes through them
 * one after another.
 */
import { kernelWork } from '@addax/codegen/device';
import type { Program } from '@addax/codegen';
import type { Packs } from './packs.ts';
import { depends } from './things.ts';
import type { Things } from './things.ts';

/** Steps between the first kernel of a launch and another that may join it, at most. */
const REACH = 512;
/** Kernels of a chain: fewer are not worth a text of their own, unless they run again and again. */
const MIN_CHAIN = 3;
const MIN_LOOP_CHAIN = 2;
/** More take long to compile. */
const MAX_CHAIN = 24;
/** Elements of a kernel in a chain. */
const MAX_ELEMENTS = 2048;
/** Iterations of one of the threads of a chain for one kernel: it takes them one by one. */
const MAX_ITERATIONS = 128;
const CHAIN_THREADS = 256;
/** Elements of values that are moved together for a chain. */
const MAX_WORDS = 4096;

/** Steps that are one launch. */
export interface Group {
  readonly kind: 'single' | 'batch' | 'chain';
  readonly steps: readonly number[];
}

/** What batches and chains are formed of. */
export interface Material {
  readonly program: Program;
  readonly things: Things;
  /** What has to lie together is joined here. */
  readonly packs: Packs;
  /** It is the body of a node, and may run again and again. */
  readonly isInner: boolean;
  /** Memories that one launch can bind. */
  readonly maxBindings: number;
  isOwn(thing: number): boolean;
  /** Whether a thing is an input that the program updates. */
  isLent(thing: number): boolean;
  /** The text of a kernel step as part of a batch; undefined if it has nothing to do. */
  textOf(step: number): string | undefined;
}

/** The launches of a program in their order. */
export function formGroups(material: Material): Group[] {
  keepCallsApart(material);
  const { things } = material;
  const steps = material.program.steps.flatMap(({ kind }, step) => {
    return kind === 'kernel' && material.textOf(step) !== undefined ? [step] : [];
  });
  const groups: Group[] = material.program.steps.map((_, step) => {
    return { kind: 'single', steps: [step] };
  });
  const join = (kind: Group['kind'], [first, ...others]: readonly number[]): void => {
    groups[first] = { kind, steps: [first, ...others] };
    for (const step of others) groups[step] = { kind, steps: [] };
  };
  const alone = (): number[] => steps.filter((step) => groups[step].kind === 'single');
  // Small updates, too, are better in the launch of all updates than in a chain.
  const updates = steps.filter((step) => {
    return things.operands[step].some(
      ({ thing, isWritten }) => isWritten && material.isLent(thing),
    );
  });
  for (const batch of formBatches(updates, material)) join('batch', batch);
  for (const chain of formChains(alone(), material)) join('chain', chain);
  for (const batch of formBatches(alone(), material)) join('batch', batch);
  return groups.filter(({ steps: members }) => members.length > 0);
}

/** Hand-made kernels bind each operand by itself. */
function keepCallsApart({ program, things, packs }: Material): void {
  program.steps.forEach(({ kind }, step) => {
    if (kind === 'kernel') return;
    const operands = things.operands[step].filter(({ thing }) => thing >= 0);
    for (const a of operands) {
      if (!a.isWritten) continue;
      for (const b of operands) packs.separate(a.thing, b.thing);
    }
  });
}

/** Small kernels among these steps that can run one after another. */
function formChains(candidates: readonly number[], material: Material): number[][] {
  const { program, things } = material;
  const chains: number[][] = [];
  for (const index of candidates) {
    const step = program.steps[index];
    if (step.kind !== 'kernel') continue;
    const { elements, iterations } = kernelWork(step.kernel);
    const perThread = Math.ceil(elements / CHAIN_THREADS) * (iterations / elements);
    if (elements > MAX_ELEMENTS || perThread > MAX_ITERATIONS) continue;
    const chain = chains.find(
      (steps) =>
        steps.length < MAX_CHAIN &&
        isFree(index, steps, things) &&
        joinsChain(index, steps, material),
    );
    if (chain !== undefined) chain.push(index);
    else chains.push([index]);
  }
  const least = material.isInner ? MIN_LOOP_CHAIN : MIN_CHAIN;
  return chains.filter((chain) => chain.length >= least);
}

/** Whether one launch can bind all that these kernels work on; their results are moved together. */
function joinsChain(step: number, chain: readonly number[], material: Material): boolean {
  const { things, packs, maxBindings } = material;
  const operands = [...chain, step].flatMap((member) => things.operands[member]);
  const own = operands.filter(({ thing }) => material.isOwn(thing));
  const written = [...new Set(own.flatMap(({ thing, isWritten }) => (isWritten ? [thing] : [])))];
  if (written.some((thing) => things.list[thing].words > MAX_WORDS)) return false;
  // What has elements of another width lies apart.
  const widths = [false, true].map((isHalf) =>
    written.filter((thing) => things.list[thing].isHalf === isHalf),
  );
  const lists = widths.filter((list) => list.length > 0);
  const areWritten = lists.map(() => true);
  if (!packs.join(lists, areWritten)) return false;
  // A kernel that runs earlier must not write where something else still lives.
  for (const thing of written) packs.move(thing);
  for (const { thing } of own) {
    const { words, isHalf } = things.list[thing];
    const [home] = widths[Number(isHalf)];
    if (home !== undefined && words <= MAX_WORDS) packs.join([[home, thing]], [true]);
  }
  const all = operands.map(({ thing }) => thing);
  if (isMixed(all, material)) return false;
  return new Set(all.map((thing) => packs.packWith(thing))).size <= maxBindings;
}

/** Whether elements of two widths would lie in one memory that is bound once. */
function isMixed(operands: readonly number[], { things, packs }: Material): boolean {
  const widths = new Map<string, boolean>();
  return operands.some((thing) => {
    const { room, isHalf } = things.list[thing];
    const memory = packs.isPacked(thing) ? `pack ${packs.packWith(thing)}` : `room ${room}`;
    const known = widths.get(memory);
    widths.set(memory, isHalf);
    return known !== undefined && known !== isHalf;
  });
}

/** Kernels of one text among these steps that can run side by side. */
function formBatches(candidates: readonly number[], material: Material): number[][] {
  const { things } = material;
  const byText = new Map<string, number[][]>();
  for (const step of candidates) {
    const text = material.textOf(step)!;
    const batches = byText.get(text) ?? [];
    byText.set(text, batches);
    const batch = batches.find(
      (steps) =>
        isFree(step, steps, things) &&
        !steps.some((member) => depends(things.operands[step], things.operands[member])) &&
        joinsBatch(step, steps, material),
    );
    if (batch !== undefined) batch.push(step);
    else batches.push([step]);
  }
  return [...byText.values()].flat().filter((batch) => batch.length > 1);
}

/** Whether the step may run where the first of these does: it waits for nothing in between. */
function isFree(step: number, steps: readonly number[], { operands }: Things): boolean {
  const [first] = steps;
  if (step - first > REACH) return false;
  const members = new Set(steps);
  for (let between = first + 1; between < step; between++) {
    if (!members.has(between) && depends(operands[step], operands[between])) return false;
  }
  return true;
}

/** Whether one launch can bind what the step works on and what the batch does; if so, it will. */
function joinsBatch(
  step: number,
  batch: readonly number[],
  { things: { operands }, packs }: Material,
): boolean {
  const all = [...batch, step].map((member) => operands[member]);
  const lists = operands[step].map((_, at) => [...new Set(all.map((list) => list[at].thing))]);
  // Operands that are one thing throughout are one binding.
  const distinct = lists.flatMap((list, at) => {
    const twin = lists.findIndex((other) => other.join() === list.join());
    return twin === at ? [at] : [];
  });
  const written = distinct.map((at) =>
    operands[step].some((operand, i) => operand.isWritten && lists[i].join() === lists[at].join()),
  );
  return packs.join(
    distinct.map((at) => lists[at]),
    written,
  );
}
