/** Cases that call a layer or a whole model: values, masks, state, losses, gradients, shapes. */
import { GradientTape, isRecord, leavesOf, SymbolicTensor, Tensor } from '@addax/core';
import { getMask, input, type Layer } from './shim.ts';
import { deserialize } from './shim.ts';
import type { GoldenCase, GoldenGroup, Tolerance } from './case-file.ts';
import { expectNamed, expectValue } from './compare.ts';
import { weightedSum } from './shim.ts';
import { camelCase, CannotRun, hasKey, type Leaves, tensorNamed, valueOf } from './spec.ts';

/** Names of further positional arguments of `call`, per class. */
const FURTHER_INPUTS: Readonly<Record<string, readonly string[]>> = {
  MultiHeadAttention: ['value', 'key'],
  GroupQueryAttention: ['value', 'key'],
  SimpleRNNCell: ['states'],
  LSTMCell: ['states'],
  GRUCell: ['states'],
};

interface Call {
  readonly inputs: readonly unknown[];
  readonly call_kwargs: Readonly<Record<string, unknown>>;
  readonly outputs: unknown;
  readonly weights_after?: Readonly<Record<string, string>>;
}

interface LayerGrads {
  readonly coeff: readonly (string | null)[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly weights: Readonly<Record<string, string>>;
  readonly tol?: Tolerance;
}

type AnyLayer = Layer & ((inputs: unknown, options: object) => unknown);

/** Runs one case of `layers/*`. */
export async function runLayerCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const className = String(golden['class_name']);
  const layer = deserialize(golden['config']) as AnyLayer;
  const first = golden as unknown as Call;
  invoke(layer, className, group, first, new Map());
  assignWeights(layer, group, golden['weights'] as { path: string; tensor: string }[]);
  resetStates(layer);

  const leaves: Leaves = new Map();
  const tape = new GradientTape();
  const outputs = tape.record(() => invoke(layer, className, group, first, leaves));
  await expectValue(group, golden['outputs'], outputs, golden.tol, golden.check);
  await expectMask(group, golden, outputs);
  await expectWeightsAfter(group, golden, layer, first);
  await expectLosses(group, golden, layer);
  const grads = golden['grads'] as LayerGrads | undefined;
  if (grads !== undefined)
    await expectGradients(group, golden, grads, tape, outputs, leaves, layer);
  for (const [i, call] of ((golden['then'] ?? []) as Call[]).entries()) {
    const later = invoke(layer, className, group, call, new Map());
    await expectValue(group, call.outputs, later, golden.tol, golden.check, `then ${i}`);
    await expectWeightsAfter(group, golden, layer, call);
  }
  if (golden['output_shape'] !== undefined) expectSymbolicShape(golden, className, group, outputs);
}

function invoke(
  layer: AnyLayer,
  className: string,
  group: GoldenGroup,
  call: Call,
  leaves: Leaves,
): unknown {
  const values = call.inputs.map((spec, i) => valueOf(group, spec, leaves, `inputs.${i}`));
  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(call.call_kwargs)) {
    options[camelCase(name)] = valueOf(group, spec, leaves, `call_kwargs.${name}`);
  }
  nameFurtherInputs(className, values, options);
  return layer(values[0], options);
}

function nameFurtherInputs(
  className: string,
  values: readonly unknown[],
  options: Record<string, unknown>,
): void {
  values.slice(1).forEach((value, i) => {
    const name = FURTHER_INPUTS[className]?.[i];
    if (name === undefined) throw new CannotRun(`a further positional input of ${className}`);
    options[name] = value;
  });
}

function assignWeights(
  layer: Layer,
  group: GoldenGroup,
  weights: readonly { path: string; tensor: string }[],
): void {
  if (layer.weights.length !== weights.length) {
    const own = layer.weights.map((weight) => weight.path).join(', ');
    const wanted = weights.map(({ path }) => path).join(', ');
    throw new Error(`weights are [${own}], expected [${wanted}]`);
  }
  for (const [i, { tensor }] of weights.entries()) {
    layer.weights[i]!.assign(tensorNamed(group, tensor));
  }
}

function resetStates(layer: Layer): void {
  const { resetState } = layer as { resetState?: () => void };
  resetState?.call(layer);
  const inner = (layer as { layers?: readonly Layer[] }).layers ?? [];
  for (const item of inner) resetStates(item);
}

async function expectMask(group: GoldenGroup, golden: GoldenCase, outputs: unknown): Promise<void> {
  if (golden['output_mask'] === undefined) return;
  const mask = getMask(Array.isArray(outputs) ? (outputs[0] as Tensor) : (outputs as Tensor));
  if (mask === undefined) throw new Error('the output carries no mask');
  await expectValue(group, golden['output_mask'], mask, golden.tol, undefined, 'mask');
}

