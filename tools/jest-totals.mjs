/** Prints the run's totals as one plain line, for logs and for CI. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';

import { totalsLine } from './totals.mjs';

export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
    };
    const file = process.env.ADDAX_TOTALS;
    if (file) writeFileSync(file, JSON.stringify(totals));
    console.log(totalsLine(totals));
  }
}
