/**
 * `npm run bench -- onnx`: the onnx backend against PyTorch, against bare sessions of ONNX Runtime, and
 * against itself: memory over many steps, and what dropout costs.
 */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { getBackend, setBackend } from '@addax/frontend';
import { type CallResult, compareCalls } from './onnx-calls.ts';
import { compareLoop, type LoopResult } from './onnx-loop.ts';
import { compareSteps, type StepResults, type StepTiming } from './onnx-steps.ts';
import { takeTurns, timedSteps } from './onnx-steps.ts';
import * as models from './workloads/models.ts';

/** Resident memory of ten thousand small steps. */
export interface MemoryResult {
  /** MiB after a tenth of the steps and at the end. */
  readonly tenth: number;
  readonly end: number;
  /** What may be added between them. */
  readonly bar: number;
}

/** A model with dropout against the same without, CPU milliseconds per step. */
export interface DropoutResult {
  readonly milliseconds: Readonly<Record<string, StepTiming>>;
  readonly ratio: number;
  readonly bar: number;
}

/** Everything. */
export interface OnnxResults extends StepResults {
  readonly dropout: DropoutResult;
  readonly calls: Readonly<Record<string, CallResult>>;
  readonly loop: Readonly<Record<string, LoopResult>>;
  readonly memory: Readonly<Record<string, MemoryResult>>;
}

/** Runs all comparisons; `only` limits it to the training steps of some models. */
export async function compareOnnx(only: readonly string[]): Promise<OnnxResults | undefined> {
  const parts = ['dropout', 'calls', 'memory', 'loop'];
  const wants = (part: string): boolean => only.length === 0 || only.includes(part);
  const chosen = only.filter((name) => !parts.includes(name));
  const steps = only.length > 0 && chosen.length === 0 ? undefined : await compareSteps(chosen);
  const dropout = wants('dropout') ? await compareDropout() : undefined;
  const calls = wants('calls') ? await compareCalls() : undefined;
  const loop = wants('loop') ? await compareLoop() : undefined;
  const memory = wants('memory') ? { host: toy(), runtime: toy('runtime') } : undefined;
  if (only.length > 0) return undefined;
  return { ...steps!, dropout: dropout!, calls: calls!, loop: loop!, memory: memory! };
}

async function compareDropout(): Promise<DropoutResult> {
  await setBackend('onnx', { threads: 1 });
  const [plain, dropped] = [models.lenet(), models.lenet({ dropout: true })];
  const { x, y } = models.batchOf([64, 28, 28, 1]);
  const milliseconds = await takeTurns(
    {
      plain: () => timedSteps(plain, x, y, 4, 'cpu'),
      dropout: () => timedSteps(dropped, x, y, 4, 'cpu'),
    },
    9,
  );
  await getBackend().sync();
  const ratio = milliseconds['dropout']!.median / milliseconds['plain']!.median;
  console.log(`lenet with dropout: ${ratio.toFixed(2)}× of the one without (bar 1.2×)`);
  return { milliseconds, ratio, bar: 1.2 };
}

function toy(...options: readonly string[]): MemoryResult {
  const program = fileURLToPath(new URL('onnx-toy.ts', import.meta.url));
  const text = execFileSync(process.execPath, [...process.execArgv, program, ...options], {
    encoding: 'utf8',
  });
  const bytes = JSON.parse(text) as { readonly tenth: number; readonly end: number };
  const result = { tenth: bytes.tenth / 2 ** 20, end: bytes.end / 2 ** 20, bar: 10 };
  const where = options[0] ?? 'host';
  console.log(
    `10,000 toy steps (${where}): ${result.tenth.toFixed(0)} MiB after a tenth, ` +
      `${result.end.toFixed(0)} MiB at the end (bar +10)`,
  );
  return result;
}
