/** `random`: distributions and seeds. */
export * from './random.ts';
export * from './distributions.ts';
export type { Seed } from './draws.ts';
export {
  hostKey,
  type HostKey,
  hostNormal,
  type HostNormalOptions,
  hostTruncatedNormal,
  hostUniform,
  type HostUniformOptions,
} from './host.ts';
export {
  globalSeedGenerator,
  makeDefaultSeed,
  resetRandom,
  SeedGenerator,
  type SeedGeneratorOptions,
  setRandomSeed,
} from './seed-generator.ts';
export { threefry, type Words } from './threefry.ts';
