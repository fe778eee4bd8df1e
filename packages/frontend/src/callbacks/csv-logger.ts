/** Writes the logs of each epoch as a line of a CSV file. */
import { ArgumentError } from '@addax/core';
import { fileSystem } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';
import { Callback } from './callback.ts';

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Path of the file. */
  readonly filename: string;
  /** Between values. Default ",". */
  readonly separator?: string | undefined;
  /** Go on with a file that is there. Default false. */
  readonly append?: boolean | undefined;
}

/** Writes the logs of each epoch as a line of a CSV file; Node only. */
export class CSVLogger extends Callback {
  static override readonly className: string = 'CSVLogger';
  readonly #filename: string;
  readonly #separator: string;
  readonly #append: boolean;
  readonly #files: ReturnType<typeof fileSystem>;
  #keys: string[] | undefined;

  constructor(options: CSVLoggerOptions) {
    super();
    if (typeof options?.filename !== 'string' || options.filename === '') {
      throw new ArgumentError('CSVLogger needs { filename }.');
    }
    this.#filename = options.filename;
    this.#separator = options.separator ?? ',';
    this.#append = options.append ?? false;
    this.#files = fileSystem('CSVLogger');
  }

  override onTrainBegin(): void {
    this.#keys = undefined;
    const there = this.#append && this.#files.existsSync(this.#filename);
    const header = there ? this.#files.readFileSync(this.#filename, 'utf8').split('\n', 1)[0] : '';
    if (header !== undefined && header !== '') {
      this.#keys = header.split(this.#separator).slice(1);
    } else {
      this.#files.writeFileSync(this.#filename, '');
    }
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    if (this.#keys === undefined) {
      this.#keys = Object.keys(logs).toSorted();
      this.#write(['epoch', ...this.#keys]);
    }
    const value = (key: string): string => (logs[key] === undefined ? 'NA' : String(logs[key]));
    this.#write([String(epoch), ...this.#keys.map(value)]);
  }

  #write(row: readonly string[]): void {
    this.#files.appendFileSync(this.#filename, `${row.join(this.#separator)}\n`);
  }
}
