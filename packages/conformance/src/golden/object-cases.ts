/** Cases that deserialise one object and use it: losses, metrics, optimizers, schedules and others. */
import {
  GradientTape,
  type Tensor,
  tensor,
  Variable,
  type PromotionType,
  resultType,
} from '@addax/core';
import {
  type initializers,
  type schedules,
  type Loss,
  type Metric,
  type Optimizer,
  setMask,
} from '@addax/frontend';
import { deserialize } from '@addax/frontend/saving';
import type { GoldenCase, GoldenGroup } from './case-file.ts';
import { closeTo, expectNamed, expectValue } from './compare.ts';
import { runOpCase } from './op-cases.ts';
import { expectHostStatistics } from './statistics.ts';
import { tensorNamed, valueOf } from './spec.ts';

function made<T>(golden: GoldenCase): T {
  return deserialize(golden['config']) as T;
}

/** A loss class, or a loss function as an op. */
export async function runLossCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  if (golden['config'] === undefined) {
    await runOpCase(group, golden);
    return;
  }
  const loss = made<Loss>(golden);
  const yTrue = valueOf(group, golden['y_true']) as Tensor;
  const yPred = valueOf(group, golden['y_pred']) as Tensor;
  if (golden['mask'] !== undefined) setMask(yPred, valueOf(group, golden['mask']) as Tensor);
  const sampleWeight = valueOf(group, golden['sample_weight'] ?? null) as Tensor | null;
  const tape = new GradientTape();
  const value = tape.record(() =>
    loss(yTrue, yPred, sampleWeight === null ? {} : { sampleWeight }),
  );
  await expectValue(group, golden['outputs'], value, golden.tol);
  const grads = golden['grads'] as { y_pred?: string; tol?: GoldenCase['tol'] } | undefined;
  if (grads?.y_pred === undefined) return;
  const [gradient] = tape.gradient(value, [yPred]);
  if (gradient === null || gradient === undefined) throw new Error('no gradient for y_pred');
  await expectNamed(group, grads.y_pred, gradient, grads.tol ?? golden.tol, 'gradient y_pred');
}

interface MetricUpdate {
  readonly values?: unknown;
  readonly y_true?: unknown;
  readonly y_pred?: unknown;
  readonly sample_weight?: unknown;
  readonly result: unknown;
  readonly variables: readonly string[];
}

/** Every metric takes one of these; its class knows which. */
interface Updated {
  updateState(values: Tensor, options: object): void;
  updateState(yTrue: Tensor, yPred: Tensor, options: object): void;
}

/** A metric through its updates and reset. */
export async function runMetricCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  if (golden['config'] === undefined) {
    await runOpCase(group, golden);
    return;
  }
  const metric = made<Metric>(golden) as Metric & Updated;
  for (const [step, update] of (golden['updates'] as MetricUpdate[]).entries()) {
    const weight = update.sample_weight ?? null;
    const options = weight === null ? {} : { sampleWeight: valueOf(group, weight) as Tensor };
    if (update.values !== undefined) {
      metric.updateState(valueOf(group, update.values) as Tensor, options);
    } else {
      const yTrue = valueOf(group, update.y_true) as Tensor;
      metric.updateState(yTrue, valueOf(group, update.y_pred) as Tensor, options);
    }
    await expectValue(
      group,
      update.result,
      metric.result(),
      golden.tol,
      undefined,
      `result ${step}`,
    );
    for (const [i, name] of update.variables.entries()) {
      const variable = metric.variables[i];
      if (variable === undefined) throw new Error(`variable ${i} is missing`);
      await expectNamed(group, name, variable.value, golden.tol, `step ${step} variable ${i}`);
    }
  }
  const reset = golden['after_reset'] as { result: unknown } | undefined;
  if (reset === undefined) return;
  metric.resetState();
  await expectValue(group, reset.result, metric.result(), golden.tol, undefined, 'after reset');
}

interface OptimizerStep {
  readonly grads: readonly (string | null)[];
  readonly variables: readonly string[];
  readonly optimizer_variables: readonly string[];
  readonly learning_rate: number;
  readonly iterations: number;
}

interface GoldenVariable {
  readonly path: string;
  readonly tensor: string;
  readonly attributes?: { readonly constraint?: unknown };
}

