/** Programs bundled for a page, as a user's bundler would: the browser's side of every `#platform`. */
import { build, type Metafile } from 'esbuild';

/** The files of a page's program. */
export interface Bundle {
  /** By name; `program.js` comes first, and fetches the others. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What went into which file. */
  readonly metafile: Metafile;
}

/** Bundles `programs/NAME.ts` from the sources. */
export async function bundle(name: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `
        import { answer } from './answer.ts';
        import program from './programs/${name}.ts';
        await answer(program);`,
      resolveDir: import.meta.dirname,
      sourcefile: 'page.ts',
      loader: 'ts',
    },
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    outdir: '/',
    entryNames: 'program',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@addax/source'],
    logLevel: 'error',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(1), contents]));
  return { files, metafile };
}
