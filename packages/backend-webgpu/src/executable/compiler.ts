/** What the backend compiles graphs with. */
import type { Compiler } from '../backend.ts';
import { settled } from './composites.ts';
import { WebGpuExecutable } from './executable.ts';

/** Makes executables of graphs. Composites stay whole until it is known what a graph is for. */
export const compiler: Compiler = {
  supports: (node) => node.op === 'call',
  compile: (graph, options, device) =>
    new WebGpuExecutable(settled(graph, device.abilities), options, device),
};
