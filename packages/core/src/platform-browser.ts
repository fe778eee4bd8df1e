/** What core needs of a browser: next to nothing, and no `node:` import. */
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
} from './jit/observers-browser.ts';
export type { Timekeeper } from './jit/observers-browser.ts';

/** Where this build of core runs. */
export const PLATFORM: 'node' | 'browser' = 'browser';

/** Browsers have no environment. */
export function environment(_name: string): string | undefined {
  return undefined;
}

/** Browsers have no configuration file. */
export function readConfigFile(): { path: string; text: string } | undefined {
  return undefined;
}

/** Names made at run time cannot be resolved in a bundle. */
export function isInstalled(_name: string): boolean {
  return false;
}

/** Names made at run time cannot be resolved in a bundle. */
export function loadPackage(_name: string): unknown {
  return undefined;
}

/** Pages cannot ask for a collection. */
export function collectGarbage(): void {}
