/** What kernels may use of a device: what it offers, or less where that is asked for. */
import type { Abilities } from '../launch.ts';
import type { WebGpuLimits } from '../options.ts';

/**
 * A launch whose workgroups the device counts costs the host more, since Dawn checks the count in a
 * launch of its own. It is worth it where much work is left out.
 */
const BRANCH_WORK = 2 ** 20;

/** Abilities of a device, lowered by `wanted`; nothing can be raised. */
export function abilitiesOf(
  { limits, features, adapterInfo }: Pick<GPUDevice, 'limits' | 'features' | 'adapterInfo'>,
  wanted: WebGpuLimits = {},
): Abilities {
  const atMost = (name: keyof WebGpuLimits, has: number): number =>
    Math.min(has, Number(wanted[name] ?? has));
  const threads = Math.min(
    limits.maxComputeInvocationsPerWorkgroup,
    limits.maxComputeWorkgroupSizeX,
  );
  return {
    maxBindings: atMost('maxBindings', limits.maxStorageBuffersPerShaderStage),
    maxThreads: atMost('maxThreads', threads),
    workgroupBytes: atMost('workgroupBytes', limits.maxComputeWorkgroupStorageSize),
    maxBindingBytes: atMost('maxBindingBytes', limits.maxStorageBufferBindingSize),
    maxGroups: atMost('maxGroups', limits.maxComputeWorkgroupsPerDimension),
    subgroups: features.has('subgroups') && wanted.subgroups !== false,
    halfFloats: features.has('shader-f16') && wanted.halfFloats !== false,
    workgroupTiles: !adapterInfo.isFallbackAdapter && wanted.workgroupTiles !== false,
    branchWork: atMost('branchWork', BRANCH_WORK),
  };
}
