import { expect, test } from '@jest/globals';
import { Queue } from './queue.ts';

test('jobs run at once while nothing is under way', () => {
  const queue = new Queue();
  let ran = false;
  queue.enqueue(() => {
    ran = true;
  });
  expect([ran, queue.idle]).toEqual([true, true]);
});

test('jobs behind one that waits run after it, in order', async () => {
  const queue = new Queue();
  const order: string[] = [];
  let go!: () => void;
  queue.enqueue(
    () =>
      new Promise((resolve) => {
        go = resolve;
      }),
  );
  queue.enqueue(() => {
    order.push('second');
  });
  queue.enqueue(async () => {
    await Promise.resolve();
    order.push('third');
  });
  const finished = queue.finished();
  expect([order, queue.idle]).toEqual([[], false]);
  go();
  await finished;
  expect(order).toEqual(['second', 'third']);
});
