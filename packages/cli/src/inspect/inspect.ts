/**
 * Looks into a file: which kind it is, who wrote it, what it holds. Configurations are read as data and
 * arrays by their headers, so that neither the classes of a model nor its weights need to fit here.
 */
import { FormatError } from '@addax/core';
import {
  detectFormat,
  type FileFolder,
  openFolder,
  openNpy,
  openNpz,
  openSafetensors,
  openSource,
  openZip,
  type RandomAccess,
  type Source,
} from '@addax/formats';
import { inspectHdf5 } from './hdf5.ts';
import { inspectArchive } from './archive.ts';
import { inspectJson } from './json.ts';
import { arrayOf, arraysOnly, type Findings } from './findings.ts';
import type { Inspection } from './types.ts';

/**
 * What a model or weight file holds. Nothing in it is run, no layer is made, and of the weights only
 * names, shapes and dtypes are read.
 *
 * @param source Path, address, URL, Blob or bytes.
 * @throws FormatError for damaged files, and for files of other kinds.
 *
 * @example
 * const { model, parameters } = await inspectFile('model.keras');
 * console.log(model?.layers.map(({ name }) => name), parameters.total);
 */
export async function inspectFile(source: Source): Promise<Inspection> {
  const folder = await openFolder(source);
  if (folder !== undefined) return inspectFolder(String(source), folder);
  const file = await openSource(source);
  try {
    const findings = await inspectOpen(file, source);
    return { schemaVersion: 1, file: file.name, bytes: file.size, ...findings };
  } finally {
    await file.close();
  }
}

/** Keras can leave its archives unzipped. */
async function inspectFolder(name: string, { members }: FileFolder): Promise<Inspection> {
  if (!members.has('config.json')) {
    throw new FormatError(`${name} is a folder without a config.json, so it holds no model.`);
  }
  let bytes = 0;
  for (const member of members.values()) {
    const file = await member.open();
    bytes += file.size;
    await file.close();
  }
  return { schemaVersion: 1, file: name, bytes, ...(await inspectArchive(name, members)) };
}

async function inspectOpen(file: RandomAccess, source: Source): Promise<Findings> {
  const format = await detectFormat(file);
  switch (format) {
    case 'keras':
      return inspectArchive(file.name, (await openZip(file)).members);
    case 'hdf5':
      return inspectHdf5(file);
    case 'json':
      return inspectJson(file, source);
    case 'safetensors': {
      const { entries, metadata } = await openSafetensors(file);
      return { ...arraysOnly('safetensors', Array.from(entries.values(), arrayOf)), metadata };
    }
    case 'npz': {
      const { entries } = await openNpz(file);
      return arraysOnly('npz', Array.from(entries.values(), arrayOf));
    }
    case 'npy': {
      const { shape, dtype } = await openNpy(file);
      return arraysOnly('npy', [arrayOf({ name: '', shape, dtype })]);
    }
    case 'zip':
    case 'unknown':
      throw new FormatError(
        `${file.name} is no file of a model or of weights${format === 'zip' ? ' (a zip archive of other things)' : ''}; ` +
          'expected .keras, .weights.h5, .weights.json, .h5, .safetensors, .npz, .npy or model.json.',
      );
  }
}
