/** What core needs of Node: environment, configuration files, packages, files for dumps. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Where this build of core runs. */
export const PLATFORM: 'node' | 'browser' = 'node';

/** An environment variable; undefined when unset or empty. */
export function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The text of `addax.json` in the working directory, else in `~/.addax`. */
export function readConfigFile(): { path: string; text: string } | undefined {
  for (const path of [join(process.cwd(), 'addax.json'), join(homedir(), '.addax', 'addax.json')]) {
    try {
      return { path, text: readFileSync(path, 'utf8') };
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** Looks from the user's program first, so that its own dependencies are found. */
function requires(): NodeJS.Require[] {
  return [createRequire(join(process.cwd(), 'package.json')), createRequire(import.meta.url)];
}

/** Whether a package can be resolved, without loading it. */
export function isInstalled(name: string): boolean {
  return requires().some((require) => {
    try {
      require.resolve(name);
      return true;
    } catch (error) {
      return !['MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'].includes(
        String((error as { code?: string }).code),
      );
    }
  });
}

/** Loads a package synchronously (`require` of an ES module); undefined if it is not installed. */
export function loadPackage(name: string): unknown {
  for (const require of requires()) {
    try {
      require.resolve(name);
    } catch {
      continue;
    }
    return require(name) as unknown;
  }
  return undefined;
}

/** Writes a file of a dump, making its folder. */
export function writeDump(folder: string, file: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Starts or continues the file of a profile. */
export function writeProfile(path: string, text: string, append: boolean): void {
  if (append) appendFileSync(path, text);
  else writeFileSync(path, text);
}

/** Runs at the end of the process. */
export function atExit(action: () => void): void {
  process.once('exit', action);
}

let gc: (() => void) | undefined;

/** A full collection; finalizers run in a later macrotask. */
export function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
}
