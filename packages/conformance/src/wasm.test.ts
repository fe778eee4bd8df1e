import { describe, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { conformance } from './index.ts';

// The same programs as vector code, against the JavaScript dialect: sums in float32, functions within
// a unit in the last place.
conformance(
  { ...cpu, name: 'cpu wasm' },
  { create: () => cpu.create({ dialect: 'wasm' }), runner: { describe, it } },
);
