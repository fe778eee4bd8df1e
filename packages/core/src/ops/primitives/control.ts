/** Loops and branches; their bodies are graphs of their own. */
import { isFloat } from '../../dtypes.ts';
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';
import type { Aval, Graph, OpAttrs } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkCount, equalAvals, range, showAval } from './check.ts';
import type { Cotangents, Primitive, VjpContext } from './primitive.ts';

const inputAvals = (graph: Graph): Aval[] => graph.inputs.map((id) => graph.avals[id]!);
const outputAvals = (graph: Graph): Aval[] => graph.outputs.map((id) => graph.avals[id]!);

function checkList(
  op: string,
  what: string,
  given: readonly Aval[],
  expected: readonly Aval[],
): void {
  if (given.length !== expected.length) {
    throw new ArgumentError(`${op}: ${given.length} ${what}, expected ${expected.length}`);
  }
  for (let i = 0; i < given.length; i++) {
    if (!equalAvals(given[i]!, expected[i]!)) {
      throw new ShapeError(
        `${op}: ${what} ${i} is ${showAval(given[i]!)}, expected ${showAval(expected[i]!)}`,
      );
    }
  }
}

function checkCountAttr(op: string, what: string, value: number, most: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= most)) {
    throw new ArgumentError(
      `${op}: ${what} is ${value}, expected a whole number from 0 to ${most}`,
    );
  }
}

function stacked(aval: Aval, length: number): Aval {
  return { shape: [length, ...aval.shape], dtype: aval.dtype };
}

function checkBody(inputs: readonly Aval[], attrs: OpAttrs['scan']): void {
  const { body, length, constants, carries } = attrs;
  checkCountAttr('scan', 'length', length, Infinity);
  checkCountAttr('scan', 'constants', constants, inputs.length);
  checkCountAttr('scan', 'carries', carries, inputs.length - constants);
  const steps = inputs.map((aval, i) => {
    if (i < constants + carries) return aval;
    if (aval.shape[0] !== length) {
      throw new ShapeError(
        `scan: the sequence ${showAval(aval)} must have the loop's length ${length} on axis 0`,
      );
    }
    return { shape: aval.shape.slice(1), dtype: aval.dtype };
  });
  checkList('scan', 'operands of a step', steps, inputAvals(body));
  const first = steps.slice(constants, constants + carries);
  checkList('scan', 'carries out of the body', outputAvals(body).slice(0, carries), first);
}

export const scan: Primitive<'scan'> = {
  doc:
    'A loop of known length: carries go from step to step, sequences are read and results stacked ' +
    'along axis 0.',
  gradient: 'a scan the other way over the saved carries, with the vjp of the body',
  shape(inputs, attrs) {
    const { body, length, carries, saveCarries } = attrs;
    checkBody(inputs, attrs);
    const results = outputAvals(body);
    const saved = saveCarries ? results.slice(0, carries) : [];
    return [
      ...results.slice(0, carries),
      ...results.slice(carries).map((aval) => stacked(aval, length)),
      ...saved.map((aval) => stacked(aval, length)),
    ];
  },
  vjp: scanGradient,
};

/**
 * The loop backwards. Its carries are the cotangents of the carries and the sums for the constants;
 * its sequences the saved carries, the sequences, and the cotangents of what was stacked.
 */