/** An optimizer through its steps. */
export async function runOptimizerCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const optimizer = made<Optimizer>(golden);
  const variables = (golden['variables'] as GoldenVariable[]).map((item) => {
    const variable = new Variable(tensorNamed(group, item.tensor), {
      name: item.path.slice(item.path.lastIndexOf('/') + 1),
      path: item.path,
    });
    const { constraint } = item.attributes ?? {};
    if (constraint !== undefined) {
      variable.constraint = deserialize(constraint) as (value: Tensor) => Tensor;
    }
    return variable;
  });
  optimizer.build(variables);
  const states = golden['optimizer_variables'] as { name: string; initial: string }[];
  const count = optimizer.variables.length;
  if (count !== states.length) {
    const names = optimizer.variables.map((variable) => variable.name).join(', ');
    throw new Error(`optimizer has ${count} variables (${names}), expected ${states.length}`);
  }
  for (const [i, { name, initial }] of states.entries()) {
    await expectNamed(group, initial, optimizer.variables[i]!.value, golden.tol, `initial ${name}`);
  }
  for (const [index, step] of (golden['steps'] as OptimizerStep[]).entries()) {
    const grads = step.grads.map((name) => (name === null ? null : tensorNamed(group, name)));
    optimizer.apply(grads, variables);
    for (const [i, name] of step.variables.entries()) {
      await expectNamed(
        group,
        name,
        variables[i]!.value,
        golden.tol,
        `step ${index} variable ${i}`,
      );
    }
    for (const [i, name] of step.optimizer_variables.entries()) {
      const state = optimizer.variables[i]!.value;
      await expectNamed(group, name, state, golden.tol, `step ${index} ${states[i]!.name}`);
    }
    const iterations = await optimizer.iterations.value.item();
    if (iterations !== step.iterations) {
      throw new Error(`step ${index}: iterations ${iterations}, expected ${step.iterations}`);
    }
  }
  if (golden['finalize'] !== true) return;
  optimizer.finalizeVariableValues(variables);
  for (const [i, name] of (golden['finalized'] as string[]).entries()) {
    await expectNamed(group, name, variables[i]!.value, golden.tol, `finalized ${i}`);
  }
}

/** A learning-rate schedule at some steps. */
export async function runScheduleCase(_group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const schedule = made<schedules.LearningRateSchedule>(golden);
  const steps = golden['steps'] as number[];
  const actual: number[] = [];
  for (const step of steps) {
    actual.push(await schedule(tensor(step, [], 'int32')).item());
  }
  const complaint = closeTo(actual, golden['outputs'] as number[], golden.tol);
  if (complaint !== undefined) throw new Error(complaint);
}

/** A regularizer or a constraint on one tensor. */
export async function runTensorFunctionCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const fn = made<(x: Tensor) => Tensor>(golden);
  const x = valueOf(group, golden['inputs']) as Tensor;
  const tape = new GradientTape();
  const value = tape.record(() => fn(x));
  await expectValue(group, golden['outputs'], value, golden.tol);
  const grads = golden['grads'] as { inputs?: string } | undefined;
  if (grads?.inputs === undefined) return;
  const [gradient] = tape.gradient(value, [x]);
  if (gradient === null || gradient === undefined) throw new Error('no gradient for inputs');
  await expectNamed(group, grads.inputs, gradient, golden.tol, 'gradient inputs');
}

/** An initializer: values, or a distribution. */
export async function runInitializerCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const initializer = made<initializers.Initializer>(golden);
  const shape = golden['shape'] as number[];
  const dtype = (golden['dtype'] as string | null) ?? 'float32';
  const drawn = initializer.draw(shape, dtype as 'float32');
  if (golden['kind'] === 'values') {
    const value = tensor(drawn.data, drawn.shape, drawn.dtype);
    await expectValue(group, golden['outputs'], value, golden.tol);
    return;
  }
  expectHostStatistics(golden, Array.from(drawn.data, Number));
}

/** Promotion of two operands. */
export async function runDTypeCase(_group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const types = golden['dtypes'] as PromotionType[];
  const actual = resultType(...types);
  if (actual !== golden['outputs']) {
    throw new Error(`${types.join(' and ')} give ${actual}, expected ${String(golden['outputs'])}`);
  }
}
