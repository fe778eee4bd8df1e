/**
 * The words of all launches in one table: offsets of what they bind, in elements, then their
 * parameters. Launches of equal words share an entry, so that a long loop needs few.
 */
import { batchTable } from '@addax/codegen/device';
import type { Cell, Launch, Spot, Table } from './steps.ts';

/** An offset in words as kernels count it: in elements of their binding. */
export function elementOffset(words: number, isHalf: boolean | undefined): number {
  return isHalf === true ? 2 * words : words;
}

/** A table that has yet to be told where inputs lie. */
export class ParameterTable {
  /** Where the words of each launch start, in bytes. */
  readonly starts: readonly number[];
  /** Bytes of the longest entry. */
  readonly window: number;
  private readonly entries: { readonly at: number; readonly launch: Launch }[] = [];
  private readonly words: Uint32Array;

  constructor(launches: readonly Launch[], cells: readonly Cell[], alignment: number) {
    const known = new Map<string, number>();
    let end = 0;
    let window = 16;
    const name = ({ cell, offset }: Spot, isHalf: boolean | undefined): string => {
      const elements = `${isHalf === true ? 'h' : ''}${elementOffset(offset, isHalf)}`;
      return cells[cell].home.kind === 'input' ? `${cell}+${elements}` : elements;
    };
    this.starts = launches.map((launch) => {
      const { spots, apart, params, shader } = launch;
      const halves = shader.halves ?? [];
      const names = [...spots, ...apart].map((spot, i) => name(spot, halves[i]));
      const key = `${spots.length};${names.join()};${params.join()}`;
      const start = known.get(key);
      if (start !== undefined) return start;
      const at = end;
      known.set(key, at);
      this.entries.push({ at: at / 4, launch });
      const bytes = 4 * (spots.length + params.length);
      window = Math.max(window, bytes);
      end += Math.ceil(bytes / alignment) * alignment;
      return at;
    });
    this.window = window;
    this.words = new Uint32Array(end / 4);
  }

  /** The words, if the memory behind cell c starts `bases[c]` words into its buffer. */
  fill(bases: Int32Array): Uint32Array {
    const { words } = this;
    for (const { at, launch } of this.entries) {
      const { spots, apart, params, shader } = launch;
      words.set(params, at + spots.length);
      // Those of values apart are the first parameters.
      [...spots, ...apart].forEach(({ cell, offset }, i) => {
        words[at + i] = elementOffset(bases[cell] + offset, shader.halves?.[i]);
      });
    }
    return words;
  }
}

/** Words of the table of a batch. */
export function tableWords(segments: Table['segments']): number {
  return segments.reduce(
    (sum, { spots, params, workgroups }) => sum + 2 * workgroups + spots.length + params.length,
    0,
  );
}

/** The tables of batches, if the memory behind cell c starts `bases[c]` words into its buffer. */
export function fillTables(tables: readonly Table[], bases: Int32Array): Uint32Array {
  const last = tables[tables.length - 1];
  const words = new Uint32Array(last.start + tableWords(last.segments));
  for (const { start, segments, halves } of tables) {
    const parts = segments.map(({ spots, params, workgroups }) => {
      const offsets = spots.map(({ cell, offset }, i) =>
        elementOffset(bases[cell] + offset, halves?.[i]),
      );
      return { words: Uint32Array.from([...offsets, ...params]), workgroups };
    });
    words.set(batchTable(parts), start);
  }
  return words;
}
