/**
 * `npm run bench -- files`: saving and loading a model of 100 MB against Keras, h5py and safetensors in
 * Python, and against what the machine takes to move such bytes at all. Both sides work on the same
 * weights in one folder for temporary files, take turns, and open the same file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { crc32 } from 'node:zlib';
import { layers, loadModel, Sequential, setBackend, utils } from '@addax/frontend';
import { type Cost, type Peer, startPeer } from './files-peer.ts';
import { median } from './measure.ts';

const ROUNDS = 7;
/** 24 layers of 1024 × 1024 and biases: 100.8 MB. */
const LAYERS = 24;
const UNITS = 1024;

/** Medians and samples, in milliseconds. */
export interface FileTiming {
  readonly cpu: number;
  readonly wall: number;
  readonly samples: readonly Cost[];
}

/** One task. */
export interface FileResult {
  readonly milliseconds: Readonly<Record<string, FileTiming>>;
  /** Median of the peer ÷ median of Addax; above 1 Addax is faster. */
  readonly ratios: Readonly<Record<string, { readonly cpu: number; readonly wall: number }>>;
}

/** All tasks. */
export interface FileResults {
  readonly megabytes: number;
  readonly rounds: number;
  /** Of Python and its packages; or why there is no Python. */
  readonly peer: Readonly<Record<string, string>> | string;
  readonly workloads: Readonly<Record<string, FileResult>>;
  /** What the machine takes for the bytes alone, in Node. */
  readonly floor: Readonly<Record<string, FileTiming>>;
}

type Work = () => Promise<unknown>;

/** Runs the comparison. */
export async function compareFiles(): Promise<FileResults> {
  const folder = mkdtempSync(join(tmpdir(), 'addax-files-'));
  const peer = await startPeer();
  try {
    if (typeof peer === 'string') console.log(`without Python (${peer}); see tools/python-venv.sh`);
    return await compareIn(folder, peer);
  } finally {
    if (typeof peer !== 'string') peer.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compareIn(folder: string, peer: Peer | string): Promise<FileResults> {
  await setBackend('cpu');
  utils.setRandomSeed(1);
  const model = new Sequential(
    Array.from({ length: LAYERS }, () => layers.dense({ units: UNITS, inputShape: [UNITS] })),
  );
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const path = (name: string): string => join(folder, name);
  // The files that both sides load: Keras' own where there is Python, since those are what people open.
  const files = { keras: path('m.keras'), h5: path('m.weights.h5'), safe: path('m.safetensors') };
  await model.save(files.keras);
  await model.saveWeights(files.h5);
  await model.saveWeights(files.safe);
  const there = typeof peer === 'string' ? undefined : peer;
  if (there) {
    await there.run('prepare', files.keras);
    await there.run('keras save', files.keras);
    await there.run('keras save weights', files.h5);
  }
  const plans: Readonly<Record<string, { own: Work; file: string; peers: readonly string[] }>> = {
    '.keras save': {
      own: () => model.save(path('own.keras')),
      file: path('peer.keras'),
      peers: ['keras save'],
    },
    '.keras load': {
      own: () => loadModel(files.keras),
      file: files.keras,
      peers: ['keras load'],
    },
    '.weights.h5 save': {
      own: () => model.saveWeights(path('own.weights.h5')),
      file: path('peer.weights.h5'),
      peers: ['keras save weights', 'h5py save'],
    },
    '.weights.h5 load': {
      own: () => model.loadWeights(files.h5),
      file: files.h5,
      peers: ['keras load weights', 'h5py load'],
    },
    '.safetensors save': {
      own: () => model.saveWeights(path('own.safetensors')),
      file: path('peer.safetensors'),
      peers: ['safetensors save'],
    },
    '.safetensors load': {
      own: () => model.loadWeights(files.safe),
      file: files.safe,
      peers: ['safetensors load'],
    },
  };
  const workloads: Record<string, FileResult> = {};
  for (const [name, { own, file, peers }] of Object.entries(plans)) {
    const contenders: Record<string, () => Promise<Cost>> = { addax: () => costOf(own) };
    if (there) for (const task of peers) contenders[task] = () => there.run(task, file);
    const milliseconds = await takeTurns(contenders);
    workloads[name] = { milliseconds, ratios: ratiosOf(milliseconds) };
    report(name, workloads[name]);
  }
  return {
    megabytes: (model.countParams() * 4) / 1e6,
    rounds: ROUNDS,
    peer: typeof peer === 'string' ? `none: ${peer}` : peer.versions,
    workloads,
    floor: await floor(path('floor'), model.countParams() * 4),
  };
}

async function costOf(work: Work): Promise<Cost> {
  const start = performance.now();
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return { cpu: (user + system) / 1000, wall: performance.now() - start };
}

/** One unmeasured turn each, then rounds. */
async function takeTurns(
  contenders: Readonly<Record<string, () => Promise<Cost>>>,
): Promise<Record<string, FileTiming>> {
  const samples: Record<string, Cost[]> = {};
  for (const [name, run] of Object.entries(contenders)) {
    await run();
    samples[name] = [];
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) samples[name]!.push(await run());
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, list]) => [
      name,
      {
        cpu: median(list.map(({ cpu }) => cpu)),
        wall: median(list.map(({ wall }) => wall)),
        samples: list,
      },
    ]),
  );
}

function ratiosOf(milliseconds: Readonly<Record<string, FileTiming>>): FileResult['ratios'] {
  const own = milliseconds['addax']!;
  const peers = Object.entries(milliseconds).filter(([name]) => name !== 'addax');
  return Object.fromEntries(
    peers.map(([name, { cpu, wall }]) => [name, { cpu: cpu / own.cpu, wall: wall / own.wall }]),
  );
}

/** The bytes alone: written, written and flushed (as Addax does), read, and summed up as zip does. */
async function floor(path: string, length: number): Promise<Record<string, FileTiming>> {
  const bytes = new Uint8Array(length).map((_, i) => (i * 2654435761) >>> 24);
  const write = async (flush: boolean): Promise<void> => {
    const file = await open(path, 'w');
    await file.writeFile(bytes);
    if (flush) await file.sync();
    await file.close();
  };
  const timings = await takeTurns({
    write: () => costOf(() => write(false)),
    'write and flush': () => costOf(() => write(true)),
    read: () => costOf(() => readFile(path)),
    'CRC-32': () => costOf(() => Promise.resolve(crc32(bytes))),
  });
  console.log(`the bytes alone: ${describe(timings)}`);
  return timings;
}

function describe(timings: Readonly<Record<string, FileTiming>>): string {
  return Object.entries(timings)
    .map(([who, { cpu, wall }]) => `${who} ${cpu.toFixed(0)} (${wall.toFixed(0)}) ms`)
    .join(', ');
}

function report(name: string, { milliseconds, ratios }: FileResult): void {
  const against = Object.entries(ratios)
    .map(([who, { cpu, wall }]) => `${cpu.toFixed(2)}× (${wall.toFixed(2)}×) ${who}`)
    .join(', ');
  console.log(`${name.padEnd(17)} ${describe(milliseconds)}${against && `; ${against}`}`);
}
