/** The golden data of this repository: its groups, and what is allowed to fail in them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isAllowed, readAllowed } from './allow.ts';
import { runGroup, selectGroups } from './run.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const DIR = pathOf('golden');

const allowed = ['golden-allow.txt', 'golden-later.txt'].flatMap((file) =>
  readAllowed(readFileSync(pathOf(file), 'utf8')),
);

/** The groups that are run. */
export const GROUPS: readonly string[] = selectGroups(DIR, []).filter(
  (group) => !isAllowed(allowed, group, '*'),
);

/**
 * What is wrong with a group: cases that fail and may not, lines of the lists that nothing needs. With
 * `isChosen` only some cases run, and the lists are not judged.
 */
export async function complaints(
  name: string,
  isChosen?: (group: string, id: string) => boolean,
): Promise<{ failures: unknown[]; stale: unknown[] }> {
  const { failures } = await runGroup(DIR, name, isChosen);
  const lines = isChosen === undefined ? allowed.filter(({ group }) => group === name) : [];
  return {
    failures: failures.filter(({ id }) => !isAllowed(allowed, name, id)),
    stale: lines.filter((line) => !failures.some(({ id }) => isAllowed([line], name, id))),
  };
}
