/**
 * Things that lie side by side in one memory, so that one launch can work on all of them. What some
 * launch binds apart, one of the two being written, must stay in different memory.
 */

/** Things of which packs may be made. */
export interface Packable {
  readonly words: number;
  /** Its elements take half a word: what lies together has elements of one width. */
  readonly isHalf: boolean;
  /** Only things of one kind lie together; undefined: it stays where it is. */
  readonly kind: 'own' | 'input' | undefined;
}

/** Words to whose multiples things in a pack are aligned: 256 bytes. */
const ALIGNMENT = 64;

/** Words that a thing takes in a pack. */
export function roomFor(words: number): number {
  return Math.ceil(Math.max(words, 1) / ALIGNMENT) * ALIGNMENT;
}

/** Joins things, one way and never back. */
export class Packs {
  private readonly things: readonly Packable[];
  private readonly maxWords: number;
  private readonly packOf: number[];
  private readonly members: number[][];
  private readonly strangers = new Map<number, Set<number>>();
  private readonly moved = new Set<number>();

  constructor(things: readonly Packable[], maxWords: number) {
    this.things = things;
    this.maxWords = maxWords;
    this.packOf = things.map((_, thing) => thing);
    this.members = things.map((_, thing) => [thing]);
  }

  /** Packs, in the order in which their things were joined; of one thing only if it was moved. */
  get all(): readonly (readonly number[])[] {
    return this.members.filter(([first]) => first !== undefined && this.isPacked(first));
  }

  /** Has a thing lie in a pack, be it alone: the memory of the plan is not free where it is written. */
  move(thing: number): void {
    this.moved.add(thing);
  }

  /** A number that all things in the pack of a thing have in common. */
  packWith(thing: number): number {
    return this.packOf[thing];
  }

  /** Whether a thing lies elsewhere than the plan says. */
  isPacked(thing: number): boolean {
    return this.members[this.packOf[thing]].length > 1 || this.moved.has(thing);
  }

  /** Two things that must not share memory. */
  separate(a: number, b: number): void {
    if (a === b) return;
    for (const [one, other] of [
      [a, b],
      [b, a],
    ]) {
      const known = this.strangers.get(one);
      if (known === undefined) this.strangers.set(one, new Set([other]));
      else known.add(other);
    }
  }

  /**
   * Joins the things of each list, if all of that is possible. Lists that share nothing now and of
   * which one is `written` stay in different memory for ever.
   */
  join(lists: readonly (readonly number[])[], written: readonly boolean[]): boolean {
    const unions = lists.map((list) => this.union(list));
    const owners = new Map<number, number>();
    for (const [i, union] of unions.entries()) {
      if (lists[i].length > 1 && !this.mayJoin(union)) return false;
      for (const thing of union) {
        const other = owners.get(thing);
        if (other !== undefined && (written[i] || written[other])) return false;
        owners.set(thing, i);
      }
    }
    for (const list of lists) for (const thing of list) this.merge(list[0], thing);
    lists.forEach((a, i) => {
      lists.forEach((b, j) => {
        if (j > i && (written[i] || written[j])) this.separate(a[0], b[0]);
      });
    });
    return true;
  }

  /** The pack that would come of joining these. */
  private union(list: readonly number[]): Set<number> {
    return new Set(list.flatMap((thing) => this.members[this.packOf[thing]]));
  }

  private mayJoin(union: ReadonlySet<number>): boolean {
    let words = 0;
    let first: Packable | undefined;
    for (const thing of union) {
      const candidate = this.things[thing];
      if (candidate.kind === undefined) return false;
      first ??= candidate;
      if (candidate.kind !== first.kind || candidate.isHalf !== first.isHalf) return false;
      words += roomFor(candidate.words);
      for (const stranger of this.strangers.get(thing) ?? []) {
        if (union.has(stranger)) return false;
      }
    }
    return words <= this.maxWords;
  }

  private merge(into: number, thing: number): void {
    const pack = this.packOf[into];
    const old = this.packOf[thing];
    if (pack === old) return;
    for (const member of this.members[old]) {
      this.packOf[member] = pack;
      this.members[pack].push(member);
    }
    this.members[old] = [];
  }
}
