/**
 * @packageDocumentation The reference backend of Addax: readable generated JavaScript for Node and
 * browsers, no native code, no dependency.
 */
import type { BackendModule } from '@addax/core';
import { CpuBackend as CpuBackendOfParts, cpuModule, type CpuOptions } from './backend.ts';
import { BASIC, type Library } from './library/library.ts';
import { control, convolution, interpreter, pooling, sorting, webAssembly } from './parts.ts';

export { viewOf, wrap } from './lend.ts';
export { reserve } from './reserve.ts';

export type { CpuOptions } from './backend.ts';

/** Every library call; the type refuses a table with a hole. */
const LIBRARY: Library = {
  ...BASIC,
  ...convolution.library,
  ...pooling.library,
  ...sorting.library,
  ...control.library,
};

const EVERYTHING = [{ library: LIBRARY }, interpreter, webAssembly] as const;

/** The cpu backend with all its parts, in the JavaScript dialect. */
export class CpuBackend extends CpuBackendOfParts {
  constructor(options: CpuOptions = {}) {
    super(options, EVERYTHING);
  }
}

/** The module to register or hand to `setBackend`. */
export const cpu: BackendModule = cpuModule(EVERYTHING);

/** @alias */
export default cpu;
