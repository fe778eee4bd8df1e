/**
 * Makes built files quick to read for an engine: short names inside functions, no comments that only
 * people read, no spaces. On import, most time goes into reading text.
 * What people see stays: names of classes, methods and functions of modules, a line for each statement
 * of the outermost scope, marks for bundlers.
 */
import { basename } from 'node:path';
import { minify } from 'terser';

/** Comments that bundlers read. */
const MARK = /[@#]__\w+__|@vite-ignore|\bwebpack[A-Z]/;

/**
 * Makes a built module compact.
 *
 * @param path where the file will lie
 * @param text the module
 * @param map its source map, as JSON
 * @returns the module and its map
 */
export async function compact(path, text, map) {
  const name = basename(path);
  const made = await minify(
    { [name]: text },
    {
      module: true,
      ecma: 2022,
      keep_classnames: true,
      compress: false,
      mangle: { module: false, toplevel: false },
      // Beyond ASCII, an engine keeps a file with two bytes for each character, and reads it slower.
      format: { ascii_only: true, comments: MARK, preserve_annotations: true, semicolons: false },
      sourceMap: { content: map, filename: name, url: `${name}.map` },
    },
  );
  return { text: `${made.code}\n`, map: made.map };
}
