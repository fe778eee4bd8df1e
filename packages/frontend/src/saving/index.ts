/**
 * @packageDocumentation
 * Configurations of Keras' files: objects to JSON and back. An entry of its own, so that applications
 * that save nothing do not load every class.
 */
export type { AssetReader, AssetWriter, HasAssets } from './assets.ts';
export { deserialize, type DeserializeOptions } from './deserialize.ts';
export { enableSaving, loadModel } from '@addax/frontend/files';
export type {
  CompanionFiles,
  LoadOptions,
  LoadSource,
  LoadWeightsOptions,
} from './load-options.ts';
export { modelFromJson } from './make-model.ts';
export type { KerasObject } from './read-context.ts';
export { serialize, type SerializedObject } from './serialize.ts';
export {
  type RegisterOptions,
  registerSerializable,
  type SerializableClass,
  type SerializableEntry,
} from './registry.ts';
