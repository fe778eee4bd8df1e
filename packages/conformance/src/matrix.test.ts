import { expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { matrixDifferences, matrixMarkdown, opErrors } from './matrix.ts';

it('the reference agrees with itself on every op', async () => {
  const backend = cpu.createSync!();
  const errors = await opErrors(backend, cpu.createSync!());
  expect(errors.filter(({ error }) => error > 0)).toEqual([]);
  const text = matrixMarkdown([{ name: 'cpu', backend, errors }]);
  expect(text).toMatch(/\| float16 +\| emulated +\|/);
  expect(text).toMatch(/\| `dot` +\| 0\.0 \(\d+\) +\|/);
});

it('a page is compared by the columns that are known here', () => {
  const backend = cpu.createSync!();
  const add = { op: 'binary', samples: 2, error: 0 } as const;
  const here = matrixMarkdown([{ name: 'cpu', backend, errors: [add] }]);
  const everywhere = matrixMarkdown([
    { name: 'other', backend, errors: [{ ...add, error: 0.5 }] },
    { name: 'cpu', backend, errors: [add] },
  ]);
  expect(matrixDifferences(here, here)).toEqual([]);
  expect(matrixDifferences(everywhere, here)).toEqual([]);
  const now = matrixMarkdown([{ name: 'cpu', backend, errors: [{ ...add, samples: 3 }] }]);
  expect(matrixDifferences(everywhere, now)).toEqual([
    '"`binary` | 0.0 (2)" should be "`binary` | 0.0 (3)"',
  ]);
});
