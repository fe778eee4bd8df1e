/** Tells a file's kind from its bytes: names lie (`.keras` files from Keras 2 are HDF5). */
import { openSource, type RandomAccess, type Source } from './source.ts';
import { openZip } from './zip.ts';

/**
 * What a file is.
 *
 * - `keras` a zip archive with a `config.json`
 * - `npz` a zip archive of npy files only
 * - `zip` any other zip archive
 * - `hdf5` weights or a whole legacy model; the attributes of its root tell which
 * - `json` a text that begins like a JSON object: `model.json`, `.weights.json`
 */
export type FileFormat =
  'keras' | 'npz' | 'zip' | 'hdf5' | 'safetensors' | 'npy' | 'json' | 'unknown';

const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const NPY = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const EMPTY_ZIP = [0x50, 0x4b, 0x05, 0x06];

/**
 * The kind of a file. A stream is used up by this; open it from a copy.
 *
 * @throws FormatError for a zip archive whose directory is damaged.
 *
 * @example
 * if ((await detectFormat('model.keras')) === 'hdf5') console.log('saved by Keras 2');
 */
export async function detectFormat(source: Source): Promise<FileFormat> {
  const file = await openSource(source);
  try {
    return await detect(file);
  } finally {
    // Whoever opened it closes it.
    if (file !== source) await file.close();
  }
}

async function detect(file: RandomAccess): Promise<FileFormat> {
  const start = await file.read(0, Math.min(64, file.size));
  if (startsWith(start, NPY)) return 'npy';
  if (startsWith(start, ZIP) || startsWith(start, EMPTY_ZIP)) return zipKind(file);
  // HDF5 may stand behind a block of the user's own, whose length is a power of two from 512.
  for (let at = 0; at + 8 <= file.size && at <= 2 ** 20; at = at === 0 ? 512 : at * 2) {
    if (startsWith(await file.read(at, 8), HDF5)) return 'hdf5';
  }
  if (isSafetensors(start, file.size)) return 'safetensors';
  const text = new TextDecoder()
    .decode(start)
    .replace(/^\ufeff/, '')
    .trimStart();
  return text.startsWith('{') ? 'json' : 'unknown';
}

async function zipKind(file: RandomAccess): Promise<FileFormat> {
  const { members } = await openZip(file);
  if (members.has('config.json')) return 'keras';
  const names = [...members.keys()];
  return names.length > 0 && names.every((name) => name.endsWith('.npy')) ? 'npz' : 'zip';
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** There is no magic: a header length that fits into the file, then the header's brace. */
function isSafetensors(start: Uint8Array, size: number): boolean {
  if (start.length < 10 || start[8] !== 0x7b) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  return Number(view.getBigUint64(0, true)) + 8 <= size;
}
