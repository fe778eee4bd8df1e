import { expect, test } from '@jest/globals';
import { Queue } from './queue.ts';

function gate(): { open: () => void; wait: Promise<void> } {
  let open!: () => void;
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, wait };
}

test('work that needs no waiting is done before enqueue returns', () => {
  const queue = new Queue();
  let done = false;
  queue.enqueue(() => {
    done = true;
  });
  expect([done, queue.idle]).toEqual([true, true]);
});

test('work behind a run waits for it, in order', async () => {
  const queue = new Queue();
  const seen: string[] = [];
  const { open, wait } = gate();
  queue.enqueue(() => wait.then(() => void seen.push('run')));
  queue.enqueue(() => void seen.push('first'));
  queue.enqueue(() => void seen.push('second'));
  expect([seen.length, queue.idle]).toEqual([0, false]);
  open();
  await queue.finished();
  expect(seen).toEqual(['run', 'first', 'second']);
  await wait;
  expect(queue.idle).toBe(true);
});

test('the first error is thrown by finished, once', async () => {
  const queue = new Queue();
  queue.fail(new Error('first'));
  queue.fail(new Error('second'));
  await expect(queue.finished()).rejects.toThrow('first');
  await expect(queue.finished()).resolves.toBeUndefined();
});
