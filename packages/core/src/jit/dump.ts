/** `ADDAX_DUMP=dir`: graphs before and after passes, and generated code, as files to read. */
import type { Executable } from '../backend/contract.ts';
import { print } from '../graph/print.ts';
import type { Graph } from '../graph/types.ts';
import { environment, writeDump } from '../system-node.ts';

let count = 0;

/** File name stem of the next dump; undefined when nobody asked for one. */
export function nextDump(label: string): string | undefined {
  if (environment('ADDAX_DUMP') === undefined) return undefined;
  const number = String(++count).padStart(4, '0');
  return `${number}-${label.replaceAll(/[^\w.-]+/g, '_')}`;
}

/** Writes a graph as text. */
export function dumpGraph(stem: string | undefined, stage: string, graph: Graph): void {
  if (stem === undefined) return;
  writeDump(environment('ADDAX_DUMP')!, `${stem}.${stage}.graph.txt`, print(graph));
}

/** Writes the generated code, if the backend makes any. */
export function dumpExecutable(stem: string | undefined, executable: Executable): void {
  if (stem === undefined || executable.code === undefined) return;
  writeDump(environment('ADDAX_DUMP')!, `${stem}.code.txt`, executable.code);
}
