/**
 * What core needs of Node: environment, configuration files, packages, files for dumps. Node's modules
 * are asked for when they are needed: importing them costs ten milliseconds, for streams that
 * `node:fs` and `node:v8` bring along.
 */

/** Where this build of core runs. */
export const PLATFORM: 'node' | 'browser' = 'node';

/** An environment variable; undefined when unset or empty. */
export function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The text of `addax.json` in the working directory, else in `~/.addax`. */
export function readConfigFile(): { path: string; text: string } | undefined {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const { homedir } = process.getBuiltinModule('node:os');
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
  const { createRequire } = process.getBuiltinModule('node:module');
  const { join } = process.getBuiltinModule('node:path');
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
  const { mkdirSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Starts or continues the file of a profile. */
export function writeProfile(path: string, text: string, append: boolean): void {
  const { appendFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
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
    process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
    const { runInNewContext } = process.getBuiltinModule('node:vm');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
}
