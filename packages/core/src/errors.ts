/**
 * The public error classes. Each message says what happened, what was expected and how to mend it;
 * callers match on the class, people read the message.
 */

/** Base of every error Addax throws on purpose. */
export class AddaxError extends Error {
  override name = 'AddaxError';
}

/** Shapes that do not fit together. */
export class ShapeError extends AddaxError {
  override name = 'ShapeError';
}

/** A dtype that an operation, a layer or a backend does not take. */
export class DTypeError extends AddaxError {
  override name = 'DTypeError';
}

/** The chosen backend is unknown, not installed, or its device is missing. */
export class BackendUnavailableError extends AddaxError {
  override name = 'BackendUnavailableError';
}

/** The device went away while work was queued on it. */
export class DeviceLostError extends AddaxError {
  override name = 'DeviceLostError';
}

/** A memory budget was passed. */
export class OutOfMemoryError extends AddaxError {
  override name = 'OutOfMemoryError';
}

/** A file or byte stream that does not follow its format. */
export class FormatError extends AddaxError {
  override name = 'FormatError';
}

/** Something Addax does not do (here, or at all); the message names it. */
export class UnsupportedError extends AddaxError {
  override name = 'UnsupportedError';
}

/** An argument of the wrong kind, or an unknown name. */
export class ArgumentError extends AddaxError {
  override name = 'ArgumentError';
}

/** An object used in a state that does not allow it: unbuilt, released, not compiled. */
export class StateError extends AddaxError {
  override name = 'StateError';
}
