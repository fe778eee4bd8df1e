/** The table of a model's layers, as Keras prints it. */
import { type DType, leavesOf, SymbolicTensor, type Variable } from '@addax/core';
import { InputLayer } from '../layers/input.ts';
import type { Layer } from '../layers/layer.ts';
import { mapShapes } from '../layers/layer-options.ts';
import type { Shape } from '../layers/types.ts';
import { print } from '../platform.ts';
import type { Model } from './model.ts';

/** Options of `model.summary`. */
export interface SummaryOptions {
  /** Width of the table in characters. Default: what its columns need. */
  readonly lineLength?: number | undefined;
  /** Takes the text instead of printing it; false prints nothing. */
  readonly print?: ((text: string) => void) | false | undefined;
  /** Also list the layers inside models. Default false. */
  readonly expandNested?: boolean | undefined;
  /** Add a column that says what is trainable. Default false. */
  readonly showTrainable?: boolean | undefined;
}

const BYTES: Readonly<Partial<Record<DType, number>>> = {
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Writes the table and gives it back as text. */
export function printSummary(model: Model, options: SummaryOptions): string {
  const text = summaryText(model, options);
  if (typeof options.print === 'function') options.print(text);
  else if (options.print !== false) print(text);
  return text;
}

interface Column {
  readonly title: string;
  readonly right: boolean;
}

function summaryText(model: Model, options: SummaryOptions): string {
  const connected = model.graph !== undefined && !isChain(model);
  const columns: Column[] = [
    { title: 'Layer (type)', right: false },
    { title: 'Output Shape', right: false },
    { title: 'Param #', right: true },
  ];
  if (connected) columns.push({ title: 'Connected to', right: false });
  if (options.showTrainable === true) columns.push({ title: 'Trainable', right: false });
  const rows = layerRows(model, connected, options, '');
  const widths = columnWidths(columns, rows, options.lineLength);
  return [`Model: "${model.name}"`, ...table(columns, rows, widths), ...totals(model), ''].join(
    '\n',
  );
}

function layerRows(
  model: Model,
  connected: boolean,
  options: SummaryOptions,
  indent: string,
): string[][] {
  const nodes = new Set(model.graph?.nodes);
  return model.layers.flatMap((layer) => {
    const row = [
      `${indent}${layer.name} (${layer.className})`,
      outputShape(layer),
      layer.built || layer.weights.length > 0 ? grouped(layer.countParams()) : '0 (unbuilt)',
    ];
    if (connected) row.push(connections(layer, nodes));
    if (options.showTrainable === true) {
      row.push(layer.weights.length === 0 ? '-' : layer.trainable ? 'Y' : 'N');
    }
    const inner = layer as Layer & Partial<Model>;
    const nested = options.expandNested === true && inner.summary !== undefined;
    return nested
      ? [row, ...layerRows(layer as Model, connected, options, `${indent}    └ `)]
      : [row];
  });
}

/** Whether each layer of a functional model feeds exactly the next one. */
function isChain(model: Model): boolean {
  const { nodes } = model.graph!;
  return nodes.every((node, i) => {
    const inputs = node.inputTensors;
    if (inputs.length === 0) return i === 0;
    return inputs.length === 1 && inputs[0]!.history?.node === nodes[i - 1];
  });
}

function outputShape(layer: Layer): string {
  const nodes = layer.inboundNodes;
  const node = layer instanceof InputLayer ? nodes[0] : nodes.at(-1);
  if (node === undefined) return builtShape(layer);
  const shapes = leavesOf(node.outputs)
    .filter((leaf): leaf is SymbolicTensor => leaf instanceof SymbolicTensor)
    .map(({ shape }) => shape);
  return shapesText(shapes);
}

/** Layers of subclassed models have no symbolic outputs, but know what they were built for. */
function builtShape(layer: Layer): string {
  if (layer.buildShape === undefined) return '?';
  try {
    const shapes: Shape[] = [];
    mapShapes(layer.computeOutputShape(layer.buildShape), (shape) => shapes.push(shape));
    return shapesText(shapes);
  } catch {
    return '?';
  }
}

function shapesText(shapes: readonly Shape[]): string {
  const texts = shapes
    .map((shape) => shape.map((size) => size ?? 'None'))
    .map((shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`));
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}

function connections(layer: Layer, nodes: ReadonlySet<object>): string {
  const sources = layer.inboundNodes
    .filter((node) => nodes.has(node))
    .flatMap((node) => node.inputTensors)
    .map(({ history }) => {
      const { node, tensorIndex } = history!;
      return `${node.operation.name}[${node.operation.inboundNodes.indexOf(node)}][${tensorIndex}]`;
    });
  return sources.length === 0 ? '-' : sources.join(', ');
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  lineLength: number | undefined,
): number[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]!.length)),
  );
  // Room to breathe, as in Keras' tables, which are wider than their contents.
  const least = [31, 22, 13, 17, 9];
  const roomy = widths.map((width, i) => Math.max(width, least[i] ?? 0));
  if (lineLength === undefined) return roomy;
  const spare = lineLength - (roomy.reduce((a, b) => a + b, 0) + 3 * columns.length + 1);
  roomy[0] = Math.max(widths[0]!, roomy[0]! + spare);
  return roomy;
}

function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
): string[] {
  const rule = (left: string, line: string, cross: string, right: string): string =>
    `${left}${widths.map((width) => line.repeat(width + 2)).join(cross)}${right}`;
  const cells = (row: readonly string[], bar: string): string => {
    const padded = row.map((text, i) =>
      columns[i]!.right ? text.padStart(widths[i]!) : text.padEnd(widths[i]!),
    );
    return `${bar} ${padded.join(` ${bar} `)} ${bar}`;
  };
  const titles = columns.map(({ title }) => title);
  const body = rows.flatMap((row, i) =>
    i === 0 ? [cells(row, '│')] : [rule('├', '─', '┼', '┤'), cells(row, '│')],
  );
  return [
    rule('┏', '━', '┳', '┓'),
    cells(titles, '┃'),
    rule('┡', '━', '╇', '┩'),
    ...body,
    rule('└', '─', '┴', '┘'),
  ];
}

function totals(model: Model): string[] {
  const trained = model.trainableWeights;
  const frozen = model.nonTrainableWeights;
  const optimizer = model.compiled && model.optimizer.built ? model.optimizer.variables : [];
  const lines = [
    line('Total params', [...trained, ...frozen, ...optimizer]),
    line('Trainable params', trained),
    line('Non-trainable params', frozen),
  ];
  if (optimizer.length > 0) lines.push(line('Optimizer params', optimizer));
  return lines;
}

function line(title: string, variables: readonly Variable[]): string {
  const count = variables.reduce((sum, { size }) => sum + size, 0);
  const bytes = variables.reduce((sum, { size, dtype }) => sum + size * (BYTES[dtype] ?? 4), 0);
  return ` ${title}: ${grouped(count)} (${readable(bytes)})`;
}

function readable(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)} ${units[unit]}`;
}
