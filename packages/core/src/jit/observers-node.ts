/** What looks on while graphs are compiled and run, when the environment asks for it. */
import type { Graph } from '../graph/types.ts';
import { verify } from '../graph/verify.ts';
import type { PassHooks } from '../passes/optimize.ts';
import { validates } from './validate.ts';

export { dumpExecutable, dumpGraph, nextDump } from './dump.ts';
export { profiled, profileSpan, timekeeper } from './profile.ts';
export type { Timekeeper } from './profile.ts';
export { validates, validating } from './validate.ts';

/** Verification of what was traced, under `ADDAX_VALIDATE=1`. */
export function verifyTraced(graph: Graph): void {
  if (validates()) verify(graph);
}

/** Verification after each pass, under `ADDAX_VALIDATE=1`. */
export function passHooks(): PassHooks {
  return validates() ? { onPass: (_name, _before, after) => verify(after) } : {};
}
