/** Reads from a manifest which source files a package is built from. */

/** Every file under `dist` that `exports`, `imports` or `bin` name, as its source: `src/a/b.ts` becomes `dist/a/b.js`; `dist/shared.js` has none, it is merged (`merge-chunks.mjs`). */
export function entriesOf(manifest) {
  const found = new Set();
  const walk = (value) => {
    if (typeof value === 'string') {
      const name = /^(?:\.\/)?dist\/(.*)\.js$/.exec(value)?.[1];
      if (name !== undefined && name !== 'shared') found.add(`./src/${name}.ts`);
    } else {
      for (const inner of Object.values(value)) walk(inner);
    }
  };
  for (const part of [manifest.exports, manifest.imports, manifest.bin]) walk(part ?? {});
  return [...found];
}
