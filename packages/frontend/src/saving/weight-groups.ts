/**
 * The groups of a weight file in Keras 3's layout: one HDF5 file, or several that a `.weights.json`
 * lists, each with a part of the groups.
 */
import { FormatError, isRecord } from '@addax/core';
import type { Hdf5Dataset, Hdf5File, Hdf5Group } from '@addax/formats';
import type { CompanionFiles, LoadSource } from './load-options.ts';
import { companion } from './companions.ts';
import { loadFormats } from './formats.ts';

/** Arrays by the path of their group. */
export interface WeightGroups {
  /** Arrays `0`, `1`, … of the group `path`; undefined if there is no such group. */
  arrays(path: string): readonly Hdf5Dataset[] | undefined;
  /** The group `path`, if there is one. */
  group(path: string): Hdf5Group | undefined;
  close(): Promise<void>;
}

/** The groups of one file. */
export function groupsOf(file: Hdf5File): WeightGroups {
  const group = (path: string): Hdf5Group | undefined => {
    const node = file.get(path);
    return node?.kind === 'group' ? node : undefined;
  };
  return {
    group,
    arrays(path) {
      const found = group(path);
      return found === undefined ? undefined : numbered([found]);
    },
    close: () => file.close(),
  };
}

/** The groups of a model whose weights are spread over several files. */
export async function openShards(
  index: unknown,
  source: LoadSource,
  files: CompanionFiles | undefined,
): Promise<WeightGroups> {
  const map = isRecord(index) ? index['weight_map'] : undefined;
  if (!isRecord(map)) throw new FormatError('the weight index has no "weight_map".');
  const { openHdf5 } = await loadFormats();
  const shards = new Map<string, Hdf5File>();
  const places = new Map<string, readonly string[]>();
  const close = async (): Promise<void> => {
    for (const shard of shards.values()) await shard.close();
  };
  try {
    for (const [path, value] of Object.entries(map)) {
      const names: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const name of names) {
        if (typeof name !== 'string') {
          throw new FormatError(`the weight index names no file for "${path}".`);
        }
        if (shards.has(name)) continue;
        shards.set(name, await openHdf5(companion(source, name, files)));
      }
      places.set(trimmed(path), names as readonly string[]);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const groupsAt = (path: string): Hdf5Group[] =>
    (places.get(trimmed(path)) ?? []).flatMap((name) => {
      const node = shards.get(name)!.get(path);
      return node?.kind === 'group' ? [node] : [];
    });
  return {
    group: (path) => groupsAt(path)[0],
    arrays(path) {
      const groups = groupsAt(path);
      return groups.length === 0 ? undefined : numbered(groups);
    },
    close,
  };
}

function trimmed(path: string): string {
  return path.replace(/^\/+/, '');
}

/** The datasets called `0`, `1`, …, in that order. */
function numbered(groups: readonly Hdf5Group[]): readonly Hdf5Dataset[] {
  return groups
    .flatMap((group) => [...group.children.values()])
    .filter((node): node is Hdf5Dataset => node.kind === 'dataset' && /^\d+$/.test(node.name))
    .toSorted((a, b) => Number(a.name) - Number(b.name));
}
