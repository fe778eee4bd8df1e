/**
 * @packageDocumentation
 * Bytes ↔ named arrays, with no knowledge of models: HDF5, zip archives, safetensors, npy and npz,
 * from paths, URLs, Blobs, bytes and streams, and to paths, streams and memory.
 */
export {
  type ArrayData,
  type ArrayEntry,
  type ArrayInput,
  type ElementSource,
  type NamedArray,
  readAll,
} from './arrays.ts';
export { detectFormat, type FileFormat } from './detect.ts';
export { type FileFolder, type FolderMember, openFolder } from './folder.ts';
export { openHdf5, walkDatasets } from './hdf5/read.ts';
export type {
  Hdf5Attribute,
  Hdf5Attributes,
  Hdf5Dataset,
  Hdf5DatasetInput,
  Hdf5File,
  Hdf5Group,
  Hdf5GroupInput,
  Hdf5Input,
  Hdf5Node,
} from './hdf5/types.ts';
export { hdf5Chunks, hdf5Size, writeHdf5 } from './hdf5/write.ts';
export { openNpy, readNpy, writeNpy } from './npy.ts';
export { type NpzFile, openNpz, readNpz, writeNpz } from './npz.ts';
export {
  openSafetensors,
  readSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from './safetensors.ts';
export { type ByteSink, MemorySink, type Sink, writeTo } from './sink.ts';
export { openSource, type RandomAccess, type Source } from './source.ts';
export {
  openZip,
  type ZipArchive,
  type ZipInput,
  type ZipMember,
  writeZip,
  zipChunks,
} from './zip.ts';
