/**
 * `node conformance.mjs NAME [FILE]`: the tier-1 suite on one backend, without a test runner, for
 * machines that have the hardware and little else. Says what failed; FILE gets the result as JSON.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';

import { conformance } from '@addax/conformance';

/** Loss curves of GPU drivers stay within this, relatively. */
const LOSS_TOLERANCE = 1e-3;

const [name = '', file] = process.argv.slice(2);
const MODULES = {
  cpu: () => import('@addax/backend-cpu'),
  webgpu: () => import('@addax/backend-webgpu'),
};

/** The outcome of every test: its title, and its error if it failed. */
async function check(module) {
  const path = [];
  const tests = [];
  conformance(module, {
    lossTolerance: LOSS_TOLERANCE,
    runner: {
      describe(group, body) {
        path.push(group);
        body();
        path.pop();
      },
      it: (title, body) => tests.push({ title: [...path, title].join(' › '), body }),
    },
  });
  const outcomes = [];
  for (const { title, body } of tests) {
    try {
      await body();
      outcomes.push({ title });
    } catch (error) {
      outcomes.push({ title, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return outcomes;
}

const load = MODULES[name];
if (load === undefined) {
  console.error(`name a backend: ${Object.keys(MODULES).join(', ')}`);
  process.exit(2);
}
const module = (await load()).default;
const probe = await module.probe();
if (!probe.ok) {
  console.error(`${name}: ${probe.reason}`);
  process.exit(1);
}
console.log(`${name} on ${probe.device}`);
const began = performance.now();
const outcomes = await check(module);
const failures = outcomes.filter(({ error }) => error !== undefined);
for (const { title, error } of failures) console.log(`FAILED ${title}\n    ${error}`);
console.log(`${outcomes.length - failures.length} passed, ${failures.length} failed`);
if (file !== undefined) {
  const result = {
    suite: `${name}-conformance`,
    date: new Date().toISOString().slice(0, 10),
    device: probe.device,
    seconds: (performance.now() - began) / 1000,
    passed: outcomes.length - failures.length,
    failures,
  };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
process.exit(failures.length > 0 ? 1 : 0);
