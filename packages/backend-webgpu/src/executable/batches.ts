/**
 * Which kernels become one launch: those of one text that do not wait for one another, as the updates
 * of all variables of a model. What they bind at one position is one thing for all of them, or lies
 * in one pack.
 */
import type { Program } from '@addax/codegen';
import type { Packs } from './packs.ts';
import { depends } from './things.ts';
import type { Things } from './things.ts';

/** Steps between the first kernel of a batch and another that may join it, at most. */
const REACH = 512;

/** Steps in the order in which they run; those of one list are one launch. */
export type Order = readonly (readonly number[])[];

/** Forms batches; what they need to lie together is joined in `packs`. */
export function formBatches(
  { steps }: Program,
  things: Things,
  packs: Packs,
  /** The text of a kernel step as part of a batch. */
  textOf: (step: number) => string,
): Order {
  keepCallsApart(steps.length, things, packs, (step) => steps[step].kind === 'kernel');
  const order: number[][] = steps.map((_, step) => [step]);
  const open = new Map<string, number[][]>();
  for (const step of repeated(steps, textOf)) {
    const text = textOf(step);
    const batches = open.get(text) ?? [];
    open.set(text, batches);
    const batch = batches.find(
      (steps) => isFree(step, steps, things) && mayBind(step, steps, things, packs),
    );
    if (batch === undefined) {
      batches.push(order[step]);
      continue;
    }
    batch.push(step);
    order[step] = [];
  }
  return order.filter((group) => group.length > 0);
}

/** Kernel steps of texts that occur more than once. */
function repeated(steps: Program['steps'], textOf: (step: number) => string): number[] {
  const count = new Map<string, number>();
  const kernels = steps.flatMap(({ kind }, step) => (kind === 'kernel' ? [step] : []));
  for (const step of kernels) count.set(textOf(step), (count.get(textOf(step)) ?? 0) + 1);
  return kernels.filter((step) => count.get(textOf(step))! > 1);
}

/** Hand-made kernels bind each operand by itself. */
function keepCallsApart(
  count: number,
  things: Things,
  packs: Packs,
  isKernel: (step: number) => boolean,
): void {
  for (let step = 0; step < count; step++) {
    if (isKernel(step)) continue;
    const operands = things.operands[step].filter(({ thing }) => thing >= 0);
    for (const a of operands) {
      if (!a.isWritten) continue;
      for (const b of operands) packs.separate(a.thing, b.thing);
    }
  }
}

/** Whether the step may run where the batch does, which is earlier. */
function isFree(step: number, batch: readonly number[], { operands }: Things): boolean {
  const [first] = batch;
  if (step - first > REACH) return false;
  if (batch.some((member) => depends(operands[step], operands[member]))) return false;
  for (let between = first + 1; between < step; between++) {
    if (depends(operands[step], operands[between])) return false;
  }
  return true;
}

/** Whether one launch can bind what the step works on and what the batch does; if so, it will. */
function mayBind(
  step: number,
  batch: readonly number[],
  { operands }: Things,
  packs: Packs,
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
