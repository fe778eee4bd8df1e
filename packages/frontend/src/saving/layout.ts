/**
 * @packageDocumentation
 * How Keras lays out its files, for tools that look into them: no class is loaded, no model is made.
 */
export { parseJson } from './parse-json.ts';
export { openShards, type WeightGroups } from './weight-groups.ts';
