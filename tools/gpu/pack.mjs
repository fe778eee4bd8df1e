/**
 * `node tools/gpu/pack.mjs`: everything a bare Linux machine with a graphics card needs to check the
 * GPU backends, in one archive: Node, npm's `webgpu`, the Vulkan loader, and the programs bundled.
 * Writes `build/gpu/check.tar.xz` and, beside it, the script that unpacks and runs it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const out = join(root, 'build/gpu');
const stage = join(out, 'stage');
const LOADER = '/usr/lib/x86_64-linux-gnu/libvulkan.so.1';

if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error(`the archive is for Linux on x64; this is ${process.platform} ${process.arch}`);
}
rmSync(stage, { recursive: true, force: true });
mkdirSync(join(stage, 'bin'), { recursive: true });
cpSync(process.execPath, join(stage, 'bin/node'));
spawnSync('strip', [join(stage, 'bin/node')], { stdio: 'inherit' });

const addon = join(stage, 'node_modules/webgpu');
for (const part of ['package.json', 'index.js', 'dist/linux-x64']) {
  cpSync(join(root, 'node_modules/webgpu', part), join(addon, part), { recursive: true });
}
if (existsSync(LOADER)) {
  mkdirSync(join(stage, 'lib'));
  cpSync(realpathSync(LOADER), join(stage, 'lib/libvulkan.so.1'));
}
await build({
  entryPoints: {
    conformance: join(import.meta.dirname, 'conformance.mjs'),
    bench: join(root, 'benchmarks/src/webgpu/device-cli.ts'),
  },
  bundle: true,
  splitting: true,
  outdir: stage,
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@addax/source'],
  external: ['webgpu', 'onnxruntime-node', 'onnxruntime-web'],
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
const archive = join(out, 'check.tar.xz');
const { status } = spawnSync('tar', ['-cJf', archive, '-C', stage, '.'], { stdio: 'inherit' });
if (status !== 0) throw new Error('tar failed');
rmSync(stage, { recursive: true });
cpSync(join(import.meta.dirname, 'run.sh'), join(out, 'run.sh'));
console.log(`${archive} and run.sh beside it`);
