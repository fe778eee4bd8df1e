/**
 * The one spelling of a run's totals. The Jest reporter prints it, and CI prints it again as its
 * last line: `node tools/totals.mjs FILE`, where FILE is what the reporter wrote to `ADDAX_TOTALS`.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

/** @param {{ passed: number, failed: number, skipped: number }} totals */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The totals in the text of a file; a run that wrote none has failed as a whole. */
export function parseTotals(text) {
  return text.trim() === '' ? { passed: 0, failed: 1, skipped: 0 } : JSON.parse(text);
}

/** The totals of several runs together. */
export function addTotals(runs) {
  const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(totalsLine(parseTotals(readFileSync(process.argv[2], 'utf8'))));
}
