/**
 * What a run gives. onnxruntime-node writes results into arrays that it is handed, and then returns
 * every one of them in a new array as well: for gradients as much memory again in each step, to be
 * filled and collected. So a model's first output may be one that it cannot return, a sequence. The
 * run computes everything and writes it where it belongs; then it gives up.
 *
 * The first run of a session makes sure of that: the number 1 must have been written, too. A runtime
 * that refuses sequences earlier, or returns them, is asked as usual from then on.
 */
import { DONE, type EmittedModel, END } from '@addax/onnx';
import type { Storage } from './host.ts';
import type { Ort, OrtResults, OrtSession, OrtTensor } from './runtime.ts';
import { emptyArray, typeName } from './values.ts';

type Feeds = Readonly<Record<string, OrtTensor>>;

/** How the runtime refuses to return a sequence. */
const REFUSAL = /^Non tensor type/;

/** Gets the results of one session's runs. */
export class Results {
  readonly #ort: Ort;
  readonly #session: OrtSession;
  readonly #outputs: EmittedModel['outputs'];
  /** Whether runs end before they return anything; undefined until the first. */
  #endsEarly: boolean | undefined;

  /** `hasEnding`: whether the model was emitted with one. */
  constructor(ort: Ort, session: OrtSession, { outputs }: EmittedModel, hasEnding: boolean) {
    this.#ort = ort;
    this.#session = session;
    this.#outputs = outputs;
    this.#endsEarly = hasEnding ? undefined : false;
  }

  /** Runs; outputs that have a home are written there. */
  async run(feeds: Feeds, homes: readonly (Storage | undefined)[]): Promise<OrtResults> {
    if (this.#endsEarly === false) return this.#runUsually(feeds, homes);
    const { Tensor } = this.#ort;
    const given: Record<string, OrtTensor> = {};
    this.#outputs.forEach(({ name, aval, onnxType }, i) => {
      const data = homes[i] ?? emptyArray(onnxType, aval.shape);
      given[name] = new Tensor(typeName(onnxType), data, [...aval.shape]);
    });
    const fetches: Record<string, OrtTensor | null> = { [END]: null, ...given };
    const done = new Float32Array(1);
    if (this.#endsEarly === undefined) fetches[DONE] = new Tensor('float32', done, []);
    try {
      const results = await this.#session.run(feeds, fetches);
      this.#endsEarly = false;
      return results;
    } catch (error) {
      if (!REFUSAL.test((error as Error).message)) throw error;
    }
    this.#endsEarly ??= done[0] === 1;
    return this.#endsEarly ? given : this.#runUsually(feeds, homes);
  }

  #runUsually(feeds: Feeds, homes: readonly (Storage | undefined)[]): Promise<OrtResults> {
    const { Tensor } = this.#ort;
    const fetches: Record<string, OrtTensor | null> = {};
    this.#outputs.forEach(({ name, aval, onnxType }, i) => {
      const home = homes[i];
      fetches[name] = home ? new Tensor(typeName(onnxType), home, [...aval.shape]) : null;
    });
    return this.#session.run(feeds, fetches);
  }
}
