/**
 * `npm run bench -- webgpu`: Addax, jax-js, TensorFlow.js and, for products, onnxruntime-web on the same
 * WebGPU adapter, in Node and in Chromium. What counts is CPU time: of this process in Node (software drivers run in it), of all of
 * the browser's processes in Chromium.
 */
import process from 'node:process';
import { vulkanEnvironment } from '../../../tools/vulkan.mjs';
import { median } from '../measure.ts';
import { openInChromium } from './chromium.ts';
import { openInNode } from './node.ts';
import { contendersOf, GPU_WORKLOADS, type GpuContender, type GpuWorkload } from './workloads.ts';

/** A place where the contenders run. */
export interface Place {
  readonly name: string;
  /** The adapter, in words. */
  readonly device: string;
  /** What was done to have all contenders there. */
  readonly note?: string;
  /** CPU milliseconds of one repetition; the first ones of a workload compile. */
  run(who: GpuContender, workload: GpuWorkload): Promise<number>;
  close(): Promise<void>;
}

/** Repetitions that count; some need many seconds for one in Chromium. */
const ROUNDS = 9;
const SLOW_ROUNDS = 2;
const SLOW: readonly GpuContender[] = ['tfjs', 'ort-web'];

/** At most this share of a peer's time. */
const GOALS: Readonly<Partial<Record<GpuWorkload, Partial<Record<GpuContender, number>>>>> = {
  lenet: { 'jax-js': 0.6, tfjs: 0.25 },
  matmul1024: { 'jax-js': 0.8 },
};

/** One workload in one place. */
export interface GpuResult {
  readonly cpuMilliseconds: Readonly<Record<string, { median: number; samples: number[] }>>;
  /** Median of Addax ÷ median of the peer; below 1 Addax is faster. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly goals: Readonly<Record<string, number>>;
}

/** All workloads in one place. */
export interface PlaceResult {
  readonly device: string;
  readonly note?: string;
  readonly workloads: Readonly<Record<string, GpuResult>>;
}

/** Measures; `only` limits it to places ("node", "chromium") or workloads. */
export async function compareWebgpu(only: readonly string[]): Promise<Record<string, PlaceResult>> {
  Object.assign(process.env, vulkanEnvironment());
  const results: Record<string, PlaceResult> = {};
  const wanted = (name: string, all: readonly string[]): boolean =>
    !all.some((other) => only.includes(other)) || only.includes(name);
  const places = { node: openInNode, chromium: openInChromium };
  for (const [name, open] of Object.entries(places)) {
    if (!wanted(name, Object.keys(places))) continue;
    const place = await open();
    const workloads: Record<string, GpuResult> = {};
    console.log(`${name}: ${place.device}`);
    for (const workload of GPU_WORKLOADS) {
      if (!wanted(workload, GPU_WORKLOADS)) continue;
      workloads[workload] = await measure(place, workload);
      report(workload, workloads[workload]);
    }
    await place.close();
    const { device, note } = place;
    results[name] = { device, ...(note !== undefined && { note }), workloads };
  }
  return results;
}

async function measure(place: Place, workload: GpuWorkload): Promise<GpuResult> {
  const contenders = contendersOf(workload);
  const samples = Object.fromEntries(contenders.map((who): [string, number[]] => [who, []]));
  // Twice: compilers also work at the second.
  for (const who of contenders) {
    await place.run(who, workload);
    await place.run(who, workload);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const who of contenders) {
      if (SLOW.includes(who) && round >= SLOW_ROUNDS) continue;
      samples[who]!.push(await place.run(who, workload));
    }
  }
  const cpuMilliseconds = Object.fromEntries(
    Object.entries(samples).map(([who, list]) => [who, { median: median(list), samples: list }]),
  );
  const own = cpuMilliseconds['addax']!.median;
  const peers = contenders.filter((who) => who !== 'addax');
  const ratios = Object.fromEntries(
    peers.map((who) => [who, own / cpuMilliseconds[who]!.median] as const),
  );
  return { cpuMilliseconds, ratios, goals: { ...GOALS[workload] } };
}

function report(workload: string, { cpuMilliseconds, ratios, goals }: GpuResult): void {
  const times = Object.entries(cpuMilliseconds).map(
    ([who, time]) => `${who} ${time.median.toFixed(0)} ms`,
  );
  const against = Object.entries(ratios).map(([who, ratio]) => {
    const goal = goals[who] === undefined ? '' : ` (goal ≤ ${goals[who]})`;
    return `${ratio.toFixed(2)} of ${who}${goal}`;
  });
  console.log(`  ${workload.padEnd(11)} ${times.join(', ')}: ${against.join(', ')}`);
}
