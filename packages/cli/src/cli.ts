#!/usr/bin/env node
/** The program `addax`. */
import process from 'node:process';
import { main } from './main.ts';

// Whoever reads may have seen enough (`addax inspect model.keras | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
