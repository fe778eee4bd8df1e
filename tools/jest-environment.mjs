import process from 'node:process';

import { TestEnvironment } from 'jest-environment-node';

import { vulkanEnvironment } from './vulkan.mjs';

const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'WebAssembly',
];

/**
 * Jest runs each test file in a VM context with its own typed arrays. Native
 * addons, WebAssembly, files and worker messages use the main context's, so their
 * results would fail `instanceof Float32Array`. This environment hands the main
 * context's classes to the tests.
 *
 * Tests run on the reference unless they choose a backend: what `auto` finds depends on the machine.
 */
export default class SharedBuffersEnvironment extends TestEnvironment {
  constructor(config, context) {
    process.env.ADDAX_BACKEND ||= 'cpu';
    // Before the first driver is loaded: what a test sets in its context, the process does not see.
    Object.assign(process.env, vulkanEnvironment());
    super(config, context);
    for (const name of SHARED) {
      if (name in globalThis) this.global[name] = globalThis[name];
    }
  }
}
