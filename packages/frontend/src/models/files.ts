/**
 * The door to files. Saving needs every op and class by name, so a small bundle leaves it out: the
 * main entry opens the door, and programs made of the small entries open it with `enableSaving()`.
 */
import { UnsupportedError } from '@addax/core';
import type * as files from '../saving/files.ts';

/** Fetches the code that reads and writes files. */
export type FileCode = () => Promise<typeof files>;

let fetchCode: FileCode | undefined;

/** Says where the code is; `model.save` and its relatives fetch it when they are first called. */
export function openFiles(code: FileCode): void {
  fetchCode = code;
}

/** The code, or an error that says how to bring it in. */
export async function fileCode(): Promise<typeof files> {
  if (fetchCode === undefined) {
    throw new UnsupportedError(
      'this program was made of the small entries, which leave saving and loading out: call ' +
        "enableSaving() from '@addax/frontend/files' first, or import '@addax/frontend'.",
    );
  }
  return fetchCode();
}