async function expectWeightsAfter(
  group: GoldenGroup,
  golden: GoldenCase,
  layer: Layer,
  call: Call,
): Promise<void> {
  for (const [index, name] of Object.entries(call.weights_after ?? {})) {
    const weight = layer.weights[Number(index)]!;
    await expectNamed(group, name, weight.value, golden.tol, `weight ${weight.path} after`);
  }
}

async function expectLosses(group: GoldenGroup, golden: GoldenCase, layer: Layer): Promise<void> {
  if (golden['losses'] === undefined) return;
  await expectValue(group, golden['losses'], [...layer.losses], golden.tol, undefined, 'losses');
}

async function expectGradients(
  group: GoldenGroup,
  golden: GoldenCase,
  grads: LayerGrads,
  tape: GradientTape,
  outputs: unknown,
  leaves: Leaves,
  layer: Layer,
): Promise<void> {
  const total = tape.record(() => weightedSum(group, grads.coeff, outputs));
  const targets = [
    ...Object.entries(grads.inputs).map(([path, name]) => ({
      path,
      name,
      source: leaves.get(path)!,
    })),
    ...Object.entries(grads.weights).map(([index, name]) => ({
      path: layer.weights[Number(index)]!.path,
      name,
      source: layer.weights[Number(index)]!,
    })),
  ];
  const found = tape.gradient(
    total,
    targets.map(({ source }) => source),
  );
  for (const [i, { path, name }] of targets.entries()) {
    const gradient = found[i];
    if (gradient === null || gradient === undefined) throw new Error(`no gradient for ${path}`);
    await expectNamed(group, name, gradient, grads.tol ?? golden.tol, `gradient ${path}`);
  }
}

/**
 * The layer, made anew, on symbolic inputs with an unknown batch size. Where Keras states a shape that
 * is vaguer than what it computes, or wrong (glu halves an axis), what it computes decides.
 */
function expectSymbolicShape(
  golden: GoldenCase,
  className: string,
  group: GoldenGroup,
  outputs: unknown,
): void {
  const layer = deserialize(golden['config']) as AnyLayer;
  const call = golden as unknown as Call;
  const symbolic = (value: unknown): unknown => {
    if (value instanceof Tensor) {
      return input({ batchShape: [null, ...value.shape.slice(1)], dtype: value.dtype });
    }
    if (Array.isArray(value)) return value.map(symbolic);
    if (isRecord(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, symbolic(item)]));
    }
    return value;
  };
  const values = call.inputs.map((spec) => symbolic(valueOf(group, spec)));
  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(call.call_kwargs)) {
    options[camelCase(name)] = symbolic(valueOf(group, spec));
  }
  nameFurtherInputs(className, values, options);
  const symbols = layer(values[0], options);
  try {
    expectShape(golden['output_shape'], symbols, 'output_shape');
  } catch (error) {
    if (!sameButBatch(symbols, outputs)) throw error;
  }
}

/** Whether symbolic outputs are the concrete ones with an unknown batch size. */
function sameButBatch(symbols: unknown, outputs: unknown): boolean {
  const found = leavesOf(symbols) as SymbolicTensor[];
  const concrete = leavesOf(outputs) as Tensor[];
  const text = (shape: readonly unknown[]): string => shape.slice(1).join();
  return (
    found.length === concrete.length &&
    found.every(({ shape, dtype }, i) => {
      const wanted = concrete[i]!;
      return shape[0] === null && text(shape) === text(wanted.shape) && dtype === wanted.dtype;
    })
  );
}

function expectShape(spec: unknown, actual: unknown, where: string): void {
  if (hasKey(spec, 'list')) {
    (spec.list as unknown[]).forEach((item, i) =>
      expectShape(item, (actual as unknown[])[i], `${where}.${i}`),
    );
    return;
  }
  if (hasKey(spec, 'dict')) {
    for (const [key, item] of Object.entries(spec.dict as object)) {
      expectShape(item, (actual as Record<string, unknown>)[key], `${where}.${key}`);
    }
    return;
  }
  const { shape, dtype } = spec as { shape: (number | null)[]; dtype: string };
  if (!(actual instanceof SymbolicTensor)) throw new Error(`${where}: not a symbolic tensor`);
  const got = `${actual.dtype}[${actual.shape.map(String).join(', ')}]`;
  const wanted = `${dtype}[${shape.map(String).join(', ')}]`;
  if (got !== wanted) throw new Error(`${where}: ${got}, expected ${wanted}`);
}
