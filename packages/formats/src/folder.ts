/**
 * Folders that hold what an archive holds: Keras can leave its `.keras` unzipped. A folder offers its
 * files as an archive does, so that readers need not know the difference.
 */
import { FormatError } from '@addax/core';
import { listFolder, openInFolder } from '#platform';
import type { RandomAccess, Source } from './source.ts';

/** One file of a folder or an archive. */
export interface FolderMember {
  /** Its path inside: relative, with forward slashes and no `..`. */
  readonly name: string;
  /** The file; whoever opens it closes it. */
  open(): Promise<RandomAccess>;
  /** All bytes. */
  bytes(): Promise<Uint8Array>;
  /** All bytes as UTF-8 text. */
  text(): Promise<string>;
}

/** The files of a folder. */
export interface FileFolder {
  /** The files by name, also those in folders inside. */
  readonly members: ReadonlyMap<string, FolderMember>;
}

/**
 * The folder at a path or `file:` URL; undefined for anything that is no folder.
 *
 * @example
 * const folder = await openFolder('model');
 * const config = JSON.parse(await folder!.members.get('config.json')!.text());
 */
export async function openFolder(source: Source): Promise<FileFolder | undefined> {
  const isUrl = source instanceof URL;
  if (isUrl ? source.protocol !== 'file:' : typeof source !== 'string') return undefined;
  if (typeof source === 'string' && /^(https?|blob|data):/i.test(source)) return undefined;
  const path = typeof source === 'string' && /^file:/i.test(source) ? new URL(source) : source;
  const names = await listFolder(path as string | URL);
  if (names === undefined) return undefined;
  const members = names.map((name) => [name, memberOf(path as string | URL, name)] as const);
  return { members: new Map(members) };
}

function memberOf(path: string | URL, name: string): FolderMember {
  const bytes = async (): Promise<Uint8Array> => {
    const file = await openInFolder(path, name);
    try {
      return await file.read(0, file.size);
    } finally {
      await file.close();
    }
  };
  return {
    name,
    bytes,
    open: () => openInFolder(path, name),
    text: async () => decode(name, await bytes()),
  };
}

function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`"${name}" is not UTF-8 text.`);
  }
}
