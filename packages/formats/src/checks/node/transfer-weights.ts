/**
 * A process of its own that saves or loads 256 MB of weights and reports the memory that it took:
 * `memory.test.ts` starts it. Weights are made one array at a time, as a device would hand them over.
 */
import { existsSync, readFileSync } from 'node:fs';
import {
  type ArrayInput,
  hdf5Chunks,
  hdf5Size,
  MemorySink,
  openHdf5,
  openSafetensors,
  openZip,
  writeSafetensors,
  writeZip,
} from '../../index.ts';

const MEGABYTE = 2 ** 20;
const [direction, path, sizeText, countText] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const count = Number(countText);
const elements = (Number(sizeText) * MEGABYTE) / 4 / count;

function weights(each: number): ArrayInput[] {
  return Array.from({ length: count }, (_, index) => ({
    name: String(index),
    shape: [each / 64, 64],
    dtype: 'float32' as const,
    data: () => new Float32Array(each).fill(index + 0.5),
  }));
}

async function saveKeras(sink: string | MemorySink, each: number): Promise<void> {
  const tree = { children: Object.fromEntries(weights(each).map((item) => [item.name, item])) };
  const data = (): AsyncIterable<Uint8Array> => hdf5Chunks(tree);
  await writeZip(sink, [{ name: 'model.weights.h5', data, size: hdf5Size(tree) }]);
}

async function loadKeras(source: string | Uint8Array): Promise<unknown[]> {
  const archive = await openZip(source);
  const file = await openHdf5(await archive.members.get('model.weights.h5')!.open());
  const loaded = [];
  for (let index = 0; index < count; index += 1) {
    loaded.push(await file.dataset(String(index)).data());
  }
  await file.close();
  await archive.close();
  return loaded;
}

async function loadSafetensors(): Promise<unknown[]> {
  const file = await openSafetensors(path);
  const loaded = [];
  for (const entry of file.entries.values()) loaded.push(await entry.data());
  await file.close();
  return loaded;
}

const actions: Readonly<Record<string, () => Promise<unknown>>> = {
  'save-keras': () => saveKeras(path, elements),
  'load-keras': () => loadKeras(path),
  'save-safetensors': () => writeSafetensors(path, weights(elements)),
  'load-safetensors': loadSafetensors,
};

// Idle is a process that has the libraries at hand.
const small = new MemorySink();
await saveKeras(small, 64);
await loadKeras(small.bytes());

const idle = process.memoryUsage().rss;
const result = await actions[direction]!();
// `maxRSS` would start at that of the process which started this one.
const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
const [, highest] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
const peak = Number(highest ?? process.resourceUsage().maxRSS) * 1024;
console.log(
  JSON.stringify({
    idle: idle / MEGABYTE,
    peak: peak / MEGABYTE,
    arrays: Array.isArray(result) ? result.length : 0,
  }),
);
