/**
 * @packageDocumentation
 * Loading models, and letting models of small programs save. An entry of its own, whose code is in no
 * other entry: bundlers follow every `import()` they can see, used or not.
 */
export { enableSaving } from './saving/enable.ts';
export { loadModel } from './saving/load.ts';
