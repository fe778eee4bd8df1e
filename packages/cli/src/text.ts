/** What `addax inspect` prints for people. Names come from files, so nothing in them reaches the terminal raw. */
import type {
  InspectedFormat,
  Inspection,
  LayerDescription,
  ModelDescription,
  WeightDescription,
} from './inspect/types.ts';

const KINDS: Readonly<Record<InspectedFormat, string>> = {
  keras: 'model of Keras 3 (.keras)',
  'keras-weights': 'weights of Keras 3 (.weights.h5)',
  'keras-weights-index': 'weights of Keras 3 in several files (.weights.json)',
  'keras-config': 'configuration of a model, without weights (JSON)',
  'legacy-h5-model': 'model in the legacy layout (.h5)',
  'legacy-h5-weights': 'weights in the legacy layout (.h5)',
  'tfjs-layers-model': 'layers model of TensorFlow.js (model.json)',
  'tfjs-graph-model': 'graph model of TensorFlow.js (model.json)',
  safetensors: 'arrays (safetensors)',
  npz: 'arrays (npz)',
  npy: 'one array (npy)',
  hdf5: 'arrays (HDF5)',
};

/** The whole answer, ending with a line break. */
export function inspectionText(inspection: Inspection): string {
  const { file, format, bytes, model, weights, metadata } = inspection;
  const parts = [
    [`${file}: ${KINDS[format]}, ${grouped(bytes)} bytes`, ...table(facts(inspection), '  ')],
    model === null ? [] : modelText(model),
    [parameterText(inspection)],
    table(Object.entries(metadata), 'Metadata: '),
    weights.length === 0 ? [] : weightText(weights),
  ];
  const lines = parts.filter((part) => part.length > 0).map((part) => part.join('\n'));
  return `${printable(lines.join('\n\n'))}\n`;
}

/** Control characters as escapes: a name in a file must not steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) =>
    c === '\n' ? c : `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}

function facts({ writer, model }: Inspection): [string, string][] {
  const { kerasVersion, backend, dateSaved, program } = writer;
  const compiled = model?.optimizer ?? null;
  const loss = model?.loss ?? null;
  const needs = model?.customObjects ?? [];
  const all: [string, string | null][] = [
    ['Keras', kerasVersion],
    ['Backend', backend],
    ['Saved', dateSaved],
    ['Made by', program],
    ['Optimizer', compiled],
    ['Loss', loss],
    ['Own code', needs.length === 0 ? null : needs.join(', ')],
  ];
  return all.filter((fact): fact is [string, string] => fact[1] !== null);
}

function modelText(model: ModelDescription): string[] {
  const rows = model.layers.flatMap((layer) => layerRows(layer, ''));
  const head = ['Layer', 'Class', 'Output shape', 'Parameters'];
  return [
    `${model.className} "${model.name}"`,
    ...(rows.length === 0 ? [] : table([head, ...rows], '  ')),
  ];
}

function layerRows(layer: LayerDescription, indent: string): string[][] {
  const { name, className, outputShape, parameters, nonTrainable } = layer;
  const fixed = nonTrainable === 0 ? '' : ` (${grouped(nonTrainable)} not trained)`;
  return [
    [
      indent + name,
      className ?? '?',
      outputShape === null ? '?' : shapeText(outputShape),
      grouped(parameters) + fixed,
    ],
    ...layer.layers.flatMap((inner) => layerRows(inner, `${indent}  `)),
  ];
}

/** As in `model.summary()`. */
function shapeText(shape: readonly (number | null)[]): string {
  const sizes = shape.map((size) => size ?? 'None');
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(', ')})`;
}

function parameterText({ parameters }: Inspection): string {
  const { total, trainable, nonTrainable, optimizer } = parameters;
  const parts = [`${grouped(total)} in all`];
  if (trainable !== null) parts.push(`${grouped(trainable)} trainable`);
  if (nonTrainable !== null) parts.push(`${grouped(nonTrainable)} not`);
  if (optimizer > 0) parts.push(`${grouped(optimizer)} more of the optimizer`);
  return `Parameters: ${parts.join(', ')}`;
}

function weightText(weights: readonly WeightDescription[]): string[] {
  const rows = weights.map(({ path, shape, dtype }) => [
    path === '' ? '(the array)' : path,
    `${dtype ?? 'no numbers'}[${shape.join(', ')}]`,
  ]);
  return [`Weights: ${grouped(weights.length)}`, ...table(rows, '  ')];
}

/** Lines of columns that are as wide as their widest cell. */
function table(rows: readonly (readonly string[])[], indent: string): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) => cell.padEnd(widths[i]!));
    return (indent + cells.join('  ')).trimEnd();
  });
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
