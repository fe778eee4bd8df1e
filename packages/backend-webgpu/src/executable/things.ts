/**
 * What the steps of a program read and write, one value after another. The plan of a program names
 * memory, which many values pass through; to lay values side by side they have to be told apart.
 */
import type { Program, Slot, Step } from '@addax/codegen';

/** One value; or a room that is not the workspace, with all that it ever holds. */
export interface Thing {
  readonly room: number;
  words: number;
  /** Its elements take half a word. */
  readonly isHalf: boolean;
}

/** An operand of a step. */
export interface Operand {
  /** Slot of the program; −1 for one that a call hands to its epilogue. */
  readonly slot: number;
  readonly isWritten: boolean;
  /** −1 without a slot. */
  readonly thing: number;
}

/** The things of a program and what its steps do with them. */
export interface Things {
  readonly list: readonly Thing[];
  /** Per step: a kernel's buffers; a call's inputs, outputs and the buffers of its epilogue. */
  readonly operands: readonly (readonly Operand[])[];
}

/** What tells the values of a program apart. */
export interface Surroundings {
  /** The room of each slot. */
  readonly rooms: readonly number[];
  isOwn(room: number): boolean;
  /** Whether the elements of a slot take half a word. */
  isHalf(slot: Slot): boolean;
}

/** Tells the values of a program apart. */
export function findThings(
  { steps, slots }: Program,
  { rooms, isOwn, isHalf }: Surroundings,
): Things {
  const list: Thing[] = [];
  const current = new Map<number, number>();
  const found = (slot: number, isNew: boolean): number => {
    const room = rooms[slot];
    const known = current.get(room);
    if (known !== undefined && !(isNew && isOwn(room))) return known;
    current.set(room, list.length);
    return list.push({ room, words: 0, isHalf: isHalf(slots[slot]) }) - 1;
  };
  const operands = steps.map((step) => {
    const accesses = accessesOf(step);
    const read = new Set<number>();
    for (const { slot, isWritten } of accesses) {
      if (slot >= 0 && !isWritten) read.add(rooms[slot]);
    }
    // Reads come first: what is written over an operand goes on as the same thing.
    const things = new Map<number, number>();
    for (const { slot } of accesses) {
      if (slot < 0 || things.has(rooms[slot])) continue;
      const room = rooms[slot];
      things.set(room, found(slot, !read.has(room)));
    }
    return accesses.map(({ slot, isWritten }) => {
      if (slot < 0) return { slot, isWritten, thing: -1 };
      const thing = things.get(rooms[slot])!;
      const words = slots[slot].length / (list[thing].isHalf ? 2 : 1);
      list[thing].words = Math.max(list[thing].words, words);
      return { slot, isWritten, thing };
    });
  });
  return { list, operands };
}

function accessesOf(step: Step): { slot: number; isWritten: boolean }[] {
  const as = (isWritten: boolean) => (slot: number) => ({ slot, isWritten });
  switch (step.kind) {
    case 'copy':
      return [as(false)(step.from), as(true)(step.to)];
    case 'kernel':
      return step.slots.map((slot, i) => as(step.kernel.buffers[i].use !== 'read')(slot));
    case 'call': {
      const { inputs, outputs, epilogue } = step;
      return [
        ...inputs.map(as(false)),
        ...outputs.map(as(true)),
        ...(epilogue?.slots ?? []).map((slot, i) =>
          as(epilogue!.kernel.buffers[i].use !== 'read')(slot),
        ),
      ];
    }
  }
}

/** Whether the later of two steps must not come before the earlier one. */
export function depends(later: readonly Operand[], earlier: readonly Operand[]): boolean {
  return later.some((a) =>
    earlier.some((b) => a.thing === b.thing && a.thing >= 0 && (a.isWritten || b.isWritten)),
  );
}
