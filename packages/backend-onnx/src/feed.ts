/**
 * An input of a session as the runtime takes it. A tensor of the runtime shows its elements through a
 * getter, and native code that calls back into JavaScript for them, with a new tensor for every run,
 * costs a small model a tenth of its time. So an input keeps one tensor for life, whose elements are a
 * property of its own that is pointed at the memory of each run.
 */
import type { DType } from '@addax/core';
import type { Storage } from './host.ts';
import type { Ort, OrtData, OrtTensor } from './runtime.ts';
import { toRuntime } from './values.ts';

/** A tensor whose elements may be exchanged for others of the same number and type. */
type OpenTensor = { -readonly [Name in keyof OrtTensor]: OrtTensor[Name] };

/** What holds no elements between two runs, so that nothing of a caller's is kept alive. */
const NOTHING: OrtData = new Uint8Array(0);

/** One input of a session. */
export class Feed {
  readonly name: string;
  readonly #dtype: DType;
  readonly #type: string;
  readonly #dims: readonly number[];
  #tensor: OpenTensor | undefined;

  constructor(name: string, dtype: DType, type: string, dims: readonly number[]) {
    this.name = name;
    this.#dtype = dtype;
    this.#type = type;
    this.#dims = dims;
  }

  /** The tensor of a run on this memory; the one from the run before, where it can be. */
  tensor(Tensor: Ort['Tensor'], storage: Storage): OrtTensor {
    const data = toRuntime(storage, this.#dtype, this.#type);
    if (this.#tensor !== undefined) {
      this.#tensor.data = data;
      return this.#tensor;
    }
    const tensor = new Tensor(this.#type, data, this.#dims);
    // Newer engines have a Float16Array, and the runtime makes one of our bits.
    if (tensor.data === data) this.#tensor = opened(tensor, data);
    return tensor;
  }

  /** The run is over. */
  rest(): void {
    if (this.#tensor !== undefined) this.#tensor.data = NOTHING;
  }
}

/** The tensor with properties of its own in place of the getters that native code asks. */
function opened(tensor: OrtTensor, data: OrtData): OpenTensor {
  const { location } = tensor;
  return Object.defineProperties(tensor, {
    data: { value: data, writable: true },
    location: { value: location },
  });
}
