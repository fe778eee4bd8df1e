/** What the formats need of a browser: addresses and Blobs; there are no paths to write to. */
import { UnsupportedError } from '@addax/core';

import type { ByteSink } from './sink.ts';
import { checkRange, openSource, type RandomAccess } from './source.ts';

export { crc32 } from './crc32.ts';

/** A path is an address relative to the page. */
export function openPath(path: string | URL): Promise<RandomAccess> {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  return openSource(new URL(path, page));
}

/** Addresses are never folders. */
export function listFolder(): Promise<string[] | undefined> {
  return Promise.resolve(undefined);
}

/** There is none to open a file in. */
export function openInFolder(path: string | URL, name: string): Promise<RandomAccess> {
  return openPath(`${String(path)}/${name}`);
}

interface SynchronousReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** A Blob; workers can also wait for it, pages cannot. */
export function openBlob(blob: Blob): Promise<RandomAccess> {
  const self: RandomAccess = {
    name: 'name' in blob ? String(blob.name) : 'blob',
    size: blob.size,
    async read(position, length) {
      checkRange(self, position, length);
      return new Uint8Array(await blob.slice(position, position + length).arrayBuffer());
    },
    close: () => Promise.resolve(),
  };
  const Reader = (globalThis as { FileReaderSync?: new () => SynchronousReader }).FileReaderSync;
  if (Reader !== undefined) {
    const reader = new Reader();
    self.readInto = (target, position) => {
      checkRange(self, position, target.length);
      const part = blob.slice(position, position + target.length);
      target.set(new Uint8Array(reader.readAsArrayBuffer(part)));
    };
  }
  return Promise.resolve(self);
}

/** Pages cannot write files. */
export function createFile(path: string | URL): Promise<ByteSink> {
  throw new UnsupportedError(
    `cannot write ${String(path)}: browsers have no paths. Write to a MemorySink and offer its ` +
      'blob() as a download, or to a WritableStream.',
  );
}
