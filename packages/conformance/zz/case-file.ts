/** Reading a golden folder: `cases.json` with its odd numbers, `tensors.safetensors`, the groups. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type NamedArray, readSafetensors } from '@addax/formats';

/** Tolerance of a comparison. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** One golden case; the fields beyond these depend on the group. */
export interface GoldenCase {
  readonly id: string;
  readonly tol: Tolerance;
  readonly check?: string;
  readonly alternatives?: readonly Alternative[];
  readonly [field: string]: unknown;
}

/** Another answer that counts. */
export interface Alternative {
  readonly outputs: unknown;
  readonly grads?: unknown;
}

/** One group: its cases and their arrays. */
export interface GoldenGroup {
  readonly name: string;
  readonly folder: string;
  readonly cases: readonly GoldenCase[];
  readonly tensors: ReadonlyMap<string, NamedArray>;
}

/** Names of the groups below a folder, in order. */
export function groupsIn(dir: string): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    if (existsSync(join(folder, 'cases.json'))) found.push(relative(dir, folder).replaceAll('\\', '/'));
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) visit(join(folder, entry.name));
    }
  };
  visit(dir);
  return found.toSorted();
}

/** The cases and arrays of a group. */
export function readGroup(dir: string, name: string): GoldenGroup {
  const folder = join(dir, name);
  const file = revive(JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'))) as {
    cases: GoldenCase[];
  };
  const path = join(folder, 'tensors.safetensors');
  const tensors = existsSync(path)
    ? readSafetensors(new Uint8Array(readFileSync(path)))
    : new Map<string, NamedArray>();
  return { name, folder, cases: file.cases, tensors };
}

const NUMBERS: Readonly<Record<string, number>> = {
  NaN,
  Infinity,
  '-Infinity': -Infinity,
};

/** Numbers that JSON has no words for stand as text. */
function revive(value: unknown): unknown {
  if (typeof value === 'string') return Object.hasOwn(NUMBERS, value) ? NUMBERS[value] : value;
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
  }
  return value;
}
