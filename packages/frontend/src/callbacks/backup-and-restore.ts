/** Keeps the state of training on the disk, so that a run that is cut off can go on. */
import { ArgumentError } from '@addax/core';
import { fileSystem } from '../platform.ts';
import type { Position } from '../trainer/resume.ts';
import { Callback } from './callback.ts';
import { BatchCounter, checkFrequency, type SaveFrequency } from './save-frequency.ts';

/** Options of {@link BackupAndRestore}. */
export interface BackupAndRestoreOptions {
  /** Folder of the backup; one run at a time may use it. */
  readonly backupDir: string;
  /** Back up after each epoch, or after so many batches. Default `epoch`. */
  readonly saveFreq?: SaveFrequency | undefined;
  /** Whether the backup is removed when training ends well. Default true. */
  readonly deleteCheckpoint?: boolean | undefined;
}

/**
 * Backs up training, and goes on from the backup where there is one; Node only. Unlike Keras, which
 * begins the epoch anew, training goes on with the next batch, and ends with the bits of a run that
 * was not cut off. That takes arrays, or iterables with a method `seek({ epoch, batch })`. What other
 * callbacks keep (the patience of EarlyStopping) begins anew, as in Keras.
 *
 * @example
 * const backup = callbacks.backupAndRestore({ backupDir: 'backup', saveFreq: 100 });
 * await model.fit(x, y, { epochs: 10, callbacks: backup });
 */
export class BackupAndRestore extends Callback {
  static override readonly className: string = 'BackupAndRestore';
  override readonly batchLogs = 'latest';
  readonly #folder: string;
  readonly #frequency: SaveFrequency;
  readonly #delete: boolean;
  readonly #files: ReturnType<typeof fileSystem>;
  readonly #counter: BatchCounter;
  #epoch = 0;

  constructor(options: BackupAndRestoreOptions) {
    super();
    const { backupDir, saveFreq = 'epoch', deleteCheckpoint = true } = options;
    if (typeof backupDir !== 'string' || backupDir === '') {
      throw new ArgumentError('BackupAndRestore needs { backupDir }.');
    }
    this.#folder = backupDir;
    this.#frequency = checkFrequency('BackupAndRestore', saveFreq);
    this.#delete = deleteCheckpoint;
    this.#files = fileSystem('BackupAndRestore');
    this.#counter = new BatchCounter(saveFreq);
    if (saveFreq !== 'epoch') {
      this.onTrainBatchEnd = async (batch) => {
        // The end of an epoch is backed up after its validation.
        if (!this.#counter.isDue(batch) || batch + 1 === this.params.steps) return;
        await this.#save({ epoch: this.#epoch, batch: batch + 1 });
      };
    }
  }

  get #path(): string {
    return `${this.#folder}/latest.weights.h5`;
  }

  override async onTrainBegin(): Promise<void> {
    if (!this.#files.existsSync(this.#path)) return;
    const { readBackup, readPosition } = await import('../saving/backup.ts');
    const position = await readPosition(this.#path);
    const { model } = this;
    const restore = (): Promise<void> => readBackup(this.#path, model, position.batch > 0);
    model.resume = { ...position, restore };
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#counter.beginEpoch();
  }

  override async onEpochEnd(epoch: number): Promise<void> {
    if (this.#frequency === 'epoch' || this.params.steps !== undefined) {
      await this.#save({ epoch: epoch + 1, batch: 0 });
    }
  }

  async #save(position: Position): Promise<void> {
    this.#files.mkdirSync(this.#folder, { recursive: true });
    const { writeBackup } = await import('../saving/backup.ts');
    await writeBackup(this.#path, this.model, position);
  }

  override onTrainEnd(): void {
    if (this.#delete) this.#files.rmSync(this.#path, { force: true });
  }
}
