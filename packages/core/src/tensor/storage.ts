/**
 * A device buffer and who looks after it. In host memory (cpu, onnx) ordinary garbage collection of
 * this object frees the bytes; on devices a `FinalizationRegistry` releases the buffer, and a byte
 * budget keeps a synchronous loop, in which no finalizer can run, from filling the device.
 */
import type { Backend, Buffer } from '../backend/contract.ts';
import type { HostArray } from '../dtypes.ts';
import { OutOfMemoryError, StateError } from '../errors.ts';
import type { Aval } from '../graph/types.ts';
import { collectGarbage } from '#platform';

interface Held {
  readonly backend: Backend;
  readonly buffer: Buffer;
}

const finalizers = new FinalizationRegistry<Held>(({ backend, buffer }) => {
  backend.release(buffer);
});

/** One buffer; shared by the tensors and the variable that show the same value. */
export class Storage {
  readonly backend: Backend;
  #buffer: Buffer | undefined;
  #owners = 1;
  #isLent: boolean;
  /** Registered with the finalizers. A backend that was pending may turn out to need none. */
  readonly #isWatched: boolean;

  /** @param isLent Its memory belongs to somebody else, who relies on its staying as it is. */
  constructor(backend: Backend, buffer: Buffer, isLent = false) {
    this.backend = backend;
    this.#buffer = buffer;
    this.#isLent = isLent;
    this.#isWatched = !backend.capabilities.hostMemory;
    if (this.#isWatched) {
      finalizers.register(this, { backend, buffer }, this);
      checkBudget(backend, buffer.byteLength);
    }
  }

  /** The buffer; a {@link StateError} once it is released. */
  get buffer(): Buffer {
    if (this.#buffer === undefined) {
      throw new StateError(
        'this tensor was released: it was made inside a scope (or disposed) and neither returned ' +
          'nor assigned. Take it out of the scope with keep(tensor), or return it.',
      );
    }
    return this.#buffer;
  }

  get released(): boolean {
    return this.#buffer === undefined;
  }

  /** Whether others see this memory too: it must not be written to, even by a variable that has it. */
  get shared(): boolean {
    return this.#owners > 1 || this.#isLent;
  }

  /**
   * The elements where they lie, to be read for as long as somebody likes; undefined where only
   * {@link Backend.download} can tell. From now on nobody writes to this memory.
   */
  lendArray(aval: Aval): HostArray | undefined {
    const data = this.backend.borrow?.(this.buffer, aval);
    // Part of something larger may be moved or used again; an array by itself is just collected.
    if (data === undefined || data.byteLength !== data.buffer.byteLength) return undefined;
    this.#isLent = true;
    return data;
  }

  /** One more tensor or variable shows this value. */
  retain(): this {
    this.#owners++;
    return this;
  }

  /** One owner less; the last one gives the buffer back. */
  release(): void {
    const buffer = this.#buffer;
    if (buffer === undefined || --this.#owners > 0) return;
    this.#buffer = undefined;
    if (this.#isWatched) finalizers.unregister(this);
    this.backend.release(buffer);
  }

  /** The buffer has been donated: an executable owns it now. */
  donate(): void {
    this.#buffer = undefined;
    if (this.#isWatched) finalizers.unregister(this);
  }
}

function checkBudget(backend: Backend, bytes: number): void {
  const { liveBytes, budgetBytes } = backend.memory();
  if (liveBytes <= budgetBytes) return;
  throw new OutOfMemoryError(
    `backend "${backend.name}" holds ${mebibytes(liveBytes)} MiB, past its budget of ` +
      `${mebibytes(budgetBytes)} MiB, at a tensor of ${mebibytes(bytes)} MiB. Tensors made in one ` +
      'synchronous job cannot be freed before it ends: await a read (await tensor.data()) or put ' +
      'the work into scope(() => …).',
  );
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

/** Called by awaited reads of device memory: past half the budget, collects and lets finalizers run. */
export async function relieve(backend: Backend): Promise<void> {
  const { liveBytes, budgetBytes } = backend.memory();
  if (liveBytes * 2 < budgetBytes) return;
  collectGarbage();
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0);
  });
}
