/**
 * The helper functions that WGSL texts call: `addax_exp`, `addax_exp_4` …. Each is written once, as
 * a template of one or four lanes: `F`, `I`, `U` and `B` stand for f32, i32, u32 and bool or for
 * vec4 of them, and `$` ends the names of helpers. What cannot be written so (loops, branches) is
 * written for one value; with four it runs once per lane.
 */
import { EXPONENTIAL } from './exponential.ts';
import { HYPERBOLIC } from './hyperbolic.ts';
import { NUMBERS, NUMBERS_ONE_BY_ONE } from './numbers.ts';
import { SPECIAL, SPECIAL_ONE_BY_ONE } from './special.ts';
import { TRIGONOMETRIC, TRIGONOMETRIC_ONE_BY_ONE } from './trigonometric.ts';

/** Templates that serve one and four lanes. */
const TEMPLATES = definitions([NUMBERS, EXPONENTIAL, HYPERBOLIC, TRIGONOMETRIC, SPECIAL]);
/** Functions of single values. */
const ONE_BY_ONE = definitions([NUMBERS_ONE_BY_ONE, TRIGONOMETRIC_ONE_BY_ONE, SPECIAL_ONE_BY_ONE]);

/** Texts by the name of the function they define. */
function definitions(texts: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const text of texts) {
    for (const part of text.split(/^(?=fn )/mu)) {
      const name = /^fn (addax_\w+)\$/u.exec(part)?.[1];
      if (name !== undefined) found.set(name, part.trim());
    }
  }
  return found;
}

const ONE_LANE: Readonly<Record<string, string>> = { F: 'f32', I: 'i32', U: 'u32', B: 'bool' };

function instance(template: string, lanes: 1 | 4): string {
  const text = template.replace(/\b[FIUB]\b/gu, (type) =>
    lanes === 1 ? ONE_LANE[type] : `vec4<${ONE_LANE[type]}>`,
  );
  return text.replaceAll('$', lanes === 1 ? '' : '_4');
}

/** A function of four lanes that calls the function of one. */
function laneByLane(name: string, text: string): string {
  const signature = /\((.*?)\) -> (\w)/u.exec(text);
  if (signature === null) throw new Error(`${name} has no signature of one line`);
  const names = signature[1].split(', ').map((parameter) => parameter.split(':')[0]);
  const lanes = ['x', 'y', 'z', 'w'].map(
    (lane) => `${name}(${names.map((one) => `${one}.${lane}`).join(', ')})`,
  );
  return instance(
    `fn ${name}$(${signature[1]}) -> ${signature[2]} {
  return ${signature[2]}(${lanes.join(', ')});
}`,
    4,
  );
}

function define(name: string): string {
  const isVector = name.endsWith('_4');
  const base = isVector ? name.slice(0, -2) : name;
  const template = TEMPLATES.get(base);
  if (template !== undefined) return instance(template, isVector ? 4 : 1);
  const single = ONE_BY_ONE.get(base);
  if (single === undefined) throw new Error(`there is no WGSL helper ${name}`);
  return isVector ? laneByLane(base, single) : instance(single, 1);
}

/** Definitions of the helpers that occur in a text and of those they call, which come first. */
export function prelude(code: string): string {
  const done = new Set<string>();
  const texts: string[] = [];
  const visit = (text: string, self: string): void => {
    for (const [name] of text.matchAll(/\baddax_\w+/gu)) {
      if (name === self || done.has(name)) continue;
      done.add(name);
      const definition = define(name);
      visit(definition, name);
      texts.push(definition);
    }
  };
  visit(code, '');
  return texts.join('\n');
}
