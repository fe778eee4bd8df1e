/**
 * `npm run bench -- cpu [workload …]`: measures, prints ratios and writes
 * `benchmarks/results/cpu-DATE.json` (whole runs only).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { version as tfjsVersion } from '@tensorflow/tfjs';
import { compileCost, eagerAdd } from './costs.ts';
import { compareCpu } from './cpu.ts';
import { importTime } from './package-costs.ts';

const [suite, ...only] = process.argv.slice(2);
if (suite !== 'cpu') {
  console.error(`unknown suite ${JSON.stringify(suite ?? '')}; there is: cpu`);
  process.exit(1);
}

const workloads = await compareCpu(only);
if (only.length === 0) {
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
  const importMilliseconds = importTime();
  console.log(`import of the packed frontend: ${importMilliseconds.toFixed(0)} ms (goal ≤ 60)`);
  const result = {
    suite,
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: os.cpus()[0]?.model,
      cores: os.cpus().length,
      memoryGiB: os.totalmem() / 2 ** 30,
    },
    versions: { node: process.version, tfjs: tfjsVersion },
    unit: 'process CPU milliseconds; ratios are peer ÷ Addax',
    workloads,
    eagerAddMicroseconds,
    compile: { depths, ratio },
    importMilliseconds,
  };
  const folder = fileURLToPath(new URL('../results', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/cpu-${result.date}.json`, `${JSON.stringify(result, null, 2)}\n`);
}
