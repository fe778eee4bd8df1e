import { expect, test } from '@jest/globals';
import { SAMPLES } from '../samples.ts';
import { describeOps } from './describe.ts';
import { OP_NAMES, PRIMITIVES } from './table.ts';

test('every op is described', () => {
  const rows = describeOps();
  expect(rows.map(({ name }) => name)).toEqual(OP_NAMES);
  for (const row of rows) {
    expect(row.doc).toMatch(/\.$/);
    expect(row.gradient).not.toBe('');
  }
});

test('every op has samples, and every differentiable one a sample of its gradient', () => {
  const forwardOnly = new Set(['while']);
  for (const name of OP_NAMES) {
    const own = SAMPLES.filter(({ op }) => op === name);
    expect(own.length).toBeGreaterThan(0);
    if (PRIMITIVES[name].vjp === undefined || forwardOnly.has(name)) continue;
    expect(own.some(({ gradient }) => gradient)).toBe(name !== 'cast');
  }
});

test('sample names are unique within an op', () => {
  const names = SAMPLES.map(({ op, name }) => `${op}: ${name}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
