/** `npm run bench -- cpu`: the CPU backend against TensorFlow.js' cpu and wasm backends. */
import { setBackend } from '@addax/frontend';
import { type Contender, interleave, type Timing } from './measure.ts';
import { prepareWasm } from './tfjs-wasm.ts';
import { addax } from './workloads/addax.ts';
import { onTfjs } from './workloads/tfjs.ts';
import type { WorkloadName } from './workloads/workload.ts';

/** How often each contender runs; 0 leaves it out. */
interface Plan {
  readonly rounds: number;
  readonly tfjsCpu: number;
  readonly tfjsWasm: number;
  /** Goal: this many times faster than tfjs cpu. */
  readonly goal: number;
}

const PLANS: Readonly<Record<WorkloadName, Plan>> = {
  matmul: { rounds: 5, tfjsCpu: 2, tfjsWasm: 5, goal: 4 },
  conv2d: { rounds: 5, tfjsCpu: 3, tfjsWasm: 5, goal: 3 },
  chain: { rounds: 5, tfjsCpu: 3, tfjsWasm: 5, goal: 4 },
  mlp: { rounds: 7, tfjsCpu: 3, tfjsWasm: 5, goal: 4 },
  // tfjs wasm cannot train a convolution; tfjs cpu takes minutes for its one step.
  lenet: { rounds: 5, tfjsCpu: 1, tfjsWasm: 0, goal: 120 },
  toy: { rounds: 3, tfjsCpu: 1, tfjsWasm: 1, goal: 4 },
};

/** One line of the results. */
export interface WorkloadResult {
  readonly cpuMilliseconds: Readonly<Record<string, Timing>>;
  /** Median of the peer ÷ median of Addax; above 1 Addax is faster. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly goal: number;
}

/** Runs the comparison; `only` limits it to some workloads. */
export async function compareCpu(only: readonly string[]): Promise<Record<string, WorkloadResult>> {
  await setBackend('cpu');
  prepareWasm();
  const results: Record<string, WorkloadResult> = {};
  for (const [key, plan] of Object.entries(PLANS)) {
    if (only.length > 0 && !only.includes(key)) continue;
    const name = key as WorkloadName;
    const contenders: Contender[] = [{ name: 'addax', run: addax[name]() }];
    if (plan.tfjsWasm > 0) {
      const run = await onTfjs('wasm', name);
      contenders.push({ name: 'tfjs wasm', run, rounds: plan.tfjsWasm });
    }
    const run = await onTfjs('cpu', name);
    const slow = plan.tfjsCpu === 1;
    contenders.push({ name: 'tfjs cpu', run, rounds: plan.tfjsCpu, warmUp: !slow });
    const timings = await interleave(contenders, plan.rounds);
    const own = timings['addax']!.median;
    const peers = Object.entries(timings).filter(([peer]) => peer !== 'addax');
    const ratios = Object.fromEntries(peers.map(([peer, { median }]) => [peer, median / own]));
    results[name] = { cpuMilliseconds: timings, ratios, goal: plan.goal };
    report(name, results[name]);
  }
  return results;
}

function report(name: string, { cpuMilliseconds, ratios, goal }: WorkloadResult): void {
  const times = Object.entries(cpuMilliseconds)
    .map(([who, { median }]) => `${who} ${median.toFixed(1)} ms`)
    .join(', ');
  const against = Object.entries(ratios)
    .map(([who, ratio]) => `${ratio.toFixed(2)}× ${who}`)
    .join(', ');
  console.log(`${name.padEnd(8)} ${times}; ${against} (goal ${goal}× tfjs cpu)`);
}
