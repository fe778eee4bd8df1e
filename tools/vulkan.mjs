/**
 * Which Vulkan driver the lane `webgpu` runs on in Node. A driver that the caller names
 * (`VK_DRIVER_FILES`) goes first; else the one that `npm run setup` found to work, which it keeps in
 * the user's cache; else what chromium brings. Software drivers: no graphics card is needed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Where setup puts drivers, what it chose, and compiled shaders. */
export const VULKAN_CACHE = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'addax/vulkan',
);

/** The file that names the chosen driver. */
export const CHOICE = join(VULKAN_CACHE, 'driver.json');

/** SwiftShader, as Debian's chromium brings it. */
export const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Environment variables for a process that opens an adapter; empty if the system is to decide.
 *
 * @param {{ exists?: (path: string) => boolean, read?: (path: string) => string }} [files]
 * @returns {Record<string, string>}
 */
export function vulkanEnvironment(
  env = process.env,
  { exists = existsSync, read = (path) => readFileSync(path, 'utf8') } = {},
) {
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES) return {};
  let driver = exists(SWIFTSHADER) ? SWIFTSHADER : undefined;
  if (exists(CHOICE)) {
    const chosen = JSON.parse(read(CHOICE)).driver;
    if (chosen === null) return {};
    if (exists(chosen)) driver = chosen;
  }
  return driver === undefined ? {} : driverEnvironment(driver, env);
}

/** The variables for one driver; compiled shaders are kept, narrow vectors halve their compilation. */
export function driverEnvironment(driver, env = process.env) {
  return {
    VK_DRIVER_FILES: driver,
    LP_NATIVE_VECTOR_WIDTH: env.LP_NATIVE_VECTOR_WIDTH || '128',
    MESA_SHADER_CACHE_DIR: env.MESA_SHADER_CACHE_DIR || join(VULKAN_CACHE, 'shaders'),
    XDG_RUNTIME_DIR: env.XDG_RUNTIME_DIR || '/tmp',
  };
}

const PROBE = `
  const { create } = await import('webgpu');
  const adapter = await create([]).requestAdapter();
  if (adapter === null) throw new Error('no adapter');
  console.log([adapter.info.vendor, adapter.info.architecture, adapter.info.description].join(' '));
`;

/**
 * Opens an adapter in a process of its own, since a driver may bring its process down.
 *
 * @returns {{ ok: true, device: string } | { ok: false, reason: string }}
 */
export function probeVulkan(environment = vulkanEnvironment()) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', PROBE],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  if (status === 0) return { ok: true, device: stdout.trim() };
  const error = stderr.split('\n').find((line) => line.includes('Error:')) ?? 'the driver failed';
  return {
    ok: false,
    reason: `no WebGPU adapter (${error.trim()}); run \`npm run setup\`, or install a Vulkan driver`,
  };
}
