/** Helpers around models. */
export { padSequences, type PadSequencesOptions } from './pad-sequences.ts';
export { clearSession, memory, setRandomSeed } from './session.ts';
export { toCategorical } from './to-categorical.ts';
