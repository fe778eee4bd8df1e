/** What a page meets when its GPU device is lost, and how it goes on. */
import webgpu, { type WebGpuBackend } from '@addax/backend-webgpu';
import { getBackend, layers, loadModel, Sequential, setBackend, tensor } from '@addax/frontend';

/** What happened. */
export interface Lost {
  /** Name of the error of a read under way. */
  readonly pending: string;
  /** Name of the error of a read begun later. */
  readonly later: string;
  /** Predictions before, and of the model loaded from its file on a new device. */
  readonly before: Float32Array;
  readonly after: Float32Array;
}

/** Loses the device between a checkpoint and the next prediction. */
export default function run(): Promise<Lost> {
  return lose(async () => (getBackend() as WebGpuBackend).device.gpu.destroy());
}

/** The same, with whatever else makes the device go. */
export async function lose(take: () => Promise<void>): Promise<Lost> {
  await setBackend(webgpu);
  const model = new Sequential([
    layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
    layers.dense({ units: 2 }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);
  await model.fit(x, tensor([1, 0, 0, 1], [2, 2]), { epochs: 3, verbose: 0 });
  const before = (await (await model.predictOnBatch(x)).data()) as Float32Array;
  const checkpoint = await model.save();

  const reading = nameOfError(x.mul(2).data());
  await take();
  const pending = await reading;
  const later = await nameOfError(Promise.resolve().then(() => x.mul(3).data()));

  await setBackend(webgpu);
  const again = await loadModel(checkpoint);
  const same = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);
  const after = (await (await again.predictOnBatch(same)).data()) as Float32Array;
  return { pending, later, before, after };
}

async function nameOfError(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return (error as Error).constructor.name;
  }
}
