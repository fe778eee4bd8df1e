/**
 * Turns sections into loops, and neighbouring loops that every position walks as one into a single
 * loop: a chain over contiguous tensors of any rank becomes one flat loop.
 */
import type { Form, Statement } from '../kernel.ts';
import type { Section } from './builder.ts';

/** Loops (by id) that are taken over by the loop after them in their path. */
export function mergeLoops(
  chains: readonly (readonly number[])[],
  forms: readonly Form[],
  sizes: number[],
): Set<number> {
  const original = [...sizes];
  const merged = new Set<number>();
  for (const chain of chains) {
    for (let i = chain.length - 2; i >= 0; i--) {
      const [outer, inner] = [chain[i], chain[i + 1]];
      const fits = (form: Form): boolean =>
        form.loops[outer] === form.loops[inner] * original[inner];
      if (!forms.every(fits)) continue;
      merged.add(outer);
      let last = i + 1;
      while (merged.has(chain[last])) last++;
      sizes[chain[last]] *= original[outer];
    }
  }
  if (merged.size > 0) {
    for (const form of forms) {
      // The coefficient of the merged loop is that of its inner part.
      for (const loop of merged) (form.loops as number[])[loop] = 0;
    }
  }
  return merged;
}

/** The statements of a section inside its first `depth` loops. */
export function assemble(
  section: Section,
  depth: number,
  merged: ReadonlySet<number>,
  sizes: readonly number[],
): Statement[] {
  const own = section.blocks[depth].flatMap((draft) =>
    draft.kind === 'section' ? inner(draft.section, draft.depth, merged, sizes) : draft,
  );
  return [...own, ...inner(section, depth, merged, sizes)];
}

function inner(
  section: Section,
  depth: number,
  merged: ReadonlySet<number>,
  sizes: readonly number[],
): Statement[] {
  if (depth === section.path.length) return [];
  const body = assemble(section, depth + 1, merged, sizes);
  const loop = section.path[depth];
  if (merged.has(loop) || body.length === 0) return body;
  return [{ kind: 'loop', loop, size: sizes[loop], body }];
}
