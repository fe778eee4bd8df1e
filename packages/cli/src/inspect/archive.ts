/** `.keras` archives and folders: the configuration, who wrote it, and the headers of the weights. */
import { FormatError, isRecord } from '@addax/core';
import { type FolderMember, type Hdf5File, openHdf5 } from '@addax/formats';
import { parseJson } from '@addax/frontend/saving/layout';
import { compiledIn, countParameters, describeModel } from './describe-model.ts';
import { datasetsOf, type Findings, textOf } from './findings.ts';
import { isKerasObject } from './keras-objects.ts';
import { WeightTree } from './layer-weights.ts';
import type { WeightDescription } from './types.ts';

/** The members of an archive, or the files of a folder. */
type Parts = ReadonlyMap<string, Pick<FolderMember, 'open' | 'text'>>;

/** What an archive or a folder holds. */
export async function inspectArchive(name: string, members: Parts): Promise<Findings> {
  const json = async (member: string): Promise<unknown> => {
    const found = members.get(member);
    return found === undefined ? undefined : parseJson(member, await found.text());
  };
  const metadata = await json('metadata.json');
  const object = await json('config.json');
  if (!isKerasObject(object)) throw new FormatError(`${name}: config.json describes no model.`);
  const member = members.get('model.weights.h5');
  if (member === undefined) {
    throw new FormatError(`${name} holds no model.weights.h5; it is incomplete.`);
  }
  const root = await openHdf5(await member.open());
  try {
    const weights = datasetsOf(root);
    const tree = modelWeights(weights);
    const { keras_version: version, date_saved: date } = isRecord(metadata) ? metadata : {};
    return {
      format: 'keras',
      writer: {
        kerasVersion: textOf(version),
        backend: null,
        dateSaved: textOf(date),
        program: null,
      },
      model: describeModel(object, {
        weights: tree,
        compiled: compiledIn(object),
        names: groupNames(root, weights),
      }),
      parameters: countParameters(weights, { object, weights: tree }),
      weights,
      metadata: {},
    };
  } finally {
    await root.close();
  }
}

function modelWeights(weights: readonly WeightDescription[]): WeightTree {
  return new WeightTree(weights.filter(({ role }) => role === 'model'));
}

/** Names of layers by the paths of their groups; files before Keras 3.6 have none. */
function groupNames(
  root: Hdf5File,
  weights: readonly WeightDescription[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { path } of weights) {
    const group = /^(.+)\/vars\/[^/]+$/.exec(path)?.[1];
    if (group === undefined || names.has(group)) continue;
    const name = root.get(`${group}/vars`)?.attributes.get('name');
    if (typeof name === 'string') names.set(group, name);
  }
  return names;
}
