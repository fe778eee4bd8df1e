/** The list of golden cases that may fail: one `group id` a line, with a reason; `*`
 * in an id stands for anything. */

/** One line of an allow list. */
export interface AllowedFailure {
  readonly group: string;
  readonly id: string;
  readonly reason: string;
}

/** Reads `group id # reason` lines; a line without a reason is an error. */
export function readAllowed(text: string): AllowedFailure[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [entry, reason] = line.split(' # ');
      const [group, id] = (entry ?? '').trim().split(/\s+/);
      if (group === undefined || id === undefined || reason === undefined) {
        throw new Error(`allow list: "${line}" is not of the form "group id # reason"`);
      }
      return { group, id, reason };
    });
}

/** Whether a case stands in the list. */
export function isAllowed(list: readonly AllowedFailure[], group: string, id: string): boolean {
  return list.some((item) => item.group === group && matches(item.id, id));
}

function matches(pattern: string, id: string): boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`).test(id);
}
