/** What goes wrong while a model is made from a file is the fault of the file, and is told as such. */
import { ArgumentError, DTypeError, FormatError, ShapeError, StateError } from '@addax/core';

const COMPLAINTS = [ArgumentError, DTypeError, ShapeError, StateError];

/**
 * Runs `read`; what classes complain of becomes a FormatError with the complaint as its cause.
 *
 * @param hasCustom Whether code of the user's takes part. Without it a TypeError or RangeError comes of
 *   values of the wrong kind in the file too; with it such an error may be the user's own and is
 *   passed on.
 */
export function asFormatErrors<T>(what: string, hasCustom: () => boolean, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const complaint = COMPLAINTS.some((kind) => error instanceof kind);
    const wrongKind = error instanceof TypeError || error instanceof RangeError;
    if (!complaint && !(wrongKind && !hasCustom())) throw error;
    const { message } = error as Error;
    throw Object.assign(new FormatError(`${what}: ${message}`), { cause: error });
  }
}
