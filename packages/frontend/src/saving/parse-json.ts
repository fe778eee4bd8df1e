/** JSON as Python writes it: with the bare words NaN and Infinity, which `JSON.parse` refuses. */
import { FormatError } from '@addax/core';

/** Nesting beyond this is no model; it would only exhaust the stack. */
const DEPTH_LIMIT = 500;

/** Text that stands for NaN while the parser runs; no configuration contains it. */
const NAN = '\u0000NaN';

const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|[[{\]}]/g;

/**
 * The value of a JSON text that may hold NaN and Infinity.
 *
 * @param what What the text is, for errors ("config.json").
 * @throws FormatError for anything that is not JSON.
 */
export function parseJson(what: string, text: string): unknown {
  let depth = 0;
  let hasNaN = false;
  const plain = text.replaceAll(TOKENS, (token) => {
    if (token === '[' || token === '{') {
      depth += 1;
      if (depth > DEPTH_LIMIT) {
        throw new FormatError(`${what} is nested more than ${DEPTH_LIMIT} levels deep.`);
      }
    } else if (token === ']' || token === '}') depth -= 1;
    else if (token === 'NaN') {
      hasNaN = true;
      return JSON.stringify(NAN);
    } else if (token === 'Infinity') return '1e999';
    else if (token === '-Infinity') return '-1e999';
    return token;
  });
  try {
    return JSON.parse(
      plain,
      hasNaN ? (_, value: unknown) => (value === NAN ? NaN : value) : undefined,
    );
  } catch (error) {
    throw new FormatError(`${what} is not JSON: ${(error as Error).message}.`);
  }
}
