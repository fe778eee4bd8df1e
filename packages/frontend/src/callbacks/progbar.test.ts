import { describe, expect, test } from '@jest/globals';
import { layers, Sequential } from '../index.ts';
import { formatValue, Progbar, type ProgbarSurroundings } from './progbar.ts';
import { ProgbarLogger } from './progbar-logger.ts';

function surroundings(terminal: boolean): { out: string[]; time: { now: number } } & {
  bar: ProgbarSurroundings;
} {
  const out: string[] = [];
  const time = { now: 0 };
  return {
    out,
    time,
    bar: { terminal, print: (text) => void out.push(text), now: () => time.now },
  };
}

describe('on a terminal', () => {
  test('the line is Keras’: bold count, 20 cells, time left, time per step, values', () => {
    const { out, time, bar: given } = surroundings(true);
    const bar = new Progbar(10, 1, given);
    time.now = 1;
    bar.update(5, { accuracy: 0.5, loss: 0.0001 });
    expect(out[0]).toBe(
      '\r\u001B[1m 5/10\u001B[0m \u001B[32m━━━━━━━━━━\u001B[0m\u001B[37m━━━━━━━━━━\u001B[0m ' +
        '\u001B[1m1s\u001B[0m 200ms/step - accuracy: 0.5000 - loss: 1.0000e-04',
    );
    time.now = 3;
    bar.update(10, { accuracy: 1, loss: 0.5 }, true);
    expect(out[1].startsWith('\b')).toBe(true);
    expect(out[1].endsWith('\n')).toBe(true);
    expect(out[1]).toContain('\u001B[32m━━━━━━━━━━━━━━━━━━━━\u001B[0m \u001B[1m3s\u001B[0m');
  });

  test('it is redrawn at most every 0.05 s', () => {
    const { out, time, bar: given } = surroundings(true);
    const bar = new Progbar(100, 1, given);
    time.now = 1;
    bar.update(1, {});
    time.now = 1.01;
    bar.update(2, {});
    time.now = 1.1;
    bar.update(3, {});
    expect(out).toHaveLength(2);
  });

  test('an unknown number of steps says so', () => {
    const { out, time, bar: given } = surroundings(true);
    const bar = new Progbar(undefined, 1, given);
    time.now = 1;
    bar.update(7, {});
    expect(out[0]).toContain('      7/Unknown');
  });
});

test('a pipe gets the finished line only, without colours', () => {
  const { out, time, bar: given } = surroundings(false);
  const bar = new Progbar(2, 1, given);
  time.now = 1;
  bar.update(1, { loss: 1 });
  time.now = 2;
  bar.update(2, { loss: 0.5 }, true);
  expect(out).toEqual(['2/2 ━━━━━━━━━━━━━━━━━━━━ 2s 1s/step - loss: 0.5000\n']);
});

test('verbose 2 is one line per epoch', () => {
  const { out, time, bar: given } = surroundings(false);
  const bar = new Progbar(2, 2, given);
  time.now = 8;
  bar.update(2, { accuracy: 0.6875, loss: 0.6641 }, true);
  expect(out).toEqual(['2/2 - 8s - 4s/step - accuracy: 0.6875 - loss: 0.6641\n']);
});

test('values that are no numbers are written as Keras writes them', () => {
  expect([NaN, Infinity, 0, 1e-9].map(formatValue)).toEqual([
    'nan',
    'inf',
    '0.0000e+00',
    '1.0000e-09',
  ]);
});

test('fit announces epochs and draws a line for each', async () => {
  const { out, bar } = surroundings(false);
  const model = new Sequential([layers.dense({ units: 1, inputShape: [1] })]);
  model.compile({ loss: 'mse' });
  class Verbose extends ProgbarLogger {
    override setParams(params: Parameters<ProgbarLogger['setParams']>[0]): void {
      super.setParams({ ...params, verbose: 1 });
    }
  }
  const logger = new Verbose(bar);
  const data = [[1]];
  const options = { epochs: 2, validationData: [data, data], callbacks: logger } as const;
  await model.fit(data, data, { ...options, verbose: 0 });
  const lines = out.join('').split('\n');
  expect(lines[0]).toBe('Epoch 1/2');
  expect(lines[1]).toMatch(/^1\/1 ━{20} \d+s \d+(s|ms|us)\/step - loss: .* - val_loss: /);
  expect(lines[2]).toBe('Epoch 2/2');
});
