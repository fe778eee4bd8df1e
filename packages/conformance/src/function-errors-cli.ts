/** `npm run functions [BACKEND]`: prints how far the backend's functions are from the exact ones. */
import process from 'node:process';
import { getBackend, setBackend } from '@addax/core';
import cpu from '@addax/backend-cpu';
import { functionErrors } from './function-errors.ts';

const [name = 'webgpu'] = process.argv.slice(2);
await setBackend(name);
for (const { fn, units, at } of await functionErrors(
  getBackend(),
  cpu.createSync!({ dialect: 'js' }),
)) {
  console.log(`${fn.padEnd(8)} ${units.toFixed(2).padStart(8)} ulp at ${at.join(', ')}`);
}
