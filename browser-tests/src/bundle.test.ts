import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

import { bundle } from './bundle.ts';

const PROGRAMS = readdirSync(join(import.meta.dirname, 'programs')).map((file) =>
  file.replace(/\.ts$/, ''),
);

it.each(PROGRAMS.filter((name) => name !== 'minimal-model'))(
  '%s: what a page loads comes from files for browsers, and nothing from Node',
  async (name) => {
    const { metafile } = await bundle(name);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((path) => /^node:|platform-node|observers-node/.test(path))).toEqual([]);
    expect(inputs.some((path) => path.endsWith('core/src/platform-browser.ts'))).toBe(true);
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external),
    );
    expect(outside).toEqual([]);
  },
);
