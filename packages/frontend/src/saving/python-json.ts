/**
 * JSON as Python writes it: with the words NaN and Infinity, which `JSON.stringify` would lose, and
 * with `1.0` where Python insists on a float.
 */
import { isRecord } from '@addax/core';

/** Options that Keras refuses as whole numbers. */
const FLOATS: ReadonlySet<string> = new Set(['beta', 'learning_rate', 'momentum', 'threshold']);

/** The text of a configuration. */
export function pythonJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const items = Object.entries(value).filter(([, item]) => item !== undefined);
  const texts = items.map(([key, item]) => {
    const whole = FLOATS.has(key) && Number.isInteger(item);
    return `${JSON.stringify(key)}: ${pythonJson(item)}${whole ? '.0' : ''}`;
  });
  return `{${texts.join(', ')}}`;
}
