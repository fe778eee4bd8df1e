/**
 * Programs whose memory is measured, each in a process of its own:
 * `node --import tsx --conditions=@addax/source memory-programs.ts NAME`. Prints one JSON object.
 */
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import cpu from '@addax/backend-cpu';
import { layers, optimizers, Sequential, tensor, useBackend } from '@addax/frontend';
import { deviceBackend } from '../testing/device-backend.ts';

const MIB = 2 ** 20;
const COUNT = 3000;

/** Peak resident set. `maxRSS` would start at that of the process which started this one. */
function peakMiB(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
  return Number(kibibytes ?? process.resourceUsage().maxRSS) / 1024;
}

let base: ReturnType<typeof tensor> | undefined;

/** A new tensor of 4 MiB, on the backend chosen before the first call. */
function fresh(): ReturnType<typeof tensor> {
  base ??= tensor(new Float32Array(MIB));
  return base.add(base);
}

/** 3,000 tensors of 4 MiB in one synchronous job. */
function eagerSynchronous(): object {
  for (let i = 0; i < COUNT; i++) fresh();
  return { peakMiB: peakMiB() };
}

/** The same with an await each time. */
async function eagerAwaiting(): Promise<object> {
  for (let i = 0; i < COUNT; i++) await fresh().sum().item();
  return { peakMiB: peakMiB() };
}

/** 20,000 compiled steps of a toy: resident set at one tenth and at the end. */
async function compiledSteps(): Promise<object> {
  const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
  model.compile({ loss: 'meanSquaredError', optimizer: optimizers.sgd({ learningRate: 0.1 }) });
  const x = tensor([
    [0, 1],
    [1, 0],
    [0.5, 0.25],
    [1, 1],
  ]);
  const steps = 20_000;
  let tenth = 0;
  for (let i = 0; i < steps; i++) {
    await model.trainOnBatch(x, x);
    if (i === steps / 10) tenth = process.memoryUsage().rss;
  }
  return { tenthMiB: tenth / MIB, endMiB: process.memoryUsage().rss / MIB };
}

/** Device memory: an awaiting loop stays within the budget. */
async function deviceAwaiting(): Promise<object> {
  const device = deviceBackend(cpu.createSync!(), 256 * MIB);
  useBackend(device);
  for (let i = 0; i < 500; i++) await fresh().sum().item();
  return { peakMiB: device.peakBytes() / MIB };
}

/** Device memory: a synchronous loop past the budget is a named error. */
function deviceSynchronous(): object {
  const device = deviceBackend(cpu.createSync!(), 256 * MIB);
  useBackend(device);
  const held = [];
  try {
    for (let i = 0; i < 500; i++) held.push(fresh());
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message, peakMiB: device.peakBytes() / MIB };
  }
  return { name: 'none', held: held.length };
}

const programs: Readonly<Record<string, () => object | Promise<object>>> = {
  eagerSynchronous,
  eagerAwaiting,
  compiledSteps,
  deviceAwaiting,
  deviceSynchronous,
};

const program = programs[process.argv[2] ?? ''];
if (program === undefined) throw new Error(`name one of ${Object.keys(programs).join(', ')}`);
console.log(JSON.stringify(await program()));
