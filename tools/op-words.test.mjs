import { expect, it } from '@jest/globals';
import { dropOpWords } from './op-words.mjs';

it('takes the words out of the op table, and keeps its lines', () => {
  const source = [
    "export const add: Primitive<'add'> = {",
    "  doc: 'The sum.',",
    '  gradient:',
    "    'itself, ' +",
    "    'twice',",
    '  shape: (inputs) => inputs,',
    '};',
    "export const other = { doc: 'stays' };",
  ].join('\n');
  const built = dropOpWords('add.ts', source);
  expect(built.split('\n')).toHaveLength(8);
  expect(built).not.toContain('sum');
  expect(built).not.toContain('twice');
  expect(built).toContain('shape: (inputs) => inputs');
  expect(built).toContain("doc: 'stays'");
});

it('leaves other files as they are', () => {
  expect(dropOpWords('a.ts', "const doc = 'x';")).toBe("const doc = 'x';");
});
