/**
 * `npm run bench -- cpu [workload …]`, `-- files`, `-- onnx [part …]` and `-- webgpu [part …]`: measures,
 * prints ratios and writes `benchmarks/results/SUITE-DATE.json` (whole runs only). Loads what the suite
 * needs and nothing else: a larger heap would show in the times.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

// What `auto` finds depends on the machine; a suite for another backend names it.
process.env['ADDAX_BACKEND'] ||= 'cpu';

const [suite, ...only] = process.argv.slice(2);
if (suite === 'cpu') await runCpu(only);
else if (suite === 'files') await runFiles();
else if (suite === 'onnx') await runOnnx(only);
else if (suite === 'webgpu') await runWebgpu(only);
else {
  console.error(
    `unknown suite ${JSON.stringify(suite ?? '')}; there are: cpu, files, onnx, webgpu`,
  );
  process.exit(1);
}

async function runCpu(only: readonly string[]): Promise<void> {
  const loadBefore = os.loadavg()[0];
  // Own costs first: what the peers keep in memory makes each collection of garbage longer.
  const costs = only.length > 0 ? {} : await ownCosts();
  const { compareCpu } = await import('./cpu.ts');
  const workloads = await compareCpu(only);
  if (only.length > 0) return;
  save({
    suite: 'cpu',
    versions: { node: process.version, tfjs: versionOf('@tensorflow/tfjs') },
    unit: 'process CPU milliseconds; ratios are peer ÷ Addax',
    loadAverage: { before: loadBefore, after: os.loadavg()[0] },
    workloads,
    ...costs,
  });
}

/** What Addax costs beside the work itself. */
async function ownCosts(): Promise<object> {
  const { importTime } = await import('./package-costs.ts');
  const { compileCost, eagerAdd } = await import('./costs.ts');
  const importMilliseconds = importTime();
  console.log(`import of the packed frontend: ${importMilliseconds.toFixed(1)} ms (goal ≤ 60)`);
  const eagerAddMicroseconds = await eagerAdd();
  console.log(`eager 8×8 add: ${eagerAddMicroseconds.toFixed(2)} µs (goal ≤ 2)`);
  const depths = [await compileCost(50), await compileCost(100)];
  for (const cost of depths) {
    console.log(
      `compile depth ${cost.depth}: ${cost.nodes} nodes, ${cost.milliseconds.toFixed(0)} ms; ` +
        `second model ${cost.secondModelMilliseconds.toFixed(0)} ms, ` +
        (cost.secondModelCached ? 'from the cache' : 'compiled again'),
    );
  }
  const ratio = depths[1]!.milliseconds / depths[0]!.milliseconds;
  console.log(`twice the depth: ${ratio.toFixed(2)}× (goal ≤ 2.3)`);
  return { eagerAddMicroseconds, compile: { depths, ratio }, importMilliseconds };
}

async function runFiles(): Promise<void> {
  const { compareFiles } = await import('./files.ts');
  const loadBefore = os.loadavg()[0];
  const results = await compareFiles();
  save({
    suite: 'files',
    versions: { node: process.version },
    unit:
      'milliseconds: cpu of the process, wall on the clock; medians of rounds in turns; ratios are ' +
      'peer ÷ Addax',
    loadAverage: { before: loadBefore, after: os.loadavg()[0] },
    ...results,
  });
}

async function runOnnx(only: readonly string[]): Promise<void> {
  const { compareOnnx } = await import('./onnx.ts');
  const loadBefore = os.loadavg()[0];
  const results = await compareOnnx(only);
  if (results === undefined) return;
  save({
    suite: 'onnx',
    versions: {
      node: process.version,
      tfjs: versionOf('@tensorflow/tfjs'),
      onnxruntime: versionOf('onnxruntime-node'),
    },
    unit:
      'training steps: milliseconds of CPU (1 thread) or on the clock (2), medians of rounds in ' +
      'turns, ratios are Addax ÷ peer; calls: microseconds, single rows on the clock, others of CPU',
    loadAverage: { before: loadBefore, after: os.loadavg()[0] },
    ...results,
  });
}

/** Two ways of running the same on one adapter. */
async function compareKernels(part: string): Promise<object | undefined> {
  if (part === 'halves') return (await import('./webgpu/halves.ts')).compareHalves();
  if (part === 'composites') return (await import('./webgpu/composites.ts')).compareComposites();
  return undefined;
}

async function runWebgpu(only: readonly string[]): Promise<void> {
  for (const part of only) {
    const result = await compareKernels(part);
    if (result === undefined) continue;
    const unit = 'CPU milliseconds of the process, medians of rounds in turns';
    save({ suite: `webgpu-${part}`, versions: { webgpu: versionOf('webgpu') }, unit, ...result });
  }
  if (only.some((part) => part === 'halves' || part === 'composites')) process.exit();
  const { compareWebgpu } = await import('./webgpu/compare.ts');
  const loadBefore = os.loadavg()[0];
  const places = await compareWebgpu(only);
  if (only.length === 0) {
    save({
      suite: 'webgpu',
      versions: {
        node: process.version,
        tfjs: versionOf('@tensorflow/tfjs'),
        jax: pinned('@jax-js/jax'),
        onnxruntimeWeb: pinned('onnxruntime-web', '../../package.json'),
        webgpu: versionOf('webgpu'),
      },
      unit:
        'CPU milliseconds of the process (Node) or of all processes (Chromium), medians of rounds in ' +
        'turns; ratios are Addax ÷ peer',
      loadAverage: { before: loadBefore, after: os.loadavg()[0] },
      places,
    });
  }
  // Peers keep their devices open.
  process.exit();
}

function versionOf(name: string): string {
  const manifest: unknown = createRequire(import.meta.url)(`${name}/package.json`);
  return (manifest as { readonly version: string }).version;
}

/** For packages that do not tell their version: the one this folder asks for, or another manifest. */
function pinned(name: string, path = '../package.json'): string {
  const manifest = createRequire(import.meta.url)(path) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return manifest.devDependencies[name] ?? 'unknown';
}

function save(result: { readonly suite: string; readonly [key: string]: unknown }): void {
  const date = new Date().toISOString().slice(0, 10);
  const machine = {
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
    memoryGiB: os.totalmem() / 2 ** 30,
  };
  const { suite, ...rest } = result;
  const folder = fileURLToPath(new URL('../results', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/${suite}-${date}.json`;
  writeFileSync(path, `${JSON.stringify({ suite, date, machine, ...rest }, null, 2)}\n`);
}
