import { expect, test } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { functionErrors } from './function-errors.ts';

const reference = cpu.createSync!({ dialect: 'js' });

test('the functions of the reference are rounded exactly', async () => {
  for (const { fn, units, at } of await functionErrors(reference, reference)) {
    expect([fn, at, units <= 0.5001]).toEqual([fn, at, true]);
  }
});
