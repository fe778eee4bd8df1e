import { expect, it } from '@jest/globals';

import { markPureCalls } from './pure-calls.mjs';

it('marks calls that make initial values, inner ones too', () => {
  expect(markPureCalls('a.ts', 'export const a = f(g(1)), b = new Map();')).toBe(
    'export const a = /* @__PURE__ */ f(/* @__PURE__ */ g(1)), b = /* @__PURE__ */ new Map();',
  );
});

it('marks static members but nothing that runs later', () => {
  const text = 'class A { static x = f(); y = f(); z() { return f(); } }\nconst g = () => f();';
  expect(markPureCalls('a.ts', text)).toBe(text.replace('x = f()', 'x = /* @__PURE__ */ f()'));
});

it('leaves statements that are there for their effect', () => {
  expect(markPureCalls('a.ts', 'register(a());')).toBe('register(a());');
});
