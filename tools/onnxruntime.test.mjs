import { expect, it } from '@jest/globals';

import { loadOnnxRuntime } from './onnxruntime.mjs';

it('answers yes where the runtime loads', () => {
  expect(loadOnnxRuntime(() => ({}))).toEqual({ ok: true });
});

it('gives the reason where it does not', () => {
  const answer = loadOnnxRuntime(() => {
    throw new Error('libstdc++.so.6: not found\n    at load');
  });
  expect(answer).toEqual({ ok: false, reason: 'onnxruntime-node: libstdc++.so.6: not found' });
});
