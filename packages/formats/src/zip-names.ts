/** Names of members, checked the same way when archives are read and when they are written. */
import { FormatError } from '@addax/core';

/** Throws for a name that would lead out of a folder, or that systems read differently. */
export function checkMemberName(archive: string, name: string): void {
  const parts = name.split('/');
  if (
    name === '' ||
    name.length > 4096 ||
    /[\\\0]|^\/|^[a-z]:/i.test(name) ||
    parts.includes('..') ||
    parts.includes('.')
  ) {
    throw new FormatError(
      `${archive}: the member name ${JSON.stringify(name.slice(0, 200))} leads outside of the ` +
        'archive or is malformed; refused.',
    );
  }
}
