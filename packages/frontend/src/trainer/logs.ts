/** Log values: scalars on the device until somebody wants numbers. */
import { ArgumentError, isRecord, Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import type { Logs, TensorLogs } from './types.ts';

/** What a step returned, as a flat record of scalar tensors. */
export function scalarLogs(what: string, value: unknown): TensorLogs {
  if (value instanceof Promise) {
    value.catch(() => undefined);
    throw new ArgumentError(
      `${what} returned a promise: steps are synchronous, and return tensors that are read later.`,
    );
  }
  if (!isRecord(value)) {
    throw new ArgumentError(`${what} must return a record of scalars, such as { loss }.`);
  }
  const logs: Record<string, Tensor> = {};
  for (const [name, item] of Object.entries(value)) {
    if (isRecord(item)) Object.assign(logs, scalarLogs(what, item));
    else logs[name] = scalar(what, name, item);
  }
  return logs;
}

function scalar(what: string, name: string, value: unknown): Tensor {
  if (typeof value === 'number') return ops.convertToTensor(value, { dtype: 'float32' });
  if (value instanceof Tensor && value.size === 1) return value;
  throw new ArgumentError(
    `${what} returned "${name}", which is not a scalar` +
      `${value instanceof Tensor ? ` but has shape [${value.shape.join(', ')}]` : ''}.`,
  );
}

/** Numbers by name, names in alphabetical order. */
export async function readLogs(logs: TensorLogs): Promise<Logs> {
  const names = Object.keys(logs).toSorted();
  const values = await Promise.all(names.map(async (name) => logs[name]!.item()));
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

/** Milliseconds between two readings for a display. */
const READ_EVERY = 50;

/** The last values that were read, for displays that must not wait for the device. */
export class LatestLogs {
  #values: Logs = {};
  #reading = false;
  #last = -Infinity;

  /** Values of some recent step. */
  get values(): Logs {
    return this.#values;
  }

  /** New values; they are read when the last reading has come in and is old enough. */
  offer(logs: TensorLogs): void {
    const now = performance.now();
    if (this.#reading || now - this.#last < READ_EVERY) return;
    this.#reading = true;
    this.#last = now;
    void this.#read(logs);
  }

  async #read(logs: TensorLogs): Promise<void> {
    try {
      this.#values = await readLogs(logs);
    } catch {
      // The run itself reports what went wrong.
    } finally {
      this.#reading = false;
    }
  }
}
