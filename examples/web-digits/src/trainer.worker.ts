/**
 * The worker that trains: a run of a backend may block its thread, and the page must not freeze. All
 * of Addax is here; the page only shows what it is told.
 */
import onnx from '@addax/backend-onnx';
import webgpu from '@addax/backend-webgpu';
import {
  backends,
  Callback,
  getBackend,
  layers,
  optimizers,
  registerBackend,
  Sequential,
  setBackend,
  type Tensor,
  tensor,
  utils,
} from '@addax/frontend';
import ortModule from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import ortWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { type Digits, fetchDigits, PIXELS } from './digits.ts';
import { type BackendName, BACKENDS, type Score, type ToPage, type ToWorker } from './messages.ts';

const BATCH = 32;

const port = self as unknown as { postMessage(message: ToPage, transfer: []): void };
const post = (message: ToPage): void => port.postMessage(message, []);

registerBackend(onnx);
registerBackend(webgpu);

let digits: { train: Digits; heldBack: Digits } | undefined;
let model: Sequential | undefined;
let training = false;

/** LeNet-5 (LeCun et al. 1998) with rectifiers and max pooling. */
function leNet(): Sequential {
  return new Sequential([
    layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'relu' }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 16, kernelSize: 5, activation: 'relu' }),
    layers.maxPooling2d(),
    layers.flatten(),
    layers.dense({ units: 120, activation: 'relu' }),
    layers.dense({ units: 84, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

/** Tells the page how each batch and each epoch went. */
class Report extends Callback {
  #step = 0;

  override onTrainBatchEnd(_batch: number, logs: Readonly<Record<string, number>>): void {
    post({ kind: 'step', step: ++this.#step, score: score(logs, '') });
  }

  override onEpochEnd(epoch: number, logs: Readonly<Record<string, number>>): void {
    post({
      kind: 'epoch',
      epoch: epoch + 1,
      score: score(logs, ''),
      heldBack: score(logs, 'val_'),
    });
  }
}

function score(logs: Readonly<Record<string, number>>, prefix: string): Score {
  return { loss: logs[`${prefix}loss`]!, accuracy: logs[`${prefix}accuracy`]! };
}

async function train(backend: BackendName, epochs: number, steps: number): Promise<void> {
  const { train: learn, heldBack } = digits!;
  if (backend === 'onnx') {
    await setBackend(onnx, { wasmPaths: { wasm: absolute(ortWasm), mjs: absolute(ortModule) } });
  } else {
    await setBackend(backend);
  }
  const device = (await backends()).find(({ name }) => name === getBackend().name)?.device;
  post({ kind: 'started', device: device ?? backend });
  utils.setRandomSeed(1);
  model = leNet();
  model.compile({
    optimizer: optimizers.adam({ learningRate: 2e-3 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const count = Math.min(learn.count, steps * BATCH);
  const held = Math.min(heldBack.count, Math.max(BATCH, count >> 2));
  const began = performance.now();
  const network = model;
  await network.fit(...pair(learn, count), {
    epochs,
    batchSize: BATCH,
    verbose: 0,
    validationData: pair(heldBack, held),
    callbacks: [new Report()],
  });
  const seconds = (performance.now() - began) / 1000;
  post({ kind: 'done', seconds, stopped: network.stopTraining });
}

function pair({ images, labels }: Digits, count: number): [Tensor, Tensor] {
  return [
    tensor(images.slice(0, count * PIXELS), [count, 28, 28, 1]),
    tensor(labels.slice(0, count)),
  ];
}

/** The runtime's files are named relative to the page, and the worker may lie elsewhere. */
function absolute(address: string): string {
  return new URL(address, self.location.href).href;
}

async function predict(pixels: Float32Array): Promise<void> {
  if (model === undefined) throw new Error('train the network first');
  const probabilities = await model.predictOnBatch(tensor(pixels, [1, 28, 28, 1]));
  post({ kind: 'prediction', probabilities: [...(await probabilities.data())] as number[] });
}

function sample(): void {
  const { images, labels, count } = digits!.heldBack;
  const i = Math.floor(Math.random() * count);
  const pixels = images.slice(i * PIXELS, (i + 1) * PIXELS);
  post({ kind: 'sample', pixels, label: labels[i]! });
}

async function open(address: string): Promise<void> {
  digits = await fetchDigits(address);
  const found = await backends();
  post({
    kind: 'ready',
    count: digits.train.count,
    backends: BACKENDS.map((name) => {
      const row = found.find((candidate) => candidate.name === name);
      return { name, device: row?.device, reason: row?.reason };
    }),
  });
}

async function answer(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'open':
      await open(message.digits);
      break;
    case 'train':
      if (training) return;
      training = true;
      try {
        await train(message.backend, message.epochs, message.steps);
      } finally {
        training = false;
      }
      break;
    case 'stop':
      if (model !== undefined) model.stopTraining = true;
      break;
    case 'predict':
      await predict(message.pixels);
      break;
    case 'sample':
      sample();
      break;
  }
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  answer(data).catch((error: unknown) => {
    post({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  });
});
