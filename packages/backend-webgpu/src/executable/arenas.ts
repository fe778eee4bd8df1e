/**
 * Arenas: variables that one launch updates side by side lie in one memory. They are moved there when
 * a program that wants it so first runs on them, and stay, so that this costs nothing later; other
 * programs find them at their new place.
 */
import type { WebGpuBuffer } from '../memory/buffer.ts';
import type { Memory } from '../memory/memory.ts';
import { WORD_BYTES } from '../storage.ts';
import type { Device } from '../stream/device.ts';
import { roomFor } from './packs.ts';

/** Moves operands so that each arena is one memory, and no two of them are the same. */
export function settle(
  arenas: readonly (readonly number[])[],
  operands: readonly WebGpuBuffer[],
  device: Device,
): void {
  const taken = new Set<Memory>();
  for (const arena of arenas) {
    const members = arena.map((input) => operands[input]);
    const memory = members[0].located();
    const isSettled = members.every((member) => member.located() === memory);
    if (isSettled && !taken.has(memory)) taken.add(memory);
    else taken.add(move(members, device));
  }
}

function move(members: readonly WebGpuBuffer[], { memory: pool, stream }: Device): Memory {
  const rooms = members.map(({ byteLength }) => roomFor(byteLength / WORD_BYTES));
  const arena = pool.take(rooms.reduce((a, b) => a + b, 0) * WORD_BYTES);
  arena.users = members.length;
  let offset = 0;
  members.forEach((member, i) => {
    const start = member.offset * WORD_BYTES;
    const from = member.move();
    const to = { memory: arena, offset: offset * WORD_BYTES };
    if (member.byteLength > 0) {
      stream.copy({ memory: from, offset: start }, to, member.byteLength);
    }
    pool.give(from);
    member.place(arena, offset);
    offset += rooms[i];
  });
  return arena;
}
