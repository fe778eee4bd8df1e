/** Which buffers of a kernel share a binding, because they lie in one memory. */
import type { Kernel } from '@addax/codegen';
import type { WgslBinding, WgslKernel } from '@addax/codegen/device';
import type { BindingUse } from '../launch.ts';

/** Where a buffer of a kernel lies. */
export interface Position {
  /** Number of a memory; −1 for what lies nowhere. */
  readonly memory: number;
  /** What tells positions in one memory apart. */
  readonly at: string;
}

/**
 * What the printer is told of kernels whose buffers lie there: those in a memory that is written are
 * one binding. Memory that is only read may be bound several times.
 */
export function sharing(
  positions: readonly Position[],
  written: readonly boolean[],
): { aliases: number[]; apart: boolean[] } {
  const aliases = positions.map(({ memory }, i) => {
    const same = positions.flatMap((other, j) => (other.memory === memory ? [j] : []));
    return memory >= 0 && same.some((j) => written[j]) ? same[0] : i;
  });
  const apart = positions.map(({ at }, i) => at !== positions[aliases[i]].at);
  return { aliases, apart };
}

/** Which buffers of a kernel it writes. */
export function writtenBuffers({ buffers }: Kernel): boolean[] {
  return buffers.map(({ use }) => use !== 'read');
}

/** Which offsets of a printed kernel count half words: those of its bindings, then those apart. */
export function halvesOf({ bindings, apart }: Pick<WgslKernel, 'bindings' | 'apart'>): boolean[] {
  const own = apart.map((buffer) => bindings.find(({ buffers }) => buffers.includes(buffer))!);
  return [...bindings, ...own].map(({ isHalf }) => isHalf);
}

/** How a text uses its bindings. */
export function usesOf(bindings: readonly WgslBinding[]): BindingUse[] {
  return bindings.map(({ use }) => use);
}
