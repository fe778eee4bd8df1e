/**
 * `npm run setup`: installs the system parts that test lanes need beyond `npm ci`.
 * A lane that needs one adds its row here, with the Debian packages and the words for other systems.
 */

/** @type {readonly { lane: string, apt: readonly string[], elsewhere: string }[]} */
const PARTS = [];

for (const { lane, elsewhere } of PARTS) console.log(`${lane}: ${elsewhere}`);
if (PARTS.length === 0) console.log('setup: no lane needs anything beyond npm ci');
