import { expect, test } from '@jest/globals';
import { ArgumentError, schedules } from '../../index.ts';

async function at(schedule: schedules.LearningRateSchedule, step: number): Promise<number> {
  return schedule(step).item();
}

test('the rate halves every ten steps', async () => {
  const schedule = schedules.exponentialDecay({
    initialLearningRate: 0.4,
    decaySteps: 10,
    decayRate: 0.5,
    staircase: true,
  });
  expect(await at(schedule, 9)).toBeCloseTo(0.4);
  expect(await at(schedule, 10)).toBeCloseTo(0.2);
});

test('warm-up rises, then the cosine falls', async () => {
  const schedule = schedules.cosineDecay({
    initialLearningRate: 0,
    decaySteps: 10,
    warmupTarget: 1,
    warmupSteps: 4,
  });
  expect(await at(schedule, 2)).toBeCloseTo(0.5);
  expect(await at(schedule, 4)).toBeCloseTo(1);
  expect(await at(schedule, 9)).toBeCloseTo(0.5);
  expect(await at(schedule, 100)).toBeCloseTo(0);
});

test('wrong numbers are told', () => {
  const values = { initialLearningRate: 1, decaySteps: 0, decayRate: 1 };
  expect(() => schedules.exponentialDecay(values)).toThrow(/decaySteps must be above 0/);
  expect(() => schedules.piecewiseConstantDecay({ boundaries: [1], values: [1] })).toThrow(
    ArgumentError,
  );
});
