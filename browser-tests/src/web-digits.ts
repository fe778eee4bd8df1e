/** The example page, built by Vite as for publishing and served from this machine. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { serve } from './server.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The page at an address. */
export interface ServedPage {
  readonly address: string;
  close(): Promise<void>;
}

/** Builds and serves `examples/web-digits`. */
export async function serveWebDigits(): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'addax-page-'));
  // In a process of its own: the bundler's native part takes no objects of a test's context.
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/vite/bin/vite.js'),
      'build',
      join(ROOT, 'examples/web-digits'),
      '--outDir',
      folder,
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`vite build failed: ${stderr}`);
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), readFileSync(path));
  }
  rmSync(folder, { recursive: true });
  const server = await serve(files, {});
  return { address: `${server.origin}index.html`, close: () => server.close() };
}
