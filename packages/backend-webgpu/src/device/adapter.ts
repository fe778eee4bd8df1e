/** From the entry to WebGPU to an open device with everything its adapter offers. */
import { BackendUnavailableError, timekeeper } from '@addax/core';
import type { WebGpuOptions } from '../options.ts';
import { findGpu, NO_ADAPTER } from '#platform';

/** Limits taken as high as the adapter has them. */
const RAISED = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  // The finer, the shorter tables of parameters are.
  'minUniformBufferOffsetAlignment',
] as const;

/** Features taken where they are there. */
const FEATURES: readonly string[] = ['shader-f16', 'subgroups'];
/** Taken, too, where a profile is written. */
const CLOCK = 'timestamp-query';

/** An adapter and the entry it came through. */
export interface Found {
  /** Makes one device only. */
  readonly adapter: GPUAdapter;
  readonly entry: GPU;
}

/** The adapter that the options ask for. */
export async function findAdapter({
  gpu,
  powerPreference = 'high-performance',
}: WebGpuOptions): Promise<Found> {
  const entry = (gpu as GPU | undefined) ?? (await findGpu());
  const adapter = await entry.requestAdapter({ powerPreference });
  if (adapter === null) throw new BackendUnavailableError(NO_ADAPTER);
  return { adapter, entry };
}

/** Whether the adapter is software, which is slower than the cpu backend. */
export function isSoftware({ info }: GPUAdapter): boolean {
  return info.isFallbackAdapter;
}

/** Vendor, architecture and name, as far as the adapter tells. */
export function describeAdapter({ info }: GPUAdapter): string {
  const { vendor, architecture, description } = info;
  const words = [vendor, architecture, description].filter((word) => word !== '');
  return words.length === 0 ? 'an unnamed GPU' : words.join(' ');
}

/** A device of the adapter. */
export async function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits, features } = adapter;
  const wanted = timekeeper('gpu') === undefined ? FEATURES : [...FEATURES, CLOCK];
  try {
    return await adapter.requestDevice({
      label: 'addax',
      // Types of WebGPU differ in the features they know.
      requiredFeatures: wanted.filter((feature) => features.has(feature)) as GPUFeatureName[],
      requiredLimits: Object.fromEntries(RAISED.map((name) => [name, limits[name]])),
    });
  } catch (error) {
    throw new BackendUnavailableError(
      `the adapter ${describeAdapter(adapter)} opened no device: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
