/** Kernel → the function that a kernel of the library calls with each element of its result. */
import type { Kernel } from '../kernel.ts';
import { Bindings } from './bindings.ts';
import { Body } from './body.ts';
import { valueType } from './functions.ts';
import { loopsOf } from './nest.ts';
import type { EpilogueOptions, WgslEpilogue } from './types.ts';
import { Words, uniformWord } from './words.ts';

/** Prints a kernel without reductions that reads the supplied buffer only where it writes. */
export function printEpilogue(kernel: Kernel, options: EpilogueOptions): WgslEpilogue {
  const { supplied } = options;
  const loops = loopsOf(kernel);
  const type = valueType(kernel.buffers[supplied].dtype);
  const print = (binding: number, word: number): { text: string; params: number[] } => {
    const bindings = new Bindings(kernel, options, binding, supplied);
    const words = new Words(uniformWord, binding, word);
    for (let i = 0; i < bindings.apart.length; i++) words.add(0);
    words.take();
    const given = (buffer: number): string | undefined =>
      buffer === supplied ? 'value' : undefined;
    const body = new Body(kernel, loops, bindings, words, { element: 'index', given });
    body.print();
    const text = [
      ...bindings.declarations(new Set()),
      `fn finish(index: u32, value: ${type}) {`,
      ...words.take(),
      ...body.lines,
      '}',
    ].join('\n');
    return { text, params: words.params };
  };
  const { list, apart } = new Bindings(kernel, options, 0, supplied);
  return {
    bindings: list,
    params: Uint32Array.from(print(0, list.length).params),
    apart,
    text: (binding, word) => print(binding, word).text,
  };
}
