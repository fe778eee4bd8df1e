/**
 * The conformance suite outside of any test runner: the cpu backend in JavaScript against itself. What
 * it answers to the samples is noted, so that two engines can be compared.
 */
import cpu from '@addax/backend-cpu';
import { conformance, type TestRunner } from '@addax/conformance';
import type { Aval, Backend, Buffer, HostArray } from '@addax/core';

/** What the suite found. */
export interface Found {
  /** How many tests there were. */
  readonly tests: number;
  /** What those say that failed. */
  readonly failures: readonly string[];
  /** A number made from all results of a sample, by title. */
  readonly sums: Readonly<Record<string, number>>;
}

/** The whole suite. */
export default function runConformance(): Promise<Found> {
  return runWhere(() => true);
}

/** Those tests of the suite whose titles are chosen. */
export async function runWhere(chosen: (title: string) => boolean): Promise<Found> {
  let sum = 0;
  const note = (data: HostArray): void => {
    const values = comparable(data);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  };
  const create = async (): Promise<Backend> => noting(await cpu.create({ dialect: 'js' }), note);
  const sums: Record<string, number> = {};
  const { tests, failures } = await runSuite(
    (runner) => conformance(cpu, { create, lossTolerance: 0, randomGraphs: 10, runner }),
    chosen,
    async (title, body) => {
      sum = 0x811c9dc5;
      try {
        await body();
      } finally {
        if (title.includes('› samples ›')) sums[title] = sum;
      }
    },
  );
  return { tests: tests.length, failures, sums };
}

/**
 * Runs what a suite registers with a runner, one test after another.
 *
 * @returns the titles of the tests that ran, and what those say that failed
 */
export async function runSuite(
  register: (runner: TestRunner) => void,
  chosen: (title: string) => boolean,
  around: (title: string, body: () => Promise<void> | void) => Promise<void> = async (_, body) => {
    await body();
  },
): Promise<{ readonly tests: readonly string[]; readonly failures: readonly string[] }> {
  const path: string[] = [];
  const tests: { readonly title: string; readonly body: () => Promise<void> | void }[] = [];
  register({
    describe(name, body) {
      path.push(name);
      body();
      path.pop();
    },
    it(name, body) {
      const title = [...path, name].join(' › ');
      if (chosen(title)) tests.push({ title, body });
    },
  });
  const failures: string[] = [];
  for (const { title, body } of tests) {
    try {
      await around(title, body);
    } catch (error) {
      failures.push(`${title}: ${String(error)}`);
    }
  }
  return { tests: tests.map(({ title }) => title), failures };
}

/**
 * Engines may differ in the last place of `Math.sin` and its kin, and in the sign of NaN, which
 * languages do not tell apart; rounded to float32, all values must have the same bits.
 */
function comparable(data: HostArray): HostArray {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return data;
  return Float32Array.from(data, (value) => (Number.isNaN(value) ? NaN : value));
}

/** The backend, whose downloads are noted. */
function noting(backend: Backend, note: (data: HostArray) => void): Backend {
  return Object.assign(Object.create(backend) as Backend, {
    async download(buffer: Buffer, aval: Aval): Promise<HostArray> {
      const data = await backend.download(buffer, aval);
      note(data);
      return data;
    },
  });
}
