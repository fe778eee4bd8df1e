import { describe, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { conformance } from './index.ts';

// Where a content security policy forbids eval, the same programs run in a closure interpreter.
conformance(
  { ...cpu, name: 'cpu interpreter' },
  {
    create: () => cpu.create({ interpret: true }),
    lossTolerance: 0,
    randomGraphs: 20,
    runner: { describe, it },
  },
);
