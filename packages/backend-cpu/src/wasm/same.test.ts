/** What the JavaScript dialect promises, promised again by the WebAssembly dialect. */
import './in-wasm.ts';
import '../library/control.test.ts';
import '../library/library.test.ts';
import '../library/product.test.ts';
import '../maps.test.ts';
import '../memory.test.ts';
import '../pointwise.test.ts';
