import { expect, test } from '@jest/globals';
import { makeCounters } from './counters.ts';
import { ParameterPages } from './parameters.ts';

function setup() {
  const counters = makeCounters();
  const gpu = {
    createBuffer: ({ size }: { size: number }) => ({ size }),
    createBindGroup: ({ entries }: { entries: readonly { resource: object }[] }) =>
      entries[0]!.resource,
  } as unknown as GPUDevice;
  const pages = new ParameterPages(gpu, {} as GPUBindGroupLayout, counters, 256);
  return { counters, pages };
}

test('small tables share a page, and a bind group where their windows are alike', () => {
  const { counters, pages } = setup();
  const [a, b] = [pages.take({ bytes: 100, window: 40 }), pages.take({ bytes: 300, window: 300 })];
  const c = pages.take({ bytes: 100, window: 200 });
  expect([a.offset, b.offset, c.offset, a.page === b.page]).toEqual([0, 256, 768, true]);
  expect([a.group, b.group]).toEqual([
    { buffer: a.page.buffer, size: 256 },
    { buffer: b.page.buffer, size: 512 },
  ]);
  expect(c.group).toBe(a.group);
  expect([counters.buffers, counters.bindGroups]).toEqual([1, 2]);
});

test('a page is let go with its last table, once another has begun', () => {
  const { pages } = setup();
  const first = pages.take({ bytes: 200, window: 16 });
  expect(pages.give(first)).toBeUndefined();
  const tables = Array.from({ length: 300 }, () => pages.take({ bytes: 200, window: 16 }));
  const full = tables.filter(({ page }) => page === first.page);
  expect(full.length).toBe(255);
  expect(full.map((table) => pages.give(table)).findIndex((buffer) => buffer !== undefined)).toBe(
    254,
  );
});

test('a long table has a buffer of its own', () => {
  const { pages } = setup();
  const long = pages.take({ bytes: 100_000, window: 256 });
  expect(long.page.buffer.size).toBe(100_096 + 256);
  expect(pages.give(long)).toBe(long.page.buffer);
});