function scanGradient(context: VjpContext<'scan'>): Cotangents {
  const { attrs, inputs, cotangents, needs, ops } = context;
  const { body, length, constants, carries, reverse } = attrs;
  const bodyOutputs = body.outputs.length;
  const sequences = range(inputs.length).slice(constants + carries);
  // A loop bound without its saved carries (a gradient being differentiated) runs once more.
  const outputs = attrs.saveCarries
    ? context.outputs
    : ops.scan(inputs, { ...attrs, saveCarries: true });
  const wantedConstants = range(constants).filter((i) => needs[i]);
  const wantedSequences = sequences.filter((i) => needs[i]);
  const floatCarries = range(carries).filter((i) => isFloat(inputs[constants + i]!.dtype));
  const stackedResults = range(bodyOutputs)
    .slice(carries)
    .filter((i) => cotangents[i] !== undefined);
  const savedResults = floatCarries.filter((i) => cotangents[bodyOutputs + i] !== undefined);
  const gradient = context.vjpOf(
    body,
    [...wantedConstants, ...floatCarries.map((i) => constants + i), ...wantedSequences],
    [...floatCarries, ...stackedResults],
  );

  const operands: Tensor[] = [
    ...inputs.slice(0, constants),
    ...floatCarries.map((i) => cotangents[i] ?? ops.fullLike(inputs[constants + i]!, 0)),
    ...wantedConstants.map((i) => ops.fullLike(inputs[i]!, 0)),
    ...outputs.slice(bodyOutputs, bodyOutputs + carries),
    ...sequences.map((i) => inputs[i]!),
    ...stackedResults.map((i) => cotangents[i]!),
    ...savedResults.map((i) => cotangents[bodyOutputs + i]!),
  ];
  const loopCarries = floatCarries.length + wantedConstants.length;
  const loopSequences = constants + loopCarries;
  const step = operands.map((tensor, i): Aval =>
    i < loopSequences ? tensor.aval : { shape: tensor.shape.slice(1), dtype: tensor.dtype },
  );
  const loop = context.trace(step, (values) => {
    let position = 0;
    const take = (count: number): Tensor[] => values.slice(position, (position += count));
    const constantValues = take(constants);
    const carried = take(floatCarries.length);
    const sums = take(wantedConstants.length);
    const saved = take(carries);
    const slices = take(sequences.length);
    const stackedCotangents = take(stackedResults.length);
    const savedCotangents = take(savedResults.length);
    const results = context.replay(gradient, [
      ...constantValues,
      ...saved,
      ...slices,
      ...carried,
      ...stackedCotangents,
    ]);
    const forConstants = results.slice(0, wantedConstants.length);
    const rest = results.slice(wantedConstants.length);
    const forCarries = rest.slice(0, floatCarries.length).map((ct, i) => {
      const extra = savedResults.indexOf(floatCarries[i]!);
      return extra < 0 ? ct : ops.add(ct, savedCotangents[extra]!);
    });
    const grown = sums.map((sum, i) => ops.add(sum, forConstants[i]!));
    return [...forCarries, ...grown, ...rest.slice(floatCarries.length)];
  });
  const results = ops.scan(operands, {
    body: loop,
    length,
    constants,
    carries: loopCarries,
    reverse: !reverse,
    saveCarries: false,
  });

  const result: (Tensor | undefined)[] = inputs.map(() => undefined);
  let next = 0;
  for (const i of floatCarries) result[constants + i] = results[next++];
  for (const i of wantedConstants) result[i] = results[next++];
  for (const i of wantedSequences) result[i] = results[next++];
  return result;
}

export const cond: Primitive<'cond'> = {
  doc: 'The outputs of one of two branches, by a bool scalar.',
  gradient: 'cond of the vjps of the branches',
  shape(inputs, attrs) {
    const [predicate, ...operands] = inputs;
    if (predicate === undefined || predicate.dtype !== 'bool' || predicate.shape.length !== 0) {
      throw new ShapeError(
        `cond: the predicate must be a bool scalar${predicate ? ` but is ${showAval(predicate)}` : ''}`,
      );
    }
    checkList('cond', 'operands of then', operands, inputAvals(attrs.then));
    checkList('cond', 'operands of else', operands, inputAvals(attrs.else));
    const results = outputAvals(attrs.then);
    checkList('cond', 'outputs of else', outputAvals(attrs.else), results);
    return results;
  },
  vjp({ attrs, inputs, cotangents, needs, ops, vjpOf }) {
    const [predicate, ...operands] = inputs as [Tensor, ...Tensor[]];
    const wanted = range(operands.length).filter((i) => needs[i + 1]);
    const given = range(cotangents.length).filter((i) => cotangents[i] !== undefined);
    const results = ops.cond(
      predicate,
      [...operands, ...given.map((i) => cotangents[i]!)],
      vjpOf(attrs.then, wanted, given),
      vjpOf(attrs.else, wanted, given),
    );
    const result: (Tensor | undefined)[] = inputs.map(() => undefined);
    wanted.forEach((operand, i) => (result[operand + 1] = results[i]));
    return result;
  },
};

export const whileLoop: Primitive<'while'> = {
  doc: 'A loop that runs while its condition holds.',
  gradient: 'error (forward only): use scan',
  shape(inputs, attrs) {
    checkCountAttr('while', 'constants', attrs.constants, inputs.length);
    checkList('while', 'operands of the condition', inputs, inputAvals(attrs.cond));
    checkList('while', 'operands of the body', inputs, inputAvals(attrs.body));
    const test = outputAvals(attrs.cond);
    checkCount('while (condition’s outputs)', test, 1);
    checkList('while', 'outputs of the condition', test, [{ shape: [], dtype: 'bool' }]);
    const carries = inputs.slice(attrs.constants);
    checkList('while', 'outputs of the body', outputAvals(attrs.body), carries);
    return carries;
  },
  vjp() {
    throw new UnsupportedError(
      'a while loop has no gradient, since its number of steps is not known before it runs; ' +
        'use scan, or stopGradient on its results',
    );
  },
};
