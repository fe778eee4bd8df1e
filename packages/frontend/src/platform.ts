/**
 * What the frontend needs of its surroundings, asked for at run time so that one build serves Node and
 * browsers: a place to print to, warnings, files for callbacks, and breathing space for the event loop.
 */
import { UnsupportedError } from '@addax/core';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface FileSystem {
  writeFileSync(path: string, text: string): void;
  appendFileSync(path: string, text: string): void;
  existsSync(path: string | URL): boolean;
  readFileSync(path: string, encoding: 'utf8'): string;
  mkdirSync(path: string, options: { readonly recursive: true }): unknown;
  readdirSync(path: string | URL): string[];
  rmSync(path: string | URL, options: { readonly force: true }): void;
}

interface Surroundings {
  readonly process?: {
    readonly stdout?: Output;
    getBuiltinModule?(name: string): unknown;
  };
  setImmediate?(callback: () => void): unknown;
}

const surroundings = globalThis as Surroundings;
const host = surroundings.process;

/** Whether text is printed on a terminal, where a line can be redrawn. */
export function isTerminal(): boolean {
  return host?.stdout?.isTTY === true;
}

/** Prints text as it is; where there is only a console, whole lines. */
export function print(text: string): void {
  const output = host?.stdout;
  if (typeof output?.write === 'function') {
    output.write(text);
    return;
  }
  const line = text.replace(/\n$/, '');
  // oxlint-disable-next-line no-console -- browsers have nothing else to print on
  if (line !== '') console.log(line);
}

/** A warning that the user should see. */
export function warn(text: string): void {
  // oxlint-disable-next-line no-console -- warnings belong there
  console.warn(text);
}

/** Files, for the callbacks that write some; an error names who needs them in a browser. */
export function fileSystem(who: string): FileSystem {
  const fs = host?.getBuiltinModule?.('node:fs') as FileSystem | undefined;
  if (fs !== undefined) return fs;
  throw new UnsupportedError(`${who} writes files, which needs Node: there are none in a browser.`);
}

/** Lets timers, input and rendering have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    // A timer takes a millisecond; where there is setImmediate, it lets all others go first.
    (surroundings.setImmediate ?? setTimeout)(resolve);
  });
}
