/**
 * Saved models: every file of a case is loaded through the public API, and weights, optimizer state,
 * outputs and those of inner layers are compared.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operand, Struct, Tensor } from '@addax/core';
import { loadModel, Model } from '@addax/frontend';
import { modelFromJson } from '@addax/frontend/saving';
import type { GoldenCase, GoldenGroup } from './case-file.ts';
import { expectNamed, expectValue } from './compare.ts';
import { valueOf } from './spec.ts';

/** Weights must be equal to the bit. */
const EXACT = { rtol: 0, atol: 0 };

interface NamedWeight {
  readonly path: string;
  readonly tensor: string;
}

/** Runs one case of `models`. */
export async function runModelCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const files = golden['files'] as Readonly<Record<string, string>>;
  const path = (kind: string): string | undefined =>
    files[kind] === undefined ? undefined : join(group.folder, files[kind]);
  const keras = path('keras');
  if (keras !== undefined) {
    const model = await loadModel(keras);
    await expectModel(group, golden, model);
    const weights = path('weights_h5');
    if (weights !== undefined) {
      for (const variable of model.weights)
        variable.assign(variable.value.mul(0).cast(variable.dtype));
      await model.loadWeights(weights);
      await expectModel(group, golden, model);
    }
  }
  for (const kind of ['legacy_h5', 'keras2_h5']) {
    const file = path(kind);
    if (file !== undefined) await expectModel(group, golden, await loadModel(file));
  }
  const json = path('keras2_json');
  if (json !== undefined) {
    const model = modelFromJson(readFileSync(json, 'utf8'));
    await model.loadWeights(path('keras2_h5')!);
    await expectModel(group, golden, model);
  }
}

async function expectModel(group: GoldenGroup, golden: GoldenCase, model: Model): Promise<void> {
  await expectWeights(group, golden['weights'] as readonly NamedWeight[], model);
  const optimizer = golden['optimizer'] as { variables: readonly NamedWeight[] } | undefined;
  if (optimizer !== undefined) {
    const { variables } = model.optimizer;
    if (variables.length !== optimizer.variables.length) {
      throw new Error(
        `the optimizer has ${variables.length} variables, expected ${optimizer.variables.length}`,
      );
    }
    for (const [i, { path, tensor }] of optimizer.variables.entries()) {
      await expectNamed(group, tensor, variables[i]!.value, EXACT, path);
    }
  }
  const inputs = valueOf(group, golden['inputs']) as Struct<Tensor>;
  await expectValue(group, golden['outputs'], model(inputs), golden.tol);
  type Intermediate = { readonly layer: string; readonly outputs: unknown };
  for (const { layer, outputs } of (golden['intermediates'] ?? []) as readonly Intermediate[]) {
    const { output } = model.getLayer(layer);
    const inner = new Model({ inputs: model.input, outputs: output });
    await expectValue(
      group,
      outputs,
      inner(inputs as Struct<Operand>),
      golden.tol,
      undefined,
      layer,
    );
  }
}

/** The weights of a model, by their order. */
export async function expectWeights(
  group: GoldenGroup,
  expected: readonly NamedWeight[],
  model: Model,
): Promise<void> {
  const { weights } = model;
  if (weights.length !== expected.length) {
    throw new Error(`the model has ${weights.length} weights, expected ${expected.length}`);
  }
  for (const [i, { path, tensor }] of expected.entries()) {
    await expectNamed(group, tensor, weights[i]!.value, EXACT, `weight ${path}`);
  }
}
