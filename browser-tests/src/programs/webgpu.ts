/**
 * A few dozen tests of the conformance suite on the page's WebGPU: every software pipeline costs
 * seconds to compile there, so the breadth is left to Node.
 */
import webgpu from '@addax/backend-webgpu';
import { conformance } from '@addax/conformance';
import { SAMPLES } from '@addax/core/samples';

import { runSuite } from './conformance.ts';

/** Samples that are run: of each of these ops the first one. */
const OPS = [
  'unary',
  'binary',
  'compare',
  'select',
  'cast',
  'broadcast',
  'transpose',
  'slice',
  'pad',
  'concat',
  'gather',
  'scatter',
  'reduce',
  'argReduce',
  'cumulative',
  'sort',
  'randomBits',
  'dot',
  'conv',
  'convGradInput',
  'convGradKernel',
  'pool',
  'poolGrad',
  'scan',
  'cond',
  'while',
];

const MODELS = ['mlp', 'cnn', 'transformer'];

/** What ran, and what failed. */
export default function run(): ReturnType<typeof runSuite> {
  const first = OPS.flatMap((op) => SAMPLES.find((sample) => sample.op === op) ?? []);
  const endings = [
    ...first.map(({ op, name }) => `› samples › ${op} "${name}"`),
    ...MODELS.map((name) => `› training › ${name}: 20 steps like the reference`),
  ];
  return runSuite(
    (runner) => conformance(webgpu, { lossTolerance: 1e-3, randomGraphs: 1, runner }),
    (title) => endings.some((ending) => title.endsWith(ending)),
  );
}
