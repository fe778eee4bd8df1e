/** A map that forgets the entry unused for longest; forgotten values are handed to `drop`. */
export class LruMap<K, V> {
  readonly #entries: Map<K, V> = new Map();
  readonly #limit: number;
  readonly #drop: (value: V) => void;

  constructor(limit: number, drop: (value: V) => void = () => undefined) {
    this.#limit = limit;
    this.#drop = drop;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which becomes the most recently used. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) {
      const [oldest, dropped] = this.#entries.entries().next().value as [K, V];
      this.#entries.delete(oldest);
      this.#drop(dropped);
    }
  }

  /** Drops everything. */
  clear(): void {
    for (const value of this.#entries.values()) this.#drop(value);
    this.#entries.clear();
  }
}
