/** Comparing what came out with what Keras gave: shapes, dtypes, values within tolerance, checks. */
import { decode, fromHostArray, type HostTensor, isRecord, Tensor } from '@addax/core';
import type { NamedArray } from '@addax/formats';
import type { GoldenGroup, Tolerance } from './case-file.ts';
import { CannotRun, hasKey } from './spec.ts';

/** A way to compare one tensor; gives a complaint, or undefined if it is right. */
type Check = (
  actual: readonly number[],
  expected: readonly number[],
  shape: readonly number[],
) => string | undefined;

/** Compares a result with the spec of the expected one; throws with the first difference. */
export async function expectValue(
  group: GoldenGroup,
  spec: unknown,
  actual: unknown,
  tol: Tolerance,
  check?: string,
  where = 'output',
): Promise<void> {
  if (hasKey(spec, 'complex')) throw new CannotRun('complex results');
  if (hasKey(spec, 'strings') || hasKey(spec, 'ragged'))
    throw new CannotRun('string or ragged results');
  if (hasKey(spec, 'tensor')) {
    await expectTensor(lookUp(group, String(spec.tensor)), actual, tol, check, where);
    return;
  }
  const list = hasKey(spec, 'tensors')
    ? (spec.tensors as string[]).map((tensor) => ({ tensor }))
    : hasKey(spec, 'list')
      ? (spec.list as unknown[])
      : undefined;
  if (list !== undefined) {
    if (!Array.isArray(actual) || actual.length !== list.length) {
      throw new Error(`${where}: expected a list of ${list.length}, got ${summary(actual)}`);
    }
    for (const [i, item] of list.entries()) {
      await expectValue(group, item, actual[i], tol, check, `${where}.${i}`);
    }
    return;
  }
  if (hasKey(spec, 'dict')) {
    const record = spec.dict as Record<string, unknown>;
    if (!isRecord(actual)) throw new Error(`${where}: expected a record, got ${summary(actual)}`);
    for (const [key, item] of Object.entries(record)) {
      await expectValue(group, item, actual[key], tol, check, `${where}.${key}`);
    }
    return;
  }
  await expectPlain(spec, actual, tol, where);
}

function lookUp(group: GoldenGroup, name: string): NamedArray {
  const array = group.tensors.get(name);
  if (array === undefined) throw new CannotRun(`no tensor "${name}" in the golden file`);
  return array;
}

/** Compares one tensor by its name in the group. */
export async function expectNamed(
  group: GoldenGroup,
  name: string,
  actual: unknown,
  tol: Tolerance,
  where: string,
): Promise<void> {
  await expectTensor(lookUp(group, name), actual, tol, undefined, where);
}

async function expectTensor(
  expected: NamedArray,
  actual: unknown,
  tol: Tolerance,
  check: string | undefined,
  where: string,
): Promise<void> {
  if (!(actual instanceof Tensor)) {
    if (!isHostTensor(actual)) {
      throw new Error(`${where}: expected a tensor, got ${summary(actual)}`);
    }
    const value = fromHostArray(actual.data, actual.shape, actual.dtype);
    await expectTensor(expected, value, tol, check, where);
    return;
  }
  const shape = `[${expected.shape.join(', ')}]`;
  if (`[${actual.shape.join(', ')}]` !== shape) {
    throw new Error(`${where}: shape [${actual.shape.join(', ')}], expected ${shape}`);
  }
  if (actual.dtype !== expected.dtype) {
    throw new Error(`${where}: dtype ${actual.dtype}, expected ${expected.dtype}`);
  }
  // The values of a partition are checked against its input, by the caller.
  if (check === 'shape_dtype' || check === 'argpartition') return;
  const values = numbers(await actual.data());
  const wanted = numbers(decode(expected.data, expected.dtype));
  const complaint =
    check === undefined
      ? closeTo(values, wanted, tol)
      : checkNamed(check, tol)(values, wanted, expected.shape);
  if (complaint !== undefined) throw new Error(`${where}: ${complaint}`);
}

function isHostTensor(value: unknown): value is HostTensor {
  return isRecord(value) && 'data' in value && 'shape' in value && 'dtype' in value;
}

function numbers(data: ArrayLike<number | bigint>): number[] {
  return Array.from(data, Number);
}

/** The first element out of tolerance, in words. */
export function closeTo(
  actual: readonly number[],
  expected: readonly number[],
  { rtol, atol }: Tolerance,
): string | undefined {
  for (const [i, wanted] of expected.entries()) {
    const value = actual[i]!;
    if (Object.is(value, wanted) || value === wanted) continue;
    if (Number.isNaN(value) && Number.isNaN(wanted)) continue;
    if (!(Math.abs(value - wanted) <= atol + rtol * Math.abs(wanted)) || !Number.isFinite(wanted)) {
      return `element ${i} is ${value}, expected ${wanted} (rtol ${rtol}, atol ${atol})`;
    }
  }
  return undefined;
}

function checkNamed(name: string, tol: Tolerance): Check {
  const last = (shape: readonly number[]): number => shape.at(-1) ?? 1;
  switch (name) {
    case 'off_by_one':
      return (actual, expected) => closeTo(actual, expected, { rtol: 0, atol: 1 });
    case 'unordered_last':
      return (actual, expected, shape) =>
        closeTo(sortRows(actual, last(shape)), sortRows(expected, last(shape)), tol);
    default:
      throw new CannotRun(`check "${name}"`);
  }
}

function sortRows(values: readonly number[], size: number): number[] {
  const rows: number[] = [];
  for (let i = 0; i < values.length; i += size) {
    rows.push(...values.slice(i, i + size).toSorted((a, b) => a - b));
  }
  return rows;
}

async function expectPlain(
  expected: unknown,
  actual: unknown,
  tol: Tolerance,
  where: string,
): Promise<void> {
  const plain = actual instanceof Tensor ? await actual.array() : actual;
  if (typeof expected === 'number') {
    const complaint = closeTo([Number(plain)], [expected], tol);
    if (complaint !== undefined) throw new Error(`${where}: ${complaint}`);
    return;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(plain) || plain.length !== expected.length) {
      throw new Error(`${where}: expected a list of ${expected.length}, got ${summary(plain)}`);
    }
    for (const [i, item] of expected.entries()) {
      await expectPlain(item, plain[i], tol, `${where}.${i}`);
    }
    return;
  }
  if (JSON.stringify(plain ?? null) !== JSON.stringify(expected)) {
    throw new Error(`${where}: got ${summary(plain)}, expected ${JSON.stringify(expected)}`);
  }
}

function summary(value: unknown): string {
  if (value instanceof Tensor) return value.toString();
  if (typeof value === 'function') return 'a function';
  return JSON.stringify(value) ?? String(value);
}
