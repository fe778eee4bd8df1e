/**
 * Branches that the device decides on: each launch of a side takes its workgroups from a row of one
 * table, where a small kernel writes the recorded ones, or none, once the predicate is known. So
 * neither the host nor the launches of the other side wait for it.
 *
 * A row is three words that count and the three that were recorded. Besides there are flags, a word
 * each, that say whether a side runs: branches inside it ask them, since their own predicate may be
 * one that was never computed.
 */
import type { BranchGuards } from './kernels.ts';
import type { Launch, Spot } from './steps.ts';

const ROW_WORDS = 6;
/** The flag of what is in no branch. */
const ALWAYS = 0;

/** What is being recorded: how deep in guarded branches, and the flag of the innermost side. */
interface Scope {
  readonly depth: number;
  readonly flag: number;
}

/** The table of an executable, as it is before the first run. */
export class Guards {
  readonly words: number[] = [1];
  private scope: Scope = { depth: 0, flag: ALWAYS };
  /** Branches follow one another at each depth, so that those of one depth share flags … */
  private readonly flags: (readonly [number, number])[] = [];
  /** … and, if they record the same workgroups, as the steps of a loop do, rows. */
  private readonly sections = new Map<string, number>();

  /**
   * Guards the launches of the sides of a branch, which `record` records one after the other; a side
   * that is not recorded has none. Returns where their rows are, and the launches with their guards.
   */
  branch(
    sides: readonly [then: boolean, otherwise: boolean],
    cell: number,
    record: (side: 0 | 1) => readonly Launch[],
  ): { guards: BranchGuards; launches: Launch[] } {
    const { scope } = this;
    const flags = (this.flags[scope.depth] ??= [this.words.push(0) - 1, this.words.push(0) - 1]);
    const [then, otherwise] = ([0, 1] as const).map((side) => {
      if (!sides[side]) return [];
      this.scope = { depth: scope.depth + 1, flag: flags[side] };
      const launches = record(side);
      this.scope = scope;
      return launches;
    });
    const all = [...then, ...otherwise];
    const isOpen = ({ guard, spots }: Launch): boolean =>
      guard === undefined && spots.every((spot) => spot.cell !== cell);
    const open = all.filter(isOpen);
    const first = this.section(scope.depth, open);
    let row = first;
    const guarded = all.map((launch): Launch => {
      if (!isOpen(launch)) return launch;
      const guard: Spot = { cell, offset: row };
      row += ROW_WORDS;
      return { ...launch, guard };
    });
    const thens = then.filter(isOpen).length;
    const guards = { thens, count: open.length, first, outer: scope.flag, flags };
    return { guards, launches: guarded };
  }

  /** Where the rows of these launches begin. */
  private section(depth: number, launches: readonly Launch[]): number {
    const key = `${depth};${launches.map(({ groups }) => groups.join()).join(';')}`;
    const known = this.sections.get(key);
    if (known !== undefined) return known;
    const first = this.words.length;
    for (const { groups } of launches) this.words.push(0, 0, 0, ...groups);
    this.sections.set(key, first);
    return first;
  }
}
