/**
 * Models as `.onnx` files. The package that writes them is fetched at the first export, so that
 * applications that export nothing need not have it.
 */
import { ArgumentError, type DType, leavesOf, type Tensor, UnsupportedError } from '@addax/core';
import type { Model } from '../models/model.ts';
import { loadFormats } from './formats.ts';
import type { ExportInput, ExportModelOptions, SaveTarget } from './save-options.ts';

/** Exports a model; see {@link Model.export}. Without a target the bytes are returned. */
export async function exportModel(
  model: Model,
  target: SaveTarget | undefined,
  options: ExportModelOptions,
): Promise<Uint8Array | undefined> {
  const name = nameOf(target);
  if (name !== undefined && !/\.onnx$/i.test(name)) {
    throw new ArgumentError(`a model is exported as '….onnx', got "${name}".`);
  }
  const { batch = 'dynamic', opset, metadata } = options;
  if (batch !== 'dynamic' && !(Number.isInteger(batch) && batch > 0)) {
    throw new ArgumentError(`batch must be 'dynamic' or a positive integer, got ${String(batch)}.`);
  }
  const size = batch === 'dynamic' ? null : batch;
  const specs = inputsOf(model, options.inputs).map(({ shape, ...spec }) => ({
    ...spec,
    shape: [size, ...shape.slice(1)],
  }));
  const { exportOnnx } = await loadOnnx();
  const answer = (...inputs: Tensor[]): readonly unknown[] =>
    leavesOf(model.invoke(inputs.length === 1 ? inputs[0]! : inputs, { training: false }));
  const file = name?.replace(/^.*[/\\]/, '');
  const { bytes, external } = await exportOnnx(answer, specs, {
    label: model.name,
    opset,
    metadata,
    outputNames: outputNamesOf(model),
    // One stream takes one file; what protobuf cannot hold is the runtime's error then.
    ...(file === undefined ? { externalAbove: Infinity } : { externalName: `${file}.data` }),
  });
  if (target === undefined) return bytes;
  const { writeTo } = await loadFormats();
  // The model names the other file, so that file is there first.
  if (external !== undefined) await writeTo(beside(target, external.name), external.chunks);
  await writeTo(target, [bytes]);
  return undefined;
}

interface Input {
  readonly name: string | undefined;
  readonly shape: readonly (number | null)[];
  readonly dtype: DType | undefined;
}

function inputsOf(model: Model, given: readonly ExportInput[] | undefined): Input[] {
  if (given !== undefined) {
    return given.map(({ name, shape, dtype }) => ({ name, shape: [null, ...shape], dtype }));
  }
  const declared = model.built ? model.inputs : [];
  if (declared.length > 0) {
    return declared.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  }
  throw new ArgumentError(
    `${model.label} declares no inputs: say what export is to trace it with, as in ` +
      "export('m.onnx', { inputs: [{ shape: [28, 28, 1], name: 'image' }] }), without the batch axis.",
  );
}

/** The outputs' names; layers that give several outputs have one name for all, so they are numbered. */
function outputNamesOf(model: Model): readonly string[] | undefined {
  const names = model.outputNames;
  return names !== undefined && new Set(names).size === names.length ? names : undefined;
}

function nameOf(target: SaveTarget | undefined): string | undefined {
  if (typeof target === 'string') return target;
  return target instanceof URL ? target.pathname : undefined;
}

function beside(target: SaveTarget, name: string): string | URL {
  return target instanceof URL ? new URL(name, target) : String(target).replace(/[^/\\]*$/, name);
}

async function loadOnnx(): Promise<typeof import('@addax/onnx')> {
  try {
    return await import('@addax/onnx');
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UnsupportedError(
      'exporting models needs the package @addax/onnx: npm install @addax/onnx',
      { cause: error },
    );
  }
}
