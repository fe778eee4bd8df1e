/** Entry `@addax/core/samples`: what the conformance suite feeds every backend. */
export type { OpSample, SampleInput, SampleValues } from './ops/sample.ts';
export { SAMPLES } from './ops/samples.ts';
