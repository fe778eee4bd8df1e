import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FormatError } from '@addax/core';
import { openFolder } from './folder.ts';

const root = mkdtempSync(join(tmpdir(), 'addax-folder-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

it('offers its files by name, as an archive does', async () => {
  mkdirSync(join(root, 'b'));
  writeFileSync(join(root, 'a.txt'), 'é');
  writeFileSync(join(root, 'b/c.bin'), Uint8Array.of(255));
  for (const source of [root, pathToFileURL(root), pathToFileURL(root).href]) {
    const folder = await openFolder(source);
    expect([...folder!.members.keys()]).toEqual(['a.txt', 'b/c.bin']);
    expect(await folder!.members.get('a.txt')!.text()).toBe('é');
    expect(await folder!.members.get('b/c.bin')!.bytes()).toEqual(Uint8Array.of(255));
    await expect(folder!.members.get('b/c.bin')!.text()).rejects.toThrow(FormatError);
  }
});

it('follows links to files, but not to folders, which could go round in circles', async () => {
  symlinkSync(root, join(root, 'b/circle'));
  symlinkSync(join(root, 'a.txt'), join(root, 'b/link.txt'));
  symlinkSync(join(root, 'nowhere'), join(root, 'b/broken.txt'));
  const folder = await openFolder(root);
  expect([...folder!.members.keys()]).toEqual(['a.txt', 'b/c.bin', 'b/link.txt']);
});

it('is not there for files, missing paths, addresses and bytes', async () => {
  for (const source of [
    join(root, 'a.txt'),
    join(root, 'none'),
    'https://x/y',
    new Uint8Array(1),
  ]) {
    expect(await openFolder(source)).toBeUndefined();
  }
});
