import { describe, expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { useBackend } from '../backend/select.ts';
import { ArgumentError } from '../errors.ts';
import * as random from '../random/index.ts';
import { SymbolicTensor } from '../symbolic/symbolic-tensor.ts';
import { tensor } from '../tensor/create.ts';
import * as ops from './index.ts';
import { checkOptions } from './options.ts';

useBackend(cpu.createSync!());

type Callable = (...args: readonly unknown[]) => unknown;

/** Parameters that hold options under another name; how many arguments come before them. */
const UNNAMED: Readonly<Record<string, number>> = { arange: 1, meshgrid: 1 };

/** Where a function takes its options, found in its own text; undefined if it takes none. */
function placeOf(name: string, fn: Callable): number | undefined {
  const text = String(fn);
  const parameters = text.slice(text.indexOf('(') + 1, text.search(/\)\s*\{/)).split(',');
  const place = parameters.findIndex((parameter) => /^\s*options\b/.test(parameter));
  return place < 0 ? UNNAMED[name] : place;
}

/** [name in messages, function, place of its options] for all of a namespace that take some. */
function takingOptions(namespace: object, prefix: string): [string, Callable, number][] {
  return Object.entries(namespace).flatMap(([name, fn]: [string, unknown]) => {
    if (typeof fn !== 'function' || fn === random.SeedGenerator) return [];
    const place = placeOf(name, fn as Callable);
    return place === undefined ? [] : [[`${prefix}${name}`, fn as Callable, place]];
  });
}

const all = [...takingOptions(ops, ''), ...takingOptions(random, 'random.')];
// Options are looked at before anything else, so that any operands will do.
const call = (fn: Callable, place: number, last: unknown): unknown =>
  fn(...Array.from({ length: place }, () => 3), last);

describe('options', () => {
  test('are found in every function that has some', () => {
    const names = all.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(['sum', 'var', 'arange', 'random.dropout']));
    expect(names.length).toBeGreaterThanOrEqual(155);
  });

  test.each(all)('%s refuses those it does not know', (name, fn, place) => {
    const attempt = (): unknown => call(fn, place, { wrongName: 1 });
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(`${name}: unknown option "wrongName"; it takes `);
  });

  test.each(all)('%s refuses what is no record', (name, fn, place) => {
    // The operands of meshgrid are any number of tensors.
    if (name === 'meshgrid') return;
    for (const given of name === 'arange' ? ['int32', [1]] : [null, 1, 'same', [1], tensor([1])]) {
      expect(() => call(fn, place, given)).toThrow(ArgumentError);
      expect(() => call(fn, place, given)).toThrow(`${name}: options must be a record such as {`);
    }
  });

  test('of other libraries are not ignored, and the message lists what there is', () => {
    const x = tensor([1, 2, 3, 4], [2, 2]) as never;
    expect(() => ops.sum(x, { keepDims: true } as never)).toThrow(
      'sum: unknown option "keepDims"; it takes axis, keepdims.',
    );
    expect(() => ops.softmax(x, { dim: 0 } as never)).toThrow(
      'softmax: unknown option "dim"; it takes axis.',
    );
    expect(() => ops.concatenate(x, tensor([1]) as never)).toThrow(/, not Tensor/);
  });

  test('of methods and of symbolic calls are checked too', () => {
    expect(() => tensor([1, 2]).mean({ dim: 0 } as never)).toThrow(/^mean: unknown option "dim"/);
    const x = new SymbolicTensor([null, 3], 'float32');
    expect(() => ops.max(x, { keepDims: true } as never)).toThrow(/^max: unknown option/);
  });

  test('of a generator are checked too', () => {
    expect(() => new random.SeedGenerator(1, { label: 'a' } as never)).toThrow(
      'SeedGenerator: unknown option "label"; it takes name.',
    );
  });

  test('may stand in a record without prototype, and what prototypes hold is not given', () => {
    const bare = Object.assign(Object.create(null) as object, { axis: 0 });
    expect(ops.sum(tensor([1, 2], [1, 2]), bare).shape).toEqual([2]);
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    prototype['extra'] = 1;
    try {
      expect(ops.sum(tensor([1, 2], [1, 2]), { axis: 0 }).shape).toEqual([2]);
    } finally {
      delete prototype['extra'];
    }
  });

  test('are listed as their type has them, or the program does not compile', () => {
    const options: { readonly axis?: number; readonly k?: number } = { axis: 1 };
    checkOptions('op', options, 'axis k');
    // @ts-expect-error one is missing
    expect(() => checkOptions('op', options, 'k')).toThrow(ArgumentError);
    // @ts-expect-error one is too many
    checkOptions('op', options, 'axis k dtype');
  });
});
