/**
 * Files that layers keep beside their weights (vocabularies and the like): in a `.keras` archive those
 * of a layer stand below `assets/` and its path, where Keras' `save_assets` puts them.
 */
import { ArgumentError, UnsupportedError } from '@addax/core';
import type { FolderMember } from '@addax/formats';
import type { Layer } from '../layers/layer.ts';
import { walkSaveables } from './walk.ts';

/** Takes the files that a layer saves. */
export interface AssetWriter {
  /**
   * Adds a file.
   *
   * @param name Relative path with forward slashes, such as `vocabulary.txt`.
   * @param content Bytes, or text that is written as UTF-8.
   */
  write(name: string, content: string | Uint8Array): void;
}

/** Gives the files that a layer saved. */
export interface AssetReader {
  /** Names of the files, as they were written. */
  readonly names: readonly string[];
  /** The bytes of a file. */
  bytes(name: string): Promise<Uint8Array>;
  /** The UTF-8 text of a file. */
  text(name: string): Promise<string>;
}

/**
 * What a layer (or model) implements to keep files in `.keras` archives.
 *
 * @example
 * class Words extends Layer implements HasAssets {
 *   words: string[] = [];
 *   saveAssets(folder: AssetWriter) {
 *     folder.write('vocabulary.txt', this.words.join('\n'));
 *   }
 *   async loadAssets(folder: AssetReader) {
 *     this.words = (await folder.text('vocabulary.txt')).split('\n');
 *   }
 * }
 */
export interface HasAssets {
  /** Hands over the files; called when the model is saved. */
  saveAssets(folder: AssetWriter): void | Promise<void>;
  /** Takes the files back; called after the weights were set, if the file holds any for the layer. */
  loadAssets(folder: AssetReader): void | Promise<void>;
}

/** A file for the archive. */
export interface AssetFile {
  readonly name: string;
  readonly data: Uint8Array;
}

function hasAssets(value: object): value is HasAssets {
  const { saveAssets, loadAssets } = value as Partial<HasAssets>;
  return typeof saveAssets === 'function' && typeof loadAssets === 'function';
}

function prefixOf(path: string): string {
  return path === '' ? 'assets/' : `assets/${path}/`;
}

/** The files of all layers of a model, as they are to stand in its archive. */
export async function collectAssets(model: Layer): Promise<AssetFile[]> {
  const files = new Map<string, Uint8Array>();
  for (const { path, name: owner, saveable } of walkSaveables(model)) {
    if (!hasAssets(saveable)) continue;
    await saveable.saveAssets({
      write(name, content) {
        const full = prefixOf(path) + name;
        const steps = name.split('/');
        const outside = steps.some((step) => step === '' || step === '.' || step === '..');
        if (outside || /[\\\0]|^[a-z]:/i.test(name) || files.has(full)) {
          throw new ArgumentError(
            `"${owner}" saves an asset called ${JSON.stringify(name)}: names are relative paths ` +
              "with forward slashes, without '.' and '..', each used once.",
          );
        }
        files.set(full, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      },
    });
  }
  return [...files].map(([name, data]) => ({ name, data }));
}

/**
 * Hands the files of an archive to the layers whose they are.
 *
 * @throws UnsupportedError for files that no layer reads.
 */
export async function restoreAssets(
  model: Layer,
  members: ReadonlyMap<string, Pick<FolderMember, 'bytes' | 'text'>>,
): Promise<void> {
  const assets = [...members.keys()].filter((name) => name.startsWith('assets/'));
  if (assets.length === 0) return;
  const unread = new Set(assets);
  const readers: (() => void | Promise<void>)[] = [];
  for (const { path, saveable } of walkSaveables(model)) {
    const prefix = prefixOf(path);
    const own = assets.filter((name) => name.startsWith(prefix));
    if (own.length === 0 || !hasAssets(saveable)) continue;
    for (const name of own) unread.delete(name);
    const reader = readerOf(members, prefix, own);
    readers.push(() => saveable.loadAssets(reader));
  }
  if (unread.size > 0) {
    throw new UnsupportedError(
      `the file holds assets (${[...unread].join(', ')}), but no layer of the model reads them.`,
    );
  }
  for (const read of readers) await read();
}

function readerOf(
  members: ReadonlyMap<string, Pick<FolderMember, 'bytes' | 'text'>>,
  prefix: string,
  own: readonly string[],
): AssetReader {
  const names = own.map((name) => name.slice(prefix.length));
  const memberOf = (name: string): Pick<FolderMember, 'bytes' | 'text'> => {
    const member = names.includes(name) ? members.get(prefix + name) : undefined;
    if (member !== undefined) return member;
    throw new ArgumentError(
      `there is no asset "${name}" for this layer; there are ${names.join(', ')}.`,
    );
  };
  return {
    names,
    bytes: async (name) => memberOf(name).bytes(),
    text: async (name) => memberOf(name).text(),
  };
}
