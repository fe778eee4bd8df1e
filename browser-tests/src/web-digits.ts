/** The example page, built by Vite as for publishing and served from this machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';

/** The page at an address. */
export interface ServedPage {
  readonly address: string;
  close(): Promise<void>;
}

/** Builds and serves `examples/web-digits`. */
export async function serveWebDigits(): Promise<ServedPage> {
  const outDir = mkdtempSync(join(tmpdir(), 'addax-page-'));
  const configFile = join(import.meta.dirname, '../../examples/web-digits/vite.config.ts');
  const settings = { configFile, build: { outDir, emptyOutDir: true } };
  await build({ ...settings, logLevel: 'error' });
  const server = await preview({ ...settings, preview: { host: '127.0.0.1', port: 0 } });
  return {
    address: server.resolvedUrls!.local[0]!,
    close: async () => {
      await server.close();
      rmSync(outDir, { recursive: true });
    },
  };
}
