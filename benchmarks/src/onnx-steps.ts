/**
 * Training steps on ONNX Runtime against PyTorch, and TensorFlow.js where it can train the model at
 * all. With one thread CPU time counts, with two the time on the clock.
 */
import process from 'node:process';
import { getBackend, type Model, setBackend, type Tensor, useBackend } from '@addax/frontend';
import { type Peer, startPeer } from './files-peer.ts';
import { cpuTime, median } from './measure.ts';
import * as models from './workloads/models.ts';

/** One model. */
interface Plan {
  readonly model: () => Model;
  readonly batch: readonly number[];
  /** Steps of one turn. */
  readonly steps: number;
  readonly rounds: number;
  /** Addax ÷ PyTorch's foreach Adam, at most; by threads. */
  readonly bars: Readonly<Record<number, number>>;
}

const PLANS: Readonly<Record<string, Plan>> = {
  mlp: { model: models.mlp, batch: [128, 784], steps: 20, rounds: 9, bars: { 1: 1.1, 2: 1.2 } },
  lenet: {
    model: models.lenet,
    batch: [64, 28, 28, 1],
    steps: 4,
    rounds: 9,
    bars: { 1: 1.05, 2: 1.05 },
  },
  lstm: { model: models.lstm, batch: [32, 64, 64], steps: 4, rounds: 5, bars: {} },
  transformer: { model: models.transformer, batch: [8, 128, 128], steps: 4, rounds: 5, bars: {} },
};

/** Milliseconds of one step. */
export interface StepTiming {
  readonly median: number;
  readonly min: number;
  readonly samples: readonly number[];
}

/** One model at one number of threads. */
export interface StepResult {
  readonly threads: number;
  /** What was measured. */
  readonly clock: 'cpu' | 'wall';
  readonly milliseconds: Readonly<Record<string, StepTiming>>;
  /** Addax ÷ peer, of the medians and of the least; below 1 Addax is faster. */
  readonly ratios: Readonly<Record<string, { readonly median: number; readonly min: number }>>;
  /** At most this ratio to `torch foreach` is wanted. */
  readonly bar?: number;
}

/** Versions of the peer, and results by model and threads. */
export interface StepResults {
  readonly peer: Readonly<Record<string, string>> | string;
  readonly steps: Readonly<Record<string, StepResult>>;
}

/** Milliseconds per step of one turn. */
type Turn = () => Promise<number>;

/** Compares the training steps of the named models, or of all. */
export async function compareSteps(only: readonly string[]): Promise<StepResults> {
  const steps: Record<string, StepResult> = {};
  let versions: StepResults['peer'] = '';
  for (const threads of [1, 2]) {
    const peer = await startPeer('onnx-peer.py', String(threads));
    if (typeof peer === 'string')
      console.log(`without PyTorch (${peer}); see tools/python-venv.sh`);
    versions = typeof peer === 'string' ? `none: ${peer}` : peer.versions;
    await setBackend('onnx', { threads });
    const backend = getBackend();
    for (const [name, plan] of Object.entries(PLANS)) {
      if (only.length > 0 && !only.includes(name)) continue;
      useBackend(backend);
      const clock = threads === 1 ? 'cpu' : 'wall';
      const turns: Record<string, Turn> = { addax: turnOf(plan, clock) };
      if (typeof peer !== 'string') {
        turns['torch eager'] = peerTurn(peer, `${name} eager`, plan, clock);
        turns['torch foreach'] = peerTurn(peer, `${name} foreach`, plan, clock);
      }
      const milliseconds = await takeTurns(turns, plan.rounds);
      const bar = plan.bars[threads];
      const result: StepResult = {
        threads,
        clock,
        milliseconds,
        ratios: ratiosOf(milliseconds),
        ...(bar === undefined ? {} : { bar }),
      };
      steps[`${name}, threads: ${threads}`] = result;
      report(name, result);
    }
    if (typeof peer !== 'string') peer.stop();
  }
  const trained = steps['mlp, threads: 1'];
  if (trained !== undefined) {
    steps['mlp, threads: 1'] = await withTfjs(trained);
  }
  return { peer: versions, steps };
}

function turnOf(plan: Plan, clock: 'cpu' | 'wall'): Turn {
  const model = plan.model();
  const { x, y } = models.batchOf(plan.batch);
  return () => timedSteps(model, x, y, plan.steps, clock);
}

/** Milliseconds per step of some steps. */
export async function timedSteps(
  model: Model,
  x: Tensor,
  y: Tensor,
  count: number,
  clock: 'cpu' | 'wall',
): Promise<number> {
  const start = performance.now();
  const from = process.cpuUsage();
  for (let i = 0; i < count; i++) await model.trainOnBatch(x, y);
  const { user, system } = process.cpuUsage(from);
  return (clock === 'cpu' ? (user + system) / 1000 : performance.now() - start) / count;
}

function peerTurn(peer: Peer, task: string, { steps }: Plan, clock: 'cpu' | 'wall'): Turn {
  return async () => (await peer.run(task, String(steps)))[clock] / steps;
}

/**
 * With TensorFlow.js' step added. It is loaded after everything else is measured: the larger heap makes
 * every collection in the process longer.
 */
async function withTfjs(result: StepResult): Promise<StepResult> {
  const { prepareWasm } = await import('./tfjs-wasm.ts');
  const { onTfjs } = await import('./workloads/tfjs.ts');
  prepareWasm();
  const step = await onTfjs('wasm', 'mlp');
  const timing = await takeTurns({ 'tfjs wasm': () => cpuTime(step) }, 3);
  const milliseconds = { ...result.milliseconds, ...timing };
  const added = { ...result, milliseconds, ratios: ratiosOf(milliseconds) };
  report('mlp', added);
  return added;
}

/** Milliseconds after which no further round is begun, if there were three. */
const LONG = 20_000;

/** Two unmeasured turns each, in which sessions are made, then rounds: fewer where they take long. */
export async function takeTurns(
  turns: Readonly<Record<string, Turn>>,
  rounds: number,
): Promise<Record<string, StepTiming>> {
  const samples: Record<string, number[]> = {};
  for (const [name, turn] of Object.entries(turns)) {
    await turn();
    await turn();
    samples[name] = [];
  }
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round >= 3 && performance.now() - start > LONG) break;
    for (const [name, turn] of Object.entries(turns)) samples[name]!.push(await turn());
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, list]) => [
      name,
      { median: median(list), min: Math.min(...list), samples: list },
    ]),
  );
}

function ratiosOf(milliseconds: StepResult['milliseconds']): StepResult['ratios'] {
  const own = milliseconds['addax']!;
  const peers = Object.entries(milliseconds).filter(([name]) => name !== 'addax');
  return Object.fromEntries(
    peers.map(([name, peer]) => [
      name,
      { median: own.median / peer.median, min: own.min / peer.min },
    ]),
  );
}

function report(name: string, { threads, clock, milliseconds, ratios, bar }: StepResult): void {
  const times = Object.entries(milliseconds)
    .map(([who, time]) => `${who} ${time.median.toFixed(2)} (least ${time.min.toFixed(2)}) ms`)
    .join(', ');
  console.log(`${name}, ${threads} thread${threads === 1 ? '' : 's'}, ${clock}: ${times}`);
  const against = Object.entries(ratios)
    .map(([who, ratio]) => `${ratio.median.toFixed(2)}× (${ratio.min.toFixed(2)}×) ${who}`)
    .join(', ');
  const wanted = bar === undefined ? '' : ` (bar ${bar}× torch foreach)`;
  if (against !== '') console.log(`  ${against}${wanted}`);
}
