/** Going on with a run that was cut off: where, and what to set back when the model is ready. */
import { isStream } from './data/source.ts';
import { warn } from '../platform.ts';

/** The batch that comes next: both numbers from 0. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
}

/** What a callback leaves with the trainer when training begins. */
export interface Resume extends Position {
  /** Sets the state back; called when weights, optimizer and metrics exist. */
  readonly restore: () => Promise<void>;
}

/** Data that can be told where to go on. */
interface Seekable {
  seek(position: Position): void | Promise<void>;
}

/** Tells a stream where to go on; false if batches seen before must be read again and passed over. */
export async function seek(x: unknown, { epoch, batch }: Position): Promise<boolean> {
  if (!isStream(x)) return false;
  const seekable = x as Partial<Seekable>;
  if (typeof seekable.seek === 'function') {
    await seekable.seek({ epoch, batch });
    return true;
  }
  const name = Object.prototype.toString.call(x).slice(8, -1);
  warn(
    `Training goes on at epoch ${epoch + 1}, batch ${batch + 1}, but the data (${name}) cannot be ` +
      'told so: the batches before are read again and passed over, which is right only if they ' +
      'come as they did. Give data with a method seek({ epoch, batch }).',
  );
  return false;
}
