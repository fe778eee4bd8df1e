/** Files that stand beside another, as indices of sharded weights name them. */
import { ArgumentError, FormatError } from '@addax/core';
import type { Source } from '@addax/formats';
import type { CompanionFiles } from './load-options.ts';

/**
 * The file of this name: one of those handed over, else the one beside `source`.
 *
 * @throws FormatError for names that lead elsewhere.
 */
export function companion(source: Source, name: string, files: CompanionFiles | undefined): Source {
  const given = files !== undefined && Object.hasOwn(files, name) ? files[name] : undefined;
  if (given !== undefined) return given;
  if (/^[/\\]|^[a-z][a-z0-9+.-]*:|\\|\0/i.test(name) || name.split('/').includes('..')) {
    throw new FormatError(
      `the file names "${name}", which is not beside it; such names are refused.`,
    );
  }
  if (source instanceof URL) return new URL(name, source);
  if (typeof source === 'string') {
    if (/^(https?|file):/i.test(source)) return new URL(name, source);
    const folder = /^.*[/\\]/.exec(source)?.[0] ?? '';
    return folder + name;
  }
  throw new ArgumentError(
    `the file names "${name}", which cannot be found beside bytes: hand it over in the option ` +
      `files: { '${name}': … }, or load from a path or URL.`,
  );
}
