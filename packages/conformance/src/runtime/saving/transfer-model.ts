/**
 * A process of its own that loads a model of many megabytes and saves it again, and reports the memory
 * that both took: `memory.test.ts` starts it, first to make the model.
 */
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import {
  initializers,
  layers,
  loadModel,
  type Model,
  registerSerializable,
  Sequential,
  type Tensor,
  tensor,
} from '@addax/frontend';

const MEGABYTE = 2 ** 20;
const [direction, path, sizeText] = process.argv.slice(2) as [string, string, string];

/** Draws no more than it gives, so that making the model takes no more than the model. */
class Halves extends initializers.Initializer {
  override draw(shape: readonly number[]): ReturnType<initializers.Initializer['draw']> {
    const length = shape.reduce((product, size) => product * size, 1);
    return { shape, dtype: 'float32', data: new Float32Array(length).fill(0.5) };
  }

  override getConfig(): object {
    return {};
  }
}
registerSerializable(Halves, { package: 'test', name: 'Halves' });

/** Four layers of equal size. */
function modelOf(megabytes: number): Sequential {
  const units = Math.sqrt((megabytes * MEGABYTE) / 4 / 4);
  const kernelInitializer = new Halves();
  const dense = (): Parameters<typeof layers.dense>[0] => ({
    units,
    useBias: false,
    kernelInitializer,
  });
  return new Sequential([
    layers.dense({ ...dense(), inputShape: [units] }),
    layers.dense(dense()),
    layers.dense(dense()),
    layers.dense(dense()),
  ]);
}

/** The most memory that this process ever took, in megabytes. */
function peak(): number {
  // `maxRSS` would start at that of the process which started this one.
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, highest] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
  return Number(highest ?? process.resourceUsage().maxRSS) / 1024;
}

async function outputOf(model: Model): Promise<number> {
  const [units] = model.weights[0]!.shape as [number];
  const output = model(tensor(new Float32Array(units).fill(2 / units), [1, units])) as Tensor;
  return ((await output.array()) as number[][])[0]![0]!;
}

// Idle is a process that has the libraries at hand.
await loadModel(await modelOf(1).save());

if (direction === 'make') await modelOf(Number(sizeText)).save(path);
else {
  const idle = process.memoryUsage().rss / MEGABYTE;
  const model = await loadModel(path);
  const loaded = peak();
  await model.save(path);
  const saved = peak();
  console.log(JSON.stringify({ idle, loaded, saved, output: await outputOf(model) }));
}
