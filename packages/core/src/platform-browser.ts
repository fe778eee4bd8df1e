/** What core needs of a browser: next to nothing, and no `node:` import. */

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

/** Dumps are asked for by environment variables, which browsers do not have. */
export function writeDump(_folder: string, _file: string, _text: string): void {}

/** Profiles are asked for by environment variables, which browsers do not have. */
export function writeProfile(_path: string, _text: string, _append: boolean): void {}

/** Pages have no reliable end. */
export function atExit(_action: () => void): void {}

/** Pages cannot ask for a collection. */
export function collectGarbage(): void {}
