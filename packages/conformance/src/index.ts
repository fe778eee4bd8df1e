/**
 * @packageDocumentation
 * One suite that every backend runs, ours or a third party's.
 */
export { conformance, type ConformanceOptions, type TestRunner } from './suite.ts';
export type { Ceiling } from './training.ts';
export { disagreement, type Run } from './agreement.ts';
export { firstDifference, type Tolerance, toleranceOf } from './tolerances.ts';
export { isExact, numbersOf, runGraph } from './execute.ts';
export { fusedGraph, sampleGraph, sampleInputs } from './samples.ts';
export { slowModule, type SlowOptions } from './testing/slow-backend.ts';
export { type DeviceBackend, deviceBackend } from './testing/device-backend.ts';
