/** What the backend compiles graphs with. */
import type { Compiler } from '../backend.ts';
import { WebGpuExecutable } from './executable.ts';

/** Makes executables of graphs; every composite is inlined. */
export const compiler: Compiler = {
  supports: () => false,
  compile: (graph, options, device) => new WebGpuExecutable(graph, options, device),
};
