/** The one spelling of a run's totals: the reporter, `npm test` and CI print the same line. */

/** @param {{ passed: number, failed: number, skipped: number }} totals */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
