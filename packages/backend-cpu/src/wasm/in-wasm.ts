/** Imported before test files, so that they run in WebAssembly. */
import { testInWasm } from '../testing.ts';

testInWasm();
