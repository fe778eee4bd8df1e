/**
 * `node device-cli.ts [FILE]`: the contenders on this machine's graphics card, by the clock. On real
 * hardware the processor's time says little, so steps are timed from the first to the last of a row.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { median } from '../measure.ts';
import { openInNode } from './node.ts';
import { contendersOf, GPU_WORKLOADS, type GpuContender, prepareOnGpu } from './workloads.ts';

const ROWS = 5;
const STEPS = 20;

interface Timed {
  /** Milliseconds per repetition, the median of rows. */
  readonly median: number;
  readonly samples: readonly number[];
}

const [file] = process.argv.slice(2);
const { device, close } = await openInNode();
console.log(device);
const workloads: Record<string, Partial<Record<GpuContender, Timed | { error: string }>>> = {};
for (const workload of GPU_WORKLOADS) {
  const timed: Partial<Record<GpuContender, Timed | { error: string }>> = {};
  for (const who of contendersOf(workload)) {
    try {
      const run = await prepareOnGpu(who, workload);
      for (let i = 0; i < 3; i++) await run();
      const samples: number[] = [];
      for (let row = 0; row < ROWS; row++) {
        const from = performance.now();
        for (let step = 0; step < STEPS; step++) await run();
        samples.push((performance.now() - from) / STEPS);
      }
      timed[who] = { median: median(samples), samples };
      console.log(`${workload} ${who}: ${median(samples).toFixed(3)} ms`);
    } catch (error) {
      timed[who] = { error: String(error) };
      console.log(`${workload} ${who}: ${String(error)}`);
    }
  }
  workloads[workload] = timed;
}
await close();
if (file !== undefined) {
  const date = new Date().toISOString().slice(0, 10);
  const unit = 'milliseconds on the clock per repetition, its result read back';
  const result = { suite: 'webgpu-device', date, device, unit, workloads };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
process.exit();
