import { expect, test } from '@jest/globals';
import { abilitiesOf } from './abilities.ts';

const limits = {
  maxStorageBuffersPerShaderStage: 10,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 32768,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65535,
} as GPUSupportedLimits;
const features = new Set(['subgroups']) as unknown as GPUSupportedFeatures;
const adapterInfo = { isFallbackAdapter: false } as GPUAdapterInfo;

test('abilities are what the device offers', () => {
  expect(abilitiesOf({ limits, features, adapterInfo })).toEqual({
    maxBindings: 10,
    maxThreads: 256,
    workgroupBytes: 32768,
    maxBindingBytes: 2 ** 27,
    maxGroups: 65535,
    subgroups: true,
    halfFloats: false,
    quadLoads: false,
    workgroupTiles: true,
    branchWork: 2 ** 20,
  });
});

test('a CPU that plays the GPU gains nothing from tiles in workgroup memory', () => {
  const software = { isFallbackAdapter: true } as GPUAdapterInfo;
  const abilities = abilitiesOf({ limits, features, adapterInfo: software });
  expect(abilities.workgroupTiles).toBe(false);
});

test('products hand loads around where software is known to run four threads as one', () => {
  const four = {
    isFallbackAdapter: true,
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
    vendor: 'google',
  };
  const of = (info: Partial<GPUAdapterInfo>, wanted = {}): boolean => {
    const device = { limits, features, adapterInfo: { ...four, ...info } as GPUAdapterInfo };
    return abilitiesOf(device, wanted).quadLoads;
  };
  expect(of({})).toBe(true);
  expect(of({}, { quadLoads: false })).toBe(false);
  expect(of({}, { subgroups: false })).toBe(false);
  expect(of({ subgroupMaxSize: 8 })).toBe(false);
  expect(of({ vendor: 'another' })).toBe(false);
  expect(of({ isFallbackAdapter: false })).toBe(false);
});

test('they can be lowered, but not raised', () => {
  const wanted = { maxBindings: 8, maxThreads: 4096, subgroups: false, halfFloats: true };
  expect(abilitiesOf({ limits, features, adapterInfo }, wanted)).toMatchObject({
    maxBindings: 8,
    maxThreads: 256,
    subgroups: false,
    halfFloats: false,
  });
});
