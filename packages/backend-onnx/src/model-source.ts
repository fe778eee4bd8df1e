/** Where the bytes of a model come from. */
import { ArgumentError, describe } from '@addax/core';
import { openModel } from '#platform';

/** A model, and what lies beside it where that can be known. */
export interface ModelFolder {
  readonly bytes: Uint8Array;
  /** Size of a file in the folder of the model; undefined if there is none. */
  readonly sizeOf?: (name: string) => number | undefined;
  readonly read?: (name: string) => Promise<Uint8Array>;
}

/** A path or address, bytes, or a Blob (a file that somebody chose in a page). */
export type OnnxModelSource = string | URL | Uint8Array | ArrayBuffer | Blob;

/** The model of a source; `given` are files beside it that the caller has. */
export async function openSource(
  source: OnnxModelSource,
  given: Readonly<Record<string, Uint8Array>>,
): Promise<ModelFolder> {
  const folder = await open(source);
  const own = (name: string): Uint8Array | undefined =>
    Object.hasOwn(given, name) ? given[name] : undefined;
  if (folder.sizeOf === undefined && Object.keys(given).length === 0) return folder;
  return {
    bytes: folder.bytes,
    sizeOf: (name) => own(name)?.length ?? folder.sizeOf?.(name),
    read: async (name) => own(name) ?? (await folder.read!(name)),
  };
}

async function open(source: OnnxModelSource): Promise<ModelFolder> {
  if (typeof source === 'string' || source instanceof URL) return openModel(source);
  if (source instanceof Uint8Array) return { bytes: source };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source) };
  if (source instanceof Blob) return { bytes: new Uint8Array(await source.arrayBuffer()) };
  throw new ArgumentError(
    `OnnxModel.load takes a path, a URL, bytes or a Blob; got ${describe(source)}`,
  );
}
