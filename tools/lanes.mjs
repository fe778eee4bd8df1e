/**
 * Test lanes: one per backend, each with the question whether this machine can run it.
 * A lane that cannot run is reported with its reason and never counts as passed;
 * `ADDAX_REQUIRE=cpu,…` names those whose absence is a failure.
 */
import { findChromium } from './chromium.mjs';
import { loadOnnxRuntime } from './onnxruntime.mjs';
import { probeVulkan } from './vulkan.mjs';

/**
 * @typedef {{ ok: true } | { ok: false, reason: string }} Availability
 * @typedef {{ name: string, available: () => Availability | Promise<Availability> }} Lane
 */

/** @type {readonly Lane[]} */
export const LANES = [
  { name: 'cpu', available: () => ({ ok: true }) },
  { name: 'onnx', available: () => loadOnnxRuntime() },
  { name: 'chromium', available: () => findChromium() },
  { name: 'webgpu', available: () => probeVulkan() },
];

/** The names in `ADDAX_REQUIRE`. */
export function requiredLanes(value) {
  return (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Asks every lane and says which ran.
 *
 * @param {readonly Lane[]} lanes
 * @param {readonly string[]} required
 * @returns {Promise<{ lines: string[], problems: string[] }>}
 */
export async function reportLanes(lanes, required) {
  const lines = [];
  const problems = [];
  const width = Math.max(...lanes.map(({ name }) => name.length));
  for (const { name, available } of lanes) {
    const answer = await available();
    lines.push(`${name.padEnd(width)}  ${answer.ok ? 'ran' : `did not run: ${answer.reason}`}`);
    if (!answer.ok && required.includes(name)) {
      problems.push(`lane "${name}" is required but cannot run: ${answer.reason}`);
    }
  }
  const known = lanes.map(({ name }) => name);
  for (const name of required) {
    if (known.includes(name)) continue;
    problems.push(`ADDAX_REQUIRE names an unknown lane "${name}"; known: ${known.join(', ')}`);
  }
  return { lines, problems };
}
