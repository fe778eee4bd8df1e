/** Training runs: a compiled model from its file, trained as Keras trained it, compared all along. */
import { join } from 'node:path';
import { isRecord, type Tensor } from '@addax/core';
import { Callback, type DataStruct, loadModel, type Logs } from '@addax/frontend';
import type { GoldenCase, GoldenGroup } from './case-file.ts';
import { closeTo, expectNamed, expectValue } from './compare.ts';
import { expectWeights } from './model-cases.ts';
import { camelCase, valueOf } from './spec.ts';

/** Notes the loss that callbacks see after each batch. */
class BatchLoss extends Callback {
  readonly values: number[] = [];

  override onTrainBatchEnd(_batch: number, logs: Logs): void {
    this.values.push(logs['loss']!);
  }
}

/** Runs one case of `training`. */
export async function runTrainingCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const { tol } = golden;
  const model = await loadModel(join(group.folder, String(golden['file'])));
  const initial = golden['initial_weights'] as { path: string; tensor: string }[];
  await expectWeights(group, initial, model);

  const specs = golden['data'] as Readonly<Record<string, unknown>>;
  const data = (name: string): DataStruct => valueOf(group, specs[name]) as DataStruct;
  const x = data('x');
  const y = data('y');
  const batchLoss = new BatchLoss();
  const fit = Object.fromEntries(
    Object.entries(golden['fit'] as object).map(([name, value]) => [camelCase(name), value]),
  );
  const validation =
    specs['x_val'] === undefined ? {} : { validationData: [data('x_val'), data('y_val')] };
  const sampleWeight =
    specs['sample_weight'] === undefined ? {} : { sampleWeight: data('sample_weight') };
  const history = await model.fit(x, y, {
    ...fit,
    ...validation,
    ...sampleWeight,
    verbose: 0,
    callbacks: [batchLoss],
  });
  expectLogs('history', history.history, golden['history'], tol);
  expectLogs('batch', { loss: batchLoss.values }, { loss: golden['batch_loss'] }, tol);
  const size = (golden['fit'] as { batch_size?: number }).batch_size;
  const logs = await model.evaluate(x, y, { batchSize: size, verbose: 0 });
  expectLogs('evaluate', logs, golden['evaluate'], tol);
  const rows = firstRows(x, 4);
  await expectValue(
    group,
    golden['predict'],
    await model.predict(rows, { verbose: 0 }),
    tol,
    undefined,
    'predict',
  );
  for (const [i, name] of (golden['final_weights'] as string[]).entries()) {
    const weight = model.weights[i]!;
    await expectNamed(group, name, weight.value, tol, `final ${weight.path}`);
  }
  const state = golden['final_optimizer'] as string[];
  if (state.length !== model.optimizer.variables.length) {
    throw new Error(
      `the optimizer has ${model.optimizer.variables.length} variables, expected ${state.length}`,
    );
  }
  for (const [i, name] of state.entries()) {
    const variable = model.optimizer.variables[i]!;
    await expectNamed(group, name, variable.value, tol, `final ${variable.path}`);
  }
}

function firstRows(x: unknown, count: number): DataStruct {
  if (Array.isArray(x)) return x.map((item) => firstRows(item, count)) as DataStruct;
  if (isRecord(x)) {
    return Object.fromEntries(
      Object.entries(x).map(([key, item]) => [key, firstRows(item, count)]),
    ) as DataStruct;
  }
  const tensor = x as Tensor;
  const { shape } = tensor;
  return tensor.slice(
    shape.map(() => 0),
    [count, ...shape.slice(1)],
  );
}

function expectLogs(
  where: string,
  actual: Readonly<Record<string, unknown>>,
  expected: unknown,
  tol: GoldenCase['tol'],
): void {
  for (const [name, wanted] of Object.entries(expected as Record<string, number | number[]>)) {
    const found = actual[name];
    if (found === undefined) {
      throw new Error(`${where}: no "${name}" among ${Object.keys(actual).join(', ')}`);
    }
    const complaint = closeTo([found].flat() as number[], [wanted].flat(), tol);
    if (complaint !== undefined) throw new Error(`${where} ${name}: ${complaint}`);
  }
}
