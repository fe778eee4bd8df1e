/**
 * Measuring: contenders take turns in one run, and what counts is the CPU time of this process (user
 * and system), which other work on the machine disturbs least.
 */
import process from 'node:process';

/** One side of a comparison. */
export interface Contender {
  readonly name: string;
  /** One repetition, finished when it returns. */
  readonly run: () => Promise<void> | void;
  /** Rounds it takes part in (slow ones in fewer). Default: all. */
  readonly rounds?: number;
  /** Whether one unmeasured repetition goes first. Default true. */
  readonly warmUp?: boolean;
}

/** CPU milliseconds per repetition. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly samples: readonly number[];
}

/** Median of numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** CPU milliseconds that `fn` takes. */
export async function cpuTime(fn: () => Promise<void> | void): Promise<number> {
  const from = process.cpuUsage();
  await fn();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

/** Runs the contenders in turns. */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Record<string, Timing>> {
  const samples = new Map(contenders.map(({ name }): [string, number[]] => [name, []]));
  for (const { run, warmUp = true } of contenders) if (warmUp) await run();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run, rounds: own = rounds } of contenders) {
      if (round < own) samples.get(name)!.push(await cpuTime(run));
    }
  }
  return Object.fromEntries(
    [...samples].map(([name, list]) => [
      name,
      { median: median(list), min: Math.min(...list), samples: list },
    ]),
  );
}
