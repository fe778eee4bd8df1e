/**
 * Global settings, as in `keras.config`: floatx, epsilon, image data format, and the backend name of
 * `addax.json`.
 */
import { type DType, isDType, isFloat } from './dtypes.ts';
import { ArgumentError } from './errors.ts';
import { readConfigFile } from '#platform';

/** Order of image axes. */
export type ImageDataFormat = 'channelsLast' | 'channelsFirst';

/** Settings of this process. */
export interface Config {
  floatx: DType;
  epsilon: number;
  imageDataFormat: ImageDataFormat;
  /** Backend named by `addax.json`. */
  backend: string | undefined;
}

let current: Config | undefined;

/** The settings in force: `addax.json` over the defaults. */
export function config(): Config {
  return (current ??= readConfig(readConfigFile()));
}

/** Settings from the text of a configuration file. */
export function readConfig(file: { path: string; text: string } | undefined): Config {
  const settings: Config = {
    floatx: 'float32',
    epsilon: 1e-7,
    imageDataFormat: 'channelsLast',
    backend: undefined,
  };
  if (file === undefined) return settings;
  let parsed: unknown;
  try {
    parsed = JSON.parse(file.text);
  } catch (cause) {
    throw new ArgumentError(`${file.path} is not valid JSON: ${(cause as Error).message}`);
  }
  const given = parsed as Readonly<Record<string, unknown>>;
  const setters: Readonly<Record<string, (value: unknown) => void>> = {
    floatx: (value) => (settings.floatx = checkFloatx(value)),
    epsilon: (value) => (settings.epsilon = checkEpsilon(value)),
    imageDataFormat: (value) => (settings.imageDataFormat = checkFormat(value)),
    backend: (value) => (settings.backend = String(value)),
  };
  for (const [key, value] of Object.entries(given)) {
    const set = setters[key];
    if (set === undefined) {
      throw new ArgumentError(
        `${file.path} has an unknown key "${key}"; known: ${Object.keys(setters).join(', ')}`,
      );
    }
    set(value);
  }
  return settings;
}

function checkFloatx(value: unknown): DType {
  if (isDType(value) && isFloat(value)) return value;
  throw new ArgumentError(
    `floatx must be float16, bfloat16, float32 or float64, got ${JSON.stringify(value)}`,
  );
}

function checkEpsilon(value: unknown): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new ArgumentError(`epsilon must be a positive number, got ${JSON.stringify(value)}`);
}

function checkFormat(value: unknown): ImageDataFormat {
  if (value === 'channelsLast' || value === 'channels_last') return 'channelsLast';
  if (value === 'channelsFirst' || value === 'channels_first') return 'channelsFirst';
  throw new ArgumentError(
    `imageDataFormat must be channelsLast or channelsFirst, got ${JSON.stringify(value)}`,
  );
}

/** Default dtype of floats. */
export function floatx(): DType {
  return config().floatx;
}

/** Sets the default dtype of floats. */
export function setFloatx(value: DType): void {
  config().floatx = checkFloatx(value);
}

/** Small number that keeps divisions finite; 1e-7 by default. */
export function epsilon(): number {
  return config().epsilon;
}

/** Sets {@link epsilon}. */
export function setEpsilon(value: number): void {
  config().epsilon = checkEpsilon(value);
}

/** Default order of image axes. */
export function imageDataFormat(): ImageDataFormat {
  return config().imageDataFormat;
}

/** Sets {@link imageDataFormat}. */
export function setImageDataFormat(value: ImageDataFormat): void {
  config().imageDataFormat = checkFormat(value);
}
