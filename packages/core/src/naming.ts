/** Automatic names as Keras gives them: dense, dense_1, dense_2 …; `clearSession` starts over. */

const counts = new Map<string, number>();

/** The next free name of a kind. */
export function autoName(kind: string): string {
  const count = counts.get(kind) ?? 0;
  counts.set(kind, count + 1);
  return count === 0 ? kind : `${kind}_${count}`;
}

/** Forgets all names given so far. */
export function resetNames(): void {
  counts.clear();
}

/** CamelCase to snake_case, by the rule of Keras' `to_snake_case`. */
export function toSnakeCase(name: string): string {
  return name
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
