/** What a user can choose about the backend. */
import { ArgumentError } from '@addax/core';
import type { Abilities } from './launch.ts';

/** The entry to WebGPU: `navigator.gpu`, or what `create([])` of the npm package `webgpu` returns. */
export interface GpuEntry {
  requestAdapter(options?: never): Promise<object | null>;
}

/** What kernels may use of the device, at most. */
export interface WebGpuLimits extends Partial<Abilities> {}

/** Options of the webgpu backend. */
export interface WebGpuOptions {
  /**
   * The entry to WebGPU. Default: `navigator.gpu`; where there is none, as in Node, the npm package
   * `webgpu`.
   */
  readonly gpu?: GpuEntry | undefined;
  /** Which of several graphics cards. Default `high-performance`. */
  readonly powerPreference?: 'high-performance' | 'low-power' | undefined;
  /** Lowers what the device offers, so that one machine can show how kernels run on another. */
  readonly limits?: WebGpuLimits | undefined;
  /**
   * Bytes that tensors may take before work that never awaits anything is stopped with an
   * `OutOfMemoryError`. WebGPU does not tell how much memory there is. Default: 4 GiB.
   */
  readonly budgetBytes?: number | undefined;
  /** Bytes of freed memory that are kept for reuse. Default: half of `budgetBytes`. */
  readonly poolBytes?: number | undefined;
}

type Check = readonly [expected: string, isRight: (value: unknown) => boolean];

const COUNT: Check = [
  'a whole number of at least 1',
  (value) => Number.isInteger(value) && Number(value) > 0,
];
const FLAG: Check = ['true or false', (value) => typeof value === 'boolean'];

const LIMITS: { readonly [Name in keyof Abilities]: Check } = {
  maxBindings: COUNT,
  maxThreads: COUNT,
  workgroupBytes: COUNT,
  maxBindingBytes: COUNT,
  maxGroups: COUNT,
  subgroups: FLAG,
  halfFloats: FLAG,
  workgroupTiles: FLAG,
  quadLoads: FLAG,
  branchWork: COUNT,
};

const CHECKS: { readonly [Name in keyof Required<WebGpuOptions>]: Check } = {
  gpu: [
    'navigator.gpu, or what create([]) of the npm package webgpu returns',
    (value) => typeof (value as Partial<GpuEntry> | null)?.requestAdapter === 'function',
  ],
  powerPreference: [
    'high-performance or low-power',
    (value) => value === 'high-performance' || value === 'low-power',
  ],
  limits: [
    `an object of ${Object.keys(LIMITS).join(', ')}`,
    (value) => typeof value === 'object' && value !== null,
  ],
  budgetBytes: COUNT,
  poolBytes: ['a whole number', (value) => Number.isInteger(value) && Number(value) >= 0],
};

/** Options as they came from a program or a configuration file, checked. */
export function checkOptions(options: Readonly<Record<string, unknown>>): WebGpuOptions {
  check(options, CHECKS, 'option');
  check((options['limits'] ?? {}) as Readonly<Record<string, unknown>>, LIMITS, 'limit');
  return options;
}

function check(
  values: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
  noun: string,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(checks, name)) {
      const known = Object.keys(checks).join(', ');
      throw new ArgumentError(`the webgpu backend has no ${noun} "${name}"; it takes: ${known}`);
    }
    const [expected, isRight] = checks[name];
    if (value !== undefined && !isRight(value)) {
      const got = typeof value === 'object' ? 'an object' : JSON.stringify(value);
      throw new ArgumentError(
        `${noun} "${name}" of the webgpu backend is ${got}; expected ${expected}`,
      );
    }
  }
}
