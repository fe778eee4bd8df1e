/** Trees of values: arrays and plain records with leaves of any other kind. */

/** Whether `value` is an object literal (not an instance of a class). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The same tree with every leaf replaced. */
export function mapTree(
  value: unknown,
  leaf: (value: unknown, path: string) => unknown,
  path = '',
): unknown {
  if (Array.isArray(value))
    return value.map((item, i) => mapTree(item, leaf, join(path, String(i))));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mapTree(item, leaf, join(path, key))]),
    );
  }
  return leaf(value, path);
}

/** The leaves in order; records by insertion order of their keys. */
export function leavesOf(value: unknown): unknown[] {
  const leaves: unknown[] = [];
  mapTree(value, (leaf) => leaves.push(leaf));
  return leaves;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
