/**
 * Whether ten training steps are quicker as one loop inside ONNX Runtime than one after another. In a
 * loop the state never leaves the runtime, but its operators update it, which fuse nothing.
 */
import process from 'node:process';
import {
  type Backend,
  type Buffer,
  type CompileOptions,
  type Graph,
  GraphBuilder,
  sizeOf,
  type ValueId,
} from '@addax/core';
import { getBackend, layers, type Model, Sequential, setBackend } from '@addax/frontend';
import { type StepTiming, takeTurns, timedSteps } from './onnx-steps.ts';
import * as models from './workloads/models.ts';

const STEPS = 10;

/** One model: CPU milliseconds per step. */
export interface LoopResult {
  readonly milliseconds: Readonly<Record<'steps' | 'loop', StepTiming>>;
  /** Loop ÷ steps, of the medians; above 1 the loop is slower. */
  readonly ratio: number;
}

/** The step that a model trains with, as it was compiled. */
interface Step {
  readonly graph: Graph;
  readonly donate: CompileOptions['donate'];
}

/** Compares them on one thread. */
export async function compareLoop(): Promise<Record<string, LoopResult>> {
  await setBackend('onnx', { threads: 1 });
  const plans: readonly [string, () => Model, readonly number[]][] = [
    ['small', small, [64, 64]],
    ['mlp', models.mlp, [128, 784]],
    ['lenet', models.lenet, [64, 28, 28, 1]],
  ];
  const results: Record<string, LoopResult> = {};
  for (const [name, make, shape] of plans) {
    const model = make();
    const { x, y } = models.batchOf(shape);
    const backend = getBackend();
    const step = await stepOf(backend, async () => {
      await model.trainOnBatch(x, y);
    });
    const milliseconds = await takeTurns(
      {
        steps: () => timedSteps(model, x, y, STEPS, 'cpu'),
        loop: await loopOf(backend, step),
      },
      9,
    );
    const [own, loop] = [milliseconds['steps']!, milliseconds['loop']!];
    const ratio = loop.median / own.median;
    results[name] = { milliseconds: { steps: own, loop }, ratio };
    console.log(
      `${name}: ${own.median.toFixed(2)} ms a step, ${loop.median.toFixed(2)} ms in a loop of ` +
        `${STEPS} (${ratio.toFixed(2)}×)`,
    );
  }
  return results;
}

function small(): Model {
  const model = new Sequential([
    layers.dense({ units: 128, activation: 'relu', inputShape: [64] }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** What the backend compiles for a training step while `train` runs. */
async function stepOf(backend: Backend, train: () => Promise<void>): Promise<Step> {
  const compile = backend.compile.bind(backend);
  let step: Step | undefined;
  backend.compile = (graph, options) => {
    if (options.label.endsWith('trainOnBatch')) step = { graph, donate: options.donate };
    return compile(graph, options);
  };
  await train();
  backend.compile = compile;
  if (step === undefined) throw new Error('no training step was compiled');
  return step;
}

/** A turn of ten steps as one graph, all on one batch. */
async function loopOf(backend: Backend, { graph, donate }: Step): Promise<() => Promise<number>> {
  const carried = donate.map(([input]) => graph.inputs[input]!);
  const constants = graph.inputs.filter((id) => !carried.includes(id));
  const next = donate.map(([, output]) => output);
  const others = graph.outputs.filter((_, i) => !next.includes(i));
  const body: Graph = {
    ...graph,
    inputs: [...constants, ...carried],
    outputs: [...next.map((i) => graph.outputs[i]!), ...others],
  };
  const builder = new GraphBuilder();
  const inputs = body.inputs.map((id) => builder.input(graph.avals[id]!));
  const outputs = builder.add('scan', inputs, {
    body,
    length: STEPS,
    constants: constants.length,
    carries: carried.length,
    reverse: false,
    saveCarries: false,
  });
  const loop = backend.compile(builder.finish(outputs), {
    label: 'loop',
    donate: carried.map((_, i) => [constants.length + i, i]),
  });
  const data = constants.map((id) => filled(backend, graph, id));
  let state = carried.map((id) => filled(backend, graph, id));
  return async () => {
    const from = process.cpuUsage();
    state = loop.run([...data, ...state]).slice(0, carried.length);
    await backend.sync();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000 / STEPS;
  };
}

/** Small positive numbers: none is slow to compute with, and they are good for any state. */
function filled(backend: Backend, graph: Graph, id: ValueId): Buffer {
  const aval = graph.avals[id]!;
  const size = sizeOf(aval.shape);
  switch (aval.dtype) {
    case 'float32':
      return backend.upload(
        Float32Array.from({ length: size }, (_, i) => (1 + (i % 9)) / 100),
        aval,
      );
    case 'int32':
      return backend.upload(new Int32Array(size), aval);
    case 'uint32':
      return backend.upload(new Uint32Array(size), aval);
    default:
      throw new Error(`a step with ${aval.dtype} is not measured`);
  }
}
