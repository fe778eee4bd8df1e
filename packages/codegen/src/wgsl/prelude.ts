/**
 * The helper functions that WGSL texts call: `addax_exp`, `addax_log` and many more. A module gets
 * those that it calls and no others, because compiling costs more than running on some drivers.
 */
import { EXPONENTIAL } from './exponential.ts';
import { HYPERBOLIC } from './hyperbolic.ts';
import { NUMBERS } from './numbers.ts';
import { SPECIAL } from './special.ts';
import { TRIGONOMETRIC } from './trigonometric.ts';

// A sum of texts here would stay in bundles that need none: bundlers fear what adding may call.
const DEFINITIONS = definitions(NUMBERS, EXPONENTIAL, HYPERBOLIC, TRIGONOMETRIC, SPECIAL);

/** Texts by the name of the function they define. */
function definitions(...texts: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of texts.join('').split(/^(?=fn )/mu)) {
    const name = /^fn (addax_\w+)/u.exec(part)?.[1];
    if (name !== undefined) found.set(name, part.trim());
  }
  return found;
}

/** What a module of this text begins with: the extensions that it uses. */
export function extensions(text: string): string {
  const half = /\bf16\b/u.test(text) ? 'enable f16;\n' : '';
  if (!/\bsubgroup[A-Z]/u.test(text)) return half;
  // Whether all threads of a subgroup come where they talk to one another is for the kernel to see to.
  return `${half}enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n`;
}

/** A text with the helpers that it calls, and what else makes it a module. */
export function wgslModule(text: string): string {
  return `${extensions(text)}${prelude(text)}${text}\n`;
}

/**
 * Definitions of the helpers that occur in a text and of those they call, which come first; without
 * those that stand in `given`, which has all that its own call.
 */
export function prelude(code: string, given: string = ''): string {
  const done = new Set([...given.matchAll(/^fn (addax_\w+)/gmu)].map(([, name]) => name!));
  let text = '';
  const visit = (caller: string): void => {
    for (const [name] of caller.matchAll(/\baddax_\w+/gu)) {
      if (done.has(name)) continue;
      done.add(name);
      const definition = DEFINITIONS.get(name);
      if (definition === undefined) throw new Error(`there is no WGSL helper ${name}`);
      visit(definition);
      text += `${definition}\n`;
    }
  };
  visit(code);
  return text;
}
