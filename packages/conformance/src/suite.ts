/**
 * The suite every backend runs, ours or a third party's: call `conformance(module)` in a test file
 * of Jest, Vitest with globals, or any runner with `describe` and `it`.
 */
import type { Backend, BackendModule } from '@addax/core';
import { type OpSample, SAMPLES } from '@addax/core/samples';
import { getBackend, useBackend } from '@addax/core';
import cpu from '@addax/backend-cpu';
import { checkGradient } from './gradients.ts';
import { checkLeaks } from './leaks.ts';
import { TRAINING_CASES } from './models.ts';
import { checkRandomGraphs } from './random-graphs.ts';
import { checkSample, runnableSample } from './samples.ts';
import { type Ceiling, curveDifference, train } from './training.ts';

/** What the suite needs of a test runner. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void> | void, timeout?: number): void;
}

/** Options of {@link conformance}. */
export interface ConformanceOptions {
  /** Makes the backend under test; `module.create()` by default. */
  readonly create?: () => Promise<Backend>;
  /** Samples that cannot run, `op "name"` → reason; they fail if they pass after all. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Relative difference of loss curves allowed. Default 1e-4. */
  readonly lossTolerance?: number;
  /** Recorded ceilings of the compiled step per model. */
  readonly ceilings?: Readonly<Record<string, Ceiling>>;
  /** Random graphs per seed. Default 50 (one fixed seed, one fresh). */
  readonly randomGraphs?: number;
  /** Also compare gradients with finite differences (float64 needed). Default false. */
  readonly gradients?: boolean;
  readonly runner?: TestRunner;
}

const TIMEOUT = 120_000;

function defaultRunner(): TestRunner {
  const { describe, it } = globalThis as unknown as Partial<TestRunner>;
  if (describe === undefined || it === undefined) {
    throw new Error('conformance() needs a test runner with global describe and it, or { runner }');
  }
  return { describe, it };
}

function titleOf(sample: OpSample): string {
  return `${sample.op} "${sample.name}"`;
}

/**
 * Registers the tier-1 checks of a backend with the test runner.
 *
 * @example
 * import { conformance } from '@addax/conformance';
 * import backend from './index.ts';
 * conformance(backend);
 */
export function conformance(module: BackendModule, options: ConformanceOptions = {}): void {
  const { describe, it } = options.runner ?? defaultRunner();
  const { skip = {}, lossTolerance = 1e-4, ceilings = {}, randomGraphs = 50 } = options;
  const reference = cpu.createSync!({ dialect: 'js' });
  let made: Promise<Backend> | undefined;
  const backend = (): Promise<Backend> => (made ??= (options.create ?? module.create)());

  describe(`${module.name} conformance`, () => {
    describe('samples', () => {
      for (const sample of SAMPLES) {
        it(titleOf(sample), async () => {
          const target = await backend();
          const runnable = runnableSample(target, sample);
          if (runnable === undefined) return;
          const reason = skip[titleOf(sample)];
          const check = checkSample(target, reference, runnable);
          if (reason === undefined) await check;
          else await expectFailure(check, reason);
        });
      }
    });

    if (options.gradients === true) {
      describe('gradients against central differences', () => {
        for (const sample of SAMPLES.filter(({ gradient }) => gradient)) {
          it(titleOf(sample), async () => checkGradient(await backend(), sample), TIMEOUT);
        }
      });
    }

    describe('random graphs', () => {
      const fresh = Math.floor(Math.random() * 2 ** 31);
      for (const seed of [20260101, fresh]) {
        const title = `agree with the reference (seed ${seed})`;
        it(
          title,
          async () => checkRandomGraphs(await backend(), reference, { seed, runs: randomGraphs }),
          TIMEOUT,
        );
      }
    });

    describe('training', () => {
      for (const trainingCase of TRAINING_CASES) {
        it(
          `${trainingCase.name}: 20 steps like the reference`,
          async () => {
            const target = await backend();
            const before = getBackend();
            try {
              const expected = await train(reference, trainingCase);
              const actual = await train(target, trainingCase);
              compareTraining(actual, expected, lossTolerance, ceilings[trainingCase.name]);
            } finally {
              useBackend(before);
            }
          },
          TIMEOUT,
        );
      }
    });

    it('returns to the memory it started with', async () => checkLeaks(await backend()), TIMEOUT);
  });
}

async function expectFailure(check: Promise<void>, reason: string): Promise<void> {
  try {
    await check;
  } catch {
    return;
  }
  throw new Error(`passes, though it is listed as impossible (${reason}): take it off the list`);
}

type Result = Awaited<ReturnType<typeof train>>;

function compareTraining(
  actual: Result,
  expected: Result,
  tolerance: number,
  ceiling: Ceiling | undefined,
): void {
  const difference = curveDifference(actual.losses, expected.losses);
  if (!(difference <= tolerance)) {
    throw new Error(
      `losses differ by ${difference} (relative, allowed ${tolerance}):\n` +
        `${actual.losses.join(' ')}\n${expected.losses.join(' ')}`,
    );
  }
  const last = expected.losses.at(-1)!;
  if (!(last < expected.losses[0]!)) throw new Error('the reference did not learn');
  if (actual.integerState.join() !== expected.integerState.join()) {
    throw new Error('random state or counters differ from the reference');
  }
  if (actual.hostNodes > 0)
    throw new Error(`${actual.hostNodes} nodes of the step ran on the host`);
  if (ceiling === undefined) return;
  for (const cost of ['launches', 'workspaceBytes'] as const) {
    if (actual[cost] > ceiling[cost]) {
      throw new Error(`${cost} of the step: ${actual[cost]}, recorded ceiling ${ceiling[cost]}`);
    }
  }
}
