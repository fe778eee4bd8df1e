import { expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { matrixMarkdown, opErrors } from './matrix.ts';

it('the reference agrees with itself on every op', async () => {
  const backend = cpu.createSync!();
  const errors = await opErrors(backend, cpu.createSync!());
  expect(errors.filter(({ error }) => error > 0)).toEqual([]);
  const text = matrixMarkdown([{ backend, errors }]);
  expect(text).toMatch(/\| float16 \| emulated \|/);
  expect(text).toMatch(/\| `dot` \| 0\.0 \(\d+\) \|/);
});
