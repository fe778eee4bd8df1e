/** Saves the model along the way of training. */
import { ArgumentError } from '@addax/core';
import type { Model } from '../models/model.ts';
import { fileSystem, print, warn } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback, type Complete } from './callback.ts';
import { BatchCounter, checkFrequency, type SaveFrequency } from './save-frequency.ts';
import { directionOf, type MonitorMode } from './monitor.ts';

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions {
  /**
   * Path, ending in `.keras` (in `.weights.h5` with `saveWeightsOnly`). `{epoch}`, `{batch}` and names
   * of log values are filled in, with Python's format if one is given: `{epoch:02d}-{val_loss:.2f}`.
   */
  readonly filepath: string;
  /** Log value that says which model is best. Default `val_loss`. */
  readonly monitor?: string | undefined;
  /** 1 prints a message for each file. Default 0. */
  readonly verbose?: number | undefined;
  /** Whether only models better than all before are saved. Default false. */
  readonly saveBestOnly?: boolean | undefined;
  /** Whether weights are saved instead of the model. Default false. */
  readonly saveWeightsOnly?: boolean | undefined;
  /** Whether less or more is better; told from the name by default. */
  readonly mode?: MonitorMode | undefined;
  /** Save after each epoch, or after so many batches. Default `epoch`. */
  readonly saveFreq?: SaveFrequency | undefined;
  /** Value that the first model must beat. */
  readonly initialValueThreshold?: number | null | undefined;
}

/**
 * Saves the model, or its weights, after epochs or batches; Node only.
 *
 * @example
 * const checkpoint = callbacks.modelCheckpoint({ filepath: 'best.keras', saveBestOnly: true });
 * await model.fit(x, y, { validationSplit: 0.1, callbacks: checkpoint });
 */
export class ModelCheckpoint extends Callback {
  static override readonly className: string = 'ModelCheckpoint';
  readonly #options: Complete<ModelCheckpointOptions>;
  readonly #files: ReturnType<typeof fileSystem>;
  readonly #counter: BatchCounter;
  #best: number | undefined;
  #epoch = 0;

  constructor(options: ModelCheckpointOptions) {
    super();
    const { filepath, saveWeightsOnly = false, saveFreq = 'epoch' } = options;
    const ending = saveWeightsOnly ? '.weights.h5' : '.keras';
    if (typeof filepath !== 'string' || !filepath.endsWith(ending)) {
      throw new ArgumentError(
        `ModelCheckpoint with saveWeightsOnly ${saveWeightsOnly} needs a filepath ending in ` +
          `'${ending}', got ${JSON.stringify(filepath)}.`,
      );
    }
    this.#options = {
      filepath,
      monitor: options.monitor ?? 'val_loss',
      verbose: options.verbose ?? 0,
      saveBestOnly: options.saveBestOnly ?? false,
      saveWeightsOnly,
      mode: options.mode ?? 'auto',
      saveFreq: checkFrequency('ModelCheckpoint', saveFreq),
      initialValueThreshold: options.initialValueThreshold ?? null,
    };
    this.#best = options.initialValueThreshold ?? undefined;
    this.#files = fileSystem('ModelCheckpoint');
    this.#counter = new BatchCounter(saveFreq);
    // Those who watch batches make training read numbers, so only those who need to do.
    if (saveFreq !== 'epoch') {
      this.onTrainBatchEnd = async (batch, logs) => {
        if (this.#counter.isDue(batch)) await this.#save(batch, logs);
      };
    }
  }

  /** The best value so far. */
  get best(): number | undefined {
    return this.#best;
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#counter.beginEpoch();
  }

  override async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    if (this.#options.saveFreq === 'epoch') await this.#save(undefined, logs);
  }

  async #save(batch: number | undefined, logs: Logs): Promise<void> {
    const { filepath, verbose, saveWeightsOnly } = this.#options;
    const places = { ...logs, epoch: this.#epoch + 1 };
    const path = fillPath(filepath, batch === undefined ? places : { batch: batch + 1, ...places });
    if (!this.#isWanted(path, logs)) return;
    const folder = /^(.*)[/\\]/.exec(path)?.[1];
    if (folder !== undefined && folder !== '') this.#files.mkdirSync(folder, { recursive: true });
    const { saveModel, saveWeights } = await import('../saving/save.ts');
    if (saveWeightsOnly) await saveWeights(this.model, path, {});
    else await saveModel(this.model as Model, path, {});
    if (verbose > 0) print(`\nEpoch ${this.#epoch + 1}: finished saving model to ${path}\n`);
  }

  #isWanted(path: string, logs: Logs): boolean {
    const { monitor, saveBestOnly, verbose } = this.#options;
    const tell = (text: string): void => {
      if (verbose > 0) print(`\nEpoch ${this.#epoch + 1}: ${text}\n`);
    };
    if (!saveBestOnly) {
      tell(`saving model to ${path}`);
      return true;
    }
    const current = logs[monitor];
    if (current === undefined) {
      warn(`Can save best model only with ${monitor} available.`);
      return true;
    }
    const before = this.#best === undefined ? 'None' : this.#best.toFixed(5);
    if (this.#improves(current)) {
      tell(`${monitor} improved from ${before} to ${current.toFixed(5)}, saving model to ${path}`);
      this.#best = current;
      return true;
    }
    tell(`${monitor} did not improve from ${before}`);
    return false;
  }

  #improves(value: number): boolean {
    if (this.#best === undefined) return true;
    const { monitor, mode } = this.#options;
    const grows = directionOf('ModelCheckpoint', monitor, mode) === 'max';
    return grows ? value > this.#best : value < this.#best;
  }
}

/** Fills `{name}` and `{name:format}` as Python's `str.format` does. */
function fillPath(path: string, values: Logs): string {
  return path.replaceAll(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, format: string = '') => {
    const value = values[name];
    if (value === undefined) {
      throw new ArgumentError(
        `ModelCheckpoint: the path "${path}" asks for "${name}"; there is ` +
          `${Object.keys(values).join(', ')}.`,
      );
    }
    return formatNumber(value, format);
  });
}

function formatNumber(value: number, format: string): string {
  const match = /^(0?)(\d*)(?:\.(\d+))?([dfe]?)$/.exec(format);
  if (match === null) {
    throw new ArgumentError(
      `ModelCheckpoint knows the formats d, f and e (02d, .2f, 8.3e), got "${format}".`,
    );
  }
  const [, zero = '', width = '', digits, kind] = match;
  let text = String(value);
  if (kind === 'f') text = value.toFixed(Number(digits ?? 6));
  if (kind === 'e') {
    const exponent = /e([+-])(\d)$/;
    text = value.toExponential(Number(digits ?? 6)).replace(exponent, 'e$10$2');
  }
  return text.padStart(Number(width), zero === '' ? ' ' : '0');
}
