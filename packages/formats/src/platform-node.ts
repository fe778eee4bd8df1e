/** What the formats need of Node: files at random positions, and files that appear whole. */
import { randomBytes } from 'node:crypto';
import { readSync } from 'node:fs';
import { type FileHandle, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export { crc32 } from 'node:zlib';

import { ArgumentError } from '@addax/core';
import type { ByteSink } from './sink.ts';
import { checkRange, type RandomAccess } from './source.ts';

/** Says where a missing file was looked for; the system's code and path stay on the error. */
function missing(name: string, cause: NodeJS.ErrnoException): unknown {
  if (cause.code !== 'ENOENT') return cause;
  const error = new ArgumentError(`there is no file "${name}"; looked for ${resolve(name)}.`, {
    cause,
  });
  return Object.assign(error, { code: cause.code, path: name });
}

/** Opens a file. */
export async function openPath(path: string | URL): Promise<RandomAccess> {
  const name = typeof path === 'string' ? path : fileURLToPath(path);
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw missing(name, error);
  });
  const { size } = await handle.stat();
  const self: RandomAccess = {
    name,
    size,
    async read(position, length) {
      checkRange(self, position, length);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const part = { offset: done, length: length - done, position: position + done };
        const { bytesRead } = await handle.read(bytes, part);
        // The file became shorter since it was opened.
        if (bytesRead === 0) checkRange({ ...self, size: position + done }, position, length);
        done += bytesRead;
      }
      return bytes;
    },
    readInto(target, position) {
      checkRange(self, position, target.length);
      for (let done = 0; done < target.length;) {
        const count = readSync(handle.fd, target, done, target.length - done, position + done);
        if (count === 0) checkRange({ ...self, size: position + done }, position, target.length);
        done += count;
      }
    },
    close: () => handle.close(),
  };
  return self;
}

/** A Blob, read by promises only: Node has no way to wait for one. */
export function openBlob(blob: Blob): Promise<RandomAccess> {
  const self: RandomAccess = {
    name: 'blob',
    size: blob.size,
    async read(position, length) {
      checkRange(self, position, length);
      return new Uint8Array(await blob.slice(position, position + length).arrayBuffer());
    },
    close: () => Promise.resolve(),
  };
  return Promise.resolve(self);
}

/** Folders within folders beyond this are no model. */
const FOLDER_DEPTH = 32;

/**
 * Paths of all files below a folder, with forward slashes; undefined if there is no such folder. Links
 * to files count as files (caches of downloads are made of them), links to folders are passed over.
 */
export async function listFolder(path: string | URL): Promise<string[] | undefined> {
  const root = typeof path === 'string' ? path : fileURLToPath(path);
  const info = await stat(root).catch(() => undefined);
  if (info?.isDirectory() !== true) return undefined;
  const files: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < FOLDER_DEPTH) await visit(name, depth + 1);
      } else if ((await stat(join(root, name)).catch(() => undefined))?.isFile() === true) {
        files.push(name);
      }
    }
  };
  await visit('', 0);
  return files.toSorted();
}

/** Opens a file that {@link listFolder} found. */
export function openInFolder(path: string | URL, name: string): Promise<RandomAccess> {
  return openPath(join(typeof path === 'string' ? path : fileURLToPath(path), name));
}

/** A file that is being written changes all the time; one that rested this long was given up. */
const STALE_AFTER = 15 * 60_000;

/** Removes what killed processes left of earlier attempts to write the same file. */
async function removeStale(target: string): Promise<void> {
  const folder = dirname(target);
  const start = `${basename(target)}.`;
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(start) || !/^[0-9a-f]{12}\.part$/.test(name.slice(start.length))) continue;
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    // Another process may be quicker.
    if (info !== undefined && Date.now() - info.mtimeMs > STALE_AFTER) {
      await unlink(path).catch(() => undefined);
    }
  }
}

/** Small pieces are gathered up to this size before they are written. */
const GATHER = 256 * 1024;

/**
 * A file that appears under its name only when it is complete and on the disk. Until then it is called
 * `NAME.<12 hexadecimal digits>.part`; a process that is killed leaves it behind, where it disturbs
 * nobody, and the first write of the same file after a quarter of an hour removes it.
 */
export async function createFile(path: string | URL): Promise<ByteSink> {
  const wanted = typeof path === 'string' ? path : fileURLToPath(path);
  // Renaming onto a symbolic link would replace the link, not the file that it names.
  const target = await realpath(wanted).catch(() => wanted);
  const mode = await stat(target).then(
    (info) => info.mode & 0o777,
    () => 0o666,
  );
  const temporary = `${target}.${randomBytes(6).toString('hex')}.part`;
  await removeStale(target);
  const handle = await open(temporary, 'wx', mode).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new ArgumentError(
      `cannot write "${wanted}": there is no folder "${dirname(target)}"; make it first.`,
      { cause: error },
    );
  });
  const gathered = new Uint8Array(GATHER);
  let length = 0;
  const flush = async (): Promise<void> => {
    const part = gathered.subarray(0, length);
    length = 0;
    await writeWhole(handle, part);
  };
  let closed = false;
  const release = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await handle.close();
  };
  return {
    async write(chunk) {
      const large = chunk.length > GATHER / 2;
      if (large || length + chunk.length > GATHER) await flush();
      if (large) return writeWhole(handle, chunk);
      gathered.set(chunk, length);
      length += chunk.length;
    },
    async close() {
      await flush();
      await handle.sync();
      await release();
      await rename(temporary, target);
      await syncFolder(dirname(target));
    },
    async abort() {
      await release();
      await unlink(temporary);
    },
  };
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

/** Makes the rename last through a power failure; not every system lets folders be opened. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // Windows: the rename itself is journalled.
  }
}
