/** Where the browser of the lane `chromium` is. */
import { existsSync } from 'node:fs';
import process from 'node:process';

/** Where Debian, Ubuntu and Google put theirs. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The executable: what `ADDAX_CHROMIUM` names, else the first that is installed.
 *
 * @param {string | undefined} named
 * @param {(path: string) => boolean} exists
 * @returns {{ ok: true, path: string } | { ok: false, reason: string }}
 */
export function findChromium(named = process.env.ADDAX_CHROMIUM, exists = existsSync) {
  if (named) {
    if (exists(named)) return { ok: true, path: named };
    return { ok: false, reason: `ADDAX_CHROMIUM names ${named}, which does not exist` };
  }
  const path = PLACES.find((place) => exists(place));
  if (path !== undefined) return { ok: true, path };
  return {
    ok: false,
    reason: 'no Chromium found; run `npm run setup`, or set ADDAX_CHROMIUM to the executable',
  };
}
