/**
 * Weights of TensorFlow.js: groups of shards, each a run of arrays, float32 or quantised. Layers are
 * found by the names of the arrays (`dense_1/kernel`); within a layer the order counts.
 */
import {
  type DType,
  FormatError,
  halfToFloat,
  type HostArray,
  isRecord,
  UnsupportedError,
  type Variable,
} from '@addax/core';
import type { RandomAccess } from '@addax/formats';
import type { Layer } from '../layers/layer.ts';
import { Model } from '../models/model.ts';
import { companion } from './companions.ts';
import { loadFormats } from './formats.ts';
import type { CompanionFiles, LoadSource } from './load-options.ts';
import { type ApplyOptions, type StoredArray, WeightPlan } from './weight-plan.ts';

/** Sets the weights of a model from the manifest of a `model.json`. */
export async function readTfjsWeights(
  model: Model,
  manifest: unknown,
  source: LoadSource,
  files: CompanionFiles | undefined,
  options: ApplyOptions,
): Promise<void> {
  const groups = groupsOf(manifest);
  const { openSource } = await loadFormats();
  const opened: RandomAccess[] = [];
  try {
    const arrays: NamedStored[] = [];
    for (const { paths, weights } of groups) {
      const shards: RandomAccess[] = [];
      for (const path of paths) {
        const shard = await openSource(companion(source, path, files));
        opened.push(shard);
        shards.push(shard);
      }
      arrays.push(...layOut(weights, shards));
    }
    const plan = new WeightPlan();
    planByLayer(plan, model, arrays);
    await plan.apply(options);
  } finally {
    for (const shard of opened) await shard.close();
  }
}

/** Elements of all arrays that a manifest lists. */
export function elementsInManifest(manifest: unknown): number {
  const groups = groupsOf(manifest);
  const shapes = groups.flatMap(({ weights }) => weights.map(({ shape }) => shape));
  return shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

function groupsOf(manifest: unknown): readonly ManifestGroup[] {
  if (!Array.isArray(manifest)) throw new FormatError('"weightsManifest" is not a list.');
  return (manifest as unknown[]).map(checkGroup);
}

interface ManifestGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}

interface NamedStored extends StoredArray {
  readonly name: string;
}

interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
}

interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly quantization: Quantization | undefined;
}

function checkGroup(group: unknown): ManifestGroup {
  const { paths, weights } = isRecord(group) ? group : {};
  if (!Array.isArray(paths) || !Array.isArray(weights)) {
    throw new FormatError('a group of "weightsManifest" has no paths or no weights.');
  }
  return { paths: paths.map(String), weights: weights.map(checkSpec) };
}

function checkSpec(spec: unknown): WeightSpec {
  const { name, shape, dtype, quantization } = isRecord(spec) ? spec : {};
  if (typeof name !== 'string' || !isShape(shape)) {
    throw new FormatError('a weight of "weightsManifest" has no name or no shape.');
  }
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new UnsupportedError(`weight "${name}" has dtype ${String(dtype)}, which is not read.`);
  }
  return { name, shape, dtype, quantization: checkQuantization(name, quantization) };
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function checkQuantization(name: string, value: unknown): Quantization | undefined {
  if (value === undefined || value === null) return undefined;
  const { dtype, scale = 1, min = 0 } = isRecord(value) ? value : {};
  const known = dtype === 'uint8' || dtype === 'uint16' || dtype === 'float16';
  if (known && typeof scale === 'number' && typeof min === 'number') return { dtype, scale, min };
  throw new UnsupportedError(
    `weight "${name}" is quantised to ${String(dtype)}, which is not read.`,
  );
}

const BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

/** Places of the arrays: one after the other through all shards of their group. */
function layOut(weights: readonly WeightSpec[], shards: readonly RandomAccess[]): NamedStored[] {
  const total = shards.reduce((sum, { size }) => sum + size, 0);
  let position = 0;
  const arrays = weights.map((spec) => {
    const stored = spec.quantization?.dtype ?? (spec.dtype as keyof typeof BYTES);
    const length = spec.shape.reduce((a, b) => a * b, BYTES[stored]);
    const start = position;
    position += length;
    return {
      name: spec.name,
      shape: spec.shape,
      dtype: spec.dtype,
      data: async () => decodeStored(spec, stored, await readAcross(shards, start, length)),
    };
  });
  if (position !== total) {
    throw new FormatError(
      `the shards of the weights hold ${total} bytes, but the arrays need ${position}.`,
    );
  }
  return arrays;
}

/** Bytes that may begin in one shard and end in another, in memory of their own. */
async function readAcross(
  shards: readonly RandomAccess[],
  start: number,
  length: number,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const shard of shards) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(start + length - offset, shard.size);
    if (from < to) bytes.set(await shard.read(from, to - from), offset + from - start);
    offset += shard.size;
  }
  return bytes.buffer;
}

function decodeStored(
  { dtype, quantization }: WeightSpec,
  stored: keyof typeof BYTES,
  buffer: ArrayBuffer,
): HostArray {
  if (quantization === undefined) {
    if (stored === 'float32') return new Float32Array(buffer);
    return stored === 'int32' ? new Int32Array(buffer) : new Uint8Array(buffer);
  }
  const raw = stored === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  if (stored === 'float16') return Float32Array.from(raw, halfToFloat);
  const { scale, min } = quantization;
  if (dtype === 'float32') return Float32Array.from(raw, (q) => q * scale + min);
  return Int32Array.from(raw, (q) => Math.round(q * scale + min));
}

/** Arrays by layer: the first part of the name that is the name of a layer that is no model. */
function planByLayer(plan: WeightPlan, model: Model, arrays: readonly NamedStored[]): void {
  const layers = new Map(leafLayers(model).map((layer) => [layer.name, layer]));
  const groups = new Map<Layer, { path: string; array: StoredArray }[]>();
  for (const array of arrays) {
    const owner = array.name.split('/').find((part) => layers.has(part));
    const layer = owner === undefined ? undefined : layers.get(owner);
    if (layer === undefined) {
      plan.reject(array.name, 'the name of a layer', 'a name of none');
      continue;
    }
    groups.set(layer, [...(groups.get(layer) ?? []), { path: array.name, array }]);
  }
  for (const layer of layers.values()) {
    const variables: Variable[] = [...layer.trainableWeights, ...layer.nonTrainableWeights];
    const found = groups.get(layer) ?? [];
    if (variables.length > 0 || found.length > 0) plan.addAll(layer.name, variables, found);
  }
}

function leafLayers(model: Model): Layer[] {
  return model.layers.flatMap((layer) => (layer instanceof Model ? leafLayers(layer) : [layer]));
}
