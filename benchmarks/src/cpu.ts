/**
 * `npm run bench -- cpu`: the CPU backend in its two dialects against TensorFlow.js' cpu and wasm
 * backends.
 */
import { getBackend, setBackend, useBackend } from '@addax/frontend';
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

const DIALECTS = ['js', 'wasm'] as const;
type Dialect = (typeof DIALECTS)[number];

/** One line of the results. */
export interface WorkloadResult {
  readonly cpuMilliseconds: Readonly<Record<string, Timing>>;
  /** By dialect: median of the peer ÷ median of Addax; above 1 Addax is faster. */
  readonly ratios: Readonly<Record<Dialect, Readonly<Record<string, number>>>>;
  /** Of the JavaScript dialect. */
  readonly goal: number;
}

/** A workload in one dialect. */
async function onAddax(dialect: Dialect, name: WorkloadName): Promise<Contender> {
  await setBackend('cpu', { dialect });
  const backend = getBackend();
  const run = addax[name]();
  return {
    name: `addax ${dialect}`,
    run: () => {
      useBackend(backend);
      return run();
    },
  };
}

/** Runs the comparison; `only` limits it to some workloads. */
export async function compareCpu(only: readonly string[]): Promise<Record<string, WorkloadResult>> {
  prepareWasm();
  const results: Record<string, WorkloadResult> = {};
  for (const [key, plan] of Object.entries(PLANS)) {
    if (only.length > 0 && !only.includes(key)) continue;
    const name = key as WorkloadName;
    const contenders: Contender[] = [];
    for (const dialect of DIALECTS) contenders.push(await onAddax(dialect, name));
    if (plan.tfjsWasm > 0) {
      const run = await onTfjs('wasm', name);
      contenders.push({ name: 'tfjs wasm', run, rounds: plan.tfjsWasm });
    }
    const run = await onTfjs('cpu', name);
    const slow = plan.tfjsCpu === 1;
    contenders.push({ name: 'tfjs cpu', run, rounds: plan.tfjsCpu, warmUp: !slow });
    const timings = await interleave(contenders, plan.rounds);
    const peers = Object.entries(timings).filter(([peer]) => peer.startsWith('tfjs'));
    const ratiosOf = (dialect: Dialect): Record<string, number> => {
      const own = timings[`addax ${dialect}`]!.median;
      return Object.fromEntries(peers.map(([peer, { median }]) => [peer, median / own]));
    };
    const ratios = { js: ratiosOf('js'), wasm: ratiosOf('wasm') };
    results[name] = { cpuMilliseconds: timings, ratios, goal: plan.goal };
    report(name, results[name]);
  }
  // What is measured next is measured in the reference dialect.
  await setBackend('cpu', { dialect: 'js' });
  return results;
}

function report(name: string, { cpuMilliseconds, ratios, goal }: WorkloadResult): void {
  const times = Object.entries(cpuMilliseconds)
    .map(([who, { median }]) => `${who} ${median.toFixed(1)} ms`)
    .join(', ');
  console.log(`${name.padEnd(8)} ${times}`);
  for (const dialect of DIALECTS) {
    const against = Object.entries(ratios[dialect])
      .map(([who, ratio]) => `${ratio.toFixed(2)}× ${who}`)
      .join(', ');
    const bar = dialect === 'js' ? ` (goal ${goal}× tfjs cpu)` : '';
    console.log(`         ${dialect.padEnd(4)} ${against}${bar}`);
  }
}
