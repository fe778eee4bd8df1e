/** Lists of names in attributes of legacy files, which are split where they are too long for one. */
import { FormatError } from '@addax/core';
import type { Hdf5Group } from '@addax/formats';

/** The texts of the attribute `name`, or of `name0`, `name1`, … */
export function textsAt(group: Hdf5Group, name: string): readonly string[] {
  const whole = group.attributes.get(name);
  if (whole !== undefined) return texts(group, name, whole);
  const all: string[] = [];
  for (let i = 0; group.attributes.has(`${name}${i}`); i++) {
    all.push(...texts(group, `${name}${i}`, group.attributes.get(`${name}${i}`)));
  }
  return all;
}

function texts(group: Hdf5Group, name: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value as readonly string[];
  // h5py writes an empty list as numbers.
  if (typeof value === 'object' && value !== null && 'shape' in value) {
    if ((value.shape as readonly number[])[0] === 0) return [];
  }
  throw new FormatError(`the attribute "${name}" of "/${group.path}" is no list of texts.`);
}
