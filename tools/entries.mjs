/** Reads from a manifest which source files a package is built from. */

/**
 * Every source file that `exports` or `imports` name under the `@addax/source` condition, and those of
 * the programs in `bin`. `src/a/b.ts` becomes `dist/a/b.js`.
 */
export function entriesOf(manifest) {
  const found = new Set();
  const walk = (value, inSource) => {
    if (typeof value === 'string') {
      if (inSource && value.endsWith('.ts')) found.add(value);
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      walk(inner, inSource || key === '@addax/source');
    }
  };
  walk(manifest.exports ?? {}, false);
  walk(manifest.imports ?? {}, false);
  for (const path of Object.values(manifest.bin ?? {})) {
    found.add(path.replace(/^(?:\.\/)?dist\/(.*)\.js$/, './src/$1.ts'));
  }
  return [...found];
}
