/** What kernels may use of a device: what it offers, or less where that is asked for. */
import type { Abilities } from '../launch.ts';
import type { WebGpuLimits } from '../options.ts';

/**
 * A launch whose workgroups the device counts costs the host more, since Dawn checks the count in a
 * launch of its own. It is worth it where much work is left out.
 */
const BRANCH_WORK = 2 ** 20;

/** Whose software runs threads as {@link Abilities.quadLoads} needs it: SwiftShader, lavapipe. */
const QUAD_VENDORS: readonly string[] = ['google', 'mesa'];

/** Whether a CPU plays the GPU whose threads 4 · i to 4 · i + 3 of a row are a subgroup. */
export function hasQuads({
  features,
  adapterInfo,
}: Pick<GPUDevice, 'features' | 'adapterInfo'>): boolean {
  const { isFallbackAdapter, vendor, subgroupMinSize, subgroupMaxSize } = adapterInfo;
  const isFour = subgroupMinSize === 4 && subgroupMaxSize === 4;
  return isFallbackAdapter && isFour && features.has('subgroups') && QUAD_VENDORS.includes(vendor);
}

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
  const subgroups = features.has('subgroups') && wanted.subgroups !== false;
  const quadLoads = subgroups && hasQuads({ features, adapterInfo });
  return {
    maxBindings: atMost('maxBindings', limits.maxStorageBuffersPerShaderStage),
    maxThreads: atMost('maxThreads', threads),
    workgroupBytes: atMost('workgroupBytes', limits.maxComputeWorkgroupStorageSize),
    maxBindingBytes: atMost('maxBindingBytes', limits.maxStorageBufferBindingSize),
    maxGroups: atMost('maxGroups', limits.maxComputeWorkgroupsPerDimension),
    subgroups,
    halfFloats: features.has('shader-f16') && wanted.halfFloats !== false,
    quadLoads: quadLoads && wanted.quadLoads !== false,
    workgroupTiles: !adapterInfo.isFallbackAdapter && wanted.workgroupTiles !== false,
    branchWork: atMost('branchWork', BRANCH_WORK),
  };
}
