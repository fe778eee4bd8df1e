/**
 * What went wrong on the device. Work is only queued, so its errors arrive later and belong to no
 * call: the next read or sync reports them, and every read that was under way.
 */
import { AddaxError, DeviceLostError } from '@addax/core';

/** Collects errors of a device. */
export class Faults {
  private readonly errors: unknown[] = [];
  private reported = 0;
  private gone: DeviceLostError | undefined;

  /** The error that every call gets once the device is gone. */
  get lost(): DeviceLostError | undefined {
    return this.gone;
  }

  /** Something went wrong. */
  record(error: unknown): void {
    // Errors follow from each other; the first ones say why.
    if (this.errors.length - this.reported < 16) this.errors.push(error);
  }

  /** The device is gone: for good. */
  lose(error: DeviceLostError): void {
    this.gone ??= error;
  }

  /** Records what an error scope caught. */
  async watch(
    scope: Promise<GPUError | null>,
    describe: (error: GPUError) => Error,
  ): Promise<void> {
    try {
      const error = await scope;
      if (error !== null) this.record(describe(error));
    } catch {
      // The device is gone: that is known by itself.
    }
  }

  /** To be handed to {@link check} when what begins now is done. */
  mark(): number {
    return this.reported;
  }

  /** Throws the first error that nobody had been told of at the mark. */
  check(mark: number): void {
    if (this.gone !== undefined) throw this.gone;
    if (this.errors.length <= mark) return;
    this.reported = this.errors.length;
    throw this.errors[mark];
  }
}

/** Kernels that an error names, at most. */
const NAMED = 8;

/** An error of the device about work of these kernels. */
export function refused(labels: Iterable<string>, error: GPUError): AddaxError {
  const kernels = [...new Set(labels)];
  const more = kernels.length > NAMED ? ` and ${kernels.length - NAMED} more` : '';
  const named = kernels.slice(0, NAMED).join(', ');
  return new AddaxError(
    `WebGPU refused work${named === '' ? '' : ` (kernels: ${named}${more})`}: ${error.message}`,
  );
}

/** The error of a device that went away. */
export function lostError(info: Pick<GPUDeviceLostInfo, 'reason' | 'message'>): DeviceLostError {
  const why = info.reason === 'destroyed' ? 'it was destroyed' : 'its driver gave up';
  const message = info.message === '' ? '' : ` (${info.message})`;
  return new DeviceLostError(
    `the GPU device went away: ${why}${message}. Its tensors are lost: call ` +
      "setBackend('webgpu') again and load the model from its last checkpoint.",
  );
}
