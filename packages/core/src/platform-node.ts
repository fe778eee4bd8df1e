/** What core has in Node only, in one file: each file that is imported costs most of a millisecond. */
export {
  collectGarbage,
  environment,
  isInstalled,
  loadPackage,
  PLATFORM,
  readConfigFile,
} from './system-node.ts';
export {
  dumpExecutable,
  dumpGraph,
  nextDump,
  passHooks,
  profiled,
  profileSpan,
  timekeeper,
  validates,
  validating,
  verifyTraced,
} from './jit/observers-node.ts';
export type { Timekeeper } from './jit/observers-node.ts';
