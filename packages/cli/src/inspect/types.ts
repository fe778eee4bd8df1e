/**
 * What `addax inspect --json` prints. Programs read this, so fields are added and never changed; what
 * a file does not say is null, and no field is left out.
 */

/**
 * What a file is.
 *
 * - `keras` a model of Keras 3 (`.keras`)
 * - `keras-weights` weights in Keras 3's layout (`.weights.h5`)
 * - `keras-weights-index` the same over several files (`.weights.json`)
 * - `keras-config` a model's configuration without weights (`model.to_json()`)
 * - `legacy-h5-model`, `legacy-h5-weights` the `.h5` files of Keras 2, which Keras 3 can write too
 * - `tfjs-layers-model`, `tfjs-graph-model` the `model.json` of TensorFlow.js
 * - `safetensors`, `npz`, `npy`, `hdf5` arrays without a model
 */
export type InspectedFormat =
  | 'keras'
  | 'keras-weights'
  | 'keras-weights-index'
  | 'keras-config'
  | 'legacy-h5-model'
  | 'legacy-h5-weights'
  | 'tfjs-layers-model'
  | 'tfjs-graph-model'
  | 'safetensors'
  | 'npz'
  | 'npy'
  | 'hdf5';

/** Who wrote a file. */
export interface WriterDescription {
  /** "3.15.1" */
  readonly kerasVersion: string | null;
  /** Keras' backend ("jax"), where the file says so. */
  readonly backend: string | null;
  /** As it stands in the file ("2026-01-31@12:00:00"). */
  readonly dateSaved: string | null;
  /** Another program that made or converted the file ("TensorFlow.js tfjs-layers v4.22.0"). */
  readonly program: string | null;
}

/** Numbers of elements in the file (all 0 in a configuration without weights). */
export interface ParameterCounts {
  /** Weights of the model, without the optimizer. */
  readonly total: number;
  /** Those that training changes; null where no configuration says which. */
  readonly trainable: number | null;
  readonly nonTrainable: number | null;
  /** State of the optimizer. */
  readonly optimizer: number;
}

/** One layer (or operation) of a model. */
export interface LayerDescription {
  readonly name: string;
  /** Class as the file names it ("Dense"); null where only weights tell of the layer. */
  readonly className: string | null;
  /** Shape of the first output, null for axes of any size; null if the file does not tell. */
  readonly outputShape: readonly (number | null)[] | null;
  readonly parameters: number;
  readonly trainable: number;
  readonly nonTrainable: number;
  /** Layers of a model within the model; empty for others. */
  readonly layers: readonly LayerDescription[];
}

/** A model as its configuration describes it. */
export interface ModelDescription {
  readonly name: string;
  /** "Sequential", "Functional", or the class of a subclassed model. */
  readonly className: string;
  /** Class of the optimizer; null if the model was not compiled. */
  readonly optimizer: string | null;
  /** The loss, or the losses by output, in short; null if there is none. */
  readonly loss: string | null;
  /** Names under which own classes and functions must be registered before the model can be loaded. */
  readonly customObjects: readonly string[];
  readonly layers: readonly LayerDescription[];
}

/** One array of a file. */
export interface WeightDescription {
  /** Name, or path within the file. */
  readonly path: string;
  readonly shape: readonly number[];
  /** Null for what is no array of numbers. */
  readonly dtype: string | null;
  /**
   * `model` a weight, `optimizer` state of the optimizer, `state` what Addax keeps beside the weights:
   * random numbers and metrics.
   */
  readonly role: 'model' | 'optimizer' | 'state';
}

/** All that can be said of a file. */
export interface Inspection {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** Path, or what the source is called. */
  readonly file: string;
  readonly format: InspectedFormat;
  /** Size of the file; shards beside it are not counted. */
  readonly bytes: number;
  readonly writer: WriterDescription;
  /** Null for files without a configuration. */
  readonly model: ModelDescription | null;
  readonly parameters: ParameterCounts;
  readonly weights: readonly WeightDescription[];
  /** Further texts of the file (`__metadata__` of safetensors). */
  readonly metadata: Readonly<Record<string, string>>;
}
