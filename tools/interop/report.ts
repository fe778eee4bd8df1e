/**
 * Writes docs/interop.md from the results of the last checks, and of the last `npm run bench -- files`.
 * Usage: report.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** Differences by what was compared, or an error. */
type Cases = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

/** What one check found. */
export interface Results {
  readonly keras: string;
  readonly backend: string;
  readonly toPython: Cases;
  readonly fromPython: Cases;
}

const here = dirname(fileURLToPath(import.meta.url));

/** The differences as a table. */
function table(cases: Cases, titles: Readonly<Record<string, string>>): string {
  const columns = Object.fromEntries(
    Object.entries(titles).filter(([key]) => Object.values(cases).some((found) => key in found)),
  );
  const cell = (value: number | string | undefined): string =>
    typeof value === 'number' ? value.toExponential(1) : (value ?? '');
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['model', ...Object.values(columns)]),
    row(['---', ...Object.keys(columns).map(() => '---')]),
    ...Object.entries(cases)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, found]) =>
        row([name, ...Object.keys(columns).map((key) => cell(found[key] ?? found['error']))]),
      ),
  ].join('\n');
}

function section({ keras, backend, toPython, fromPython }: Results): string {
  return `## Keras ${keras} on ${backend}

Saved by Addax, opened by Keras:

${table(toPython, {
  predictions: 'predictions',
  weightsOnly: 'from `.weights.h5`',
  losses: 'losses of 5 further steps',
  summed: 'the same, rows summed first',
  predictionsAfter: 'predictions after them',
})}

Saved by Keras after those steps, opened by Addax:

${table(fromPython, {
  predictions: 'predictions',
  losses: 'losses of 5 further steps',
  summed: 'the same, rows summed first',
})}
`;
}

/** A pair of times: of the process, and on the clock. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** What `npm run bench -- files` wrote, as far as the page shows it. */
interface Speed {
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly versions: { readonly node: string };
  readonly loadAverage: { readonly before: number };
  readonly megabytes: number;
  readonly rounds: number;
  readonly peer: Readonly<Record<string, string>> | string;
  readonly workloads: Readonly<
    Record<
      string,
      {
        readonly milliseconds: Readonly<Record<string, Cost>>;
        readonly ratios: Readonly<Record<string, Cost>>;
      }
    >
  >;
  readonly floor: Readonly<Record<string, Cost>>;
}

const BENCHMARKS = join(here, '..', '..', 'benchmarks', 'results');

/** The times of the last measurement; nothing where there is none with Python. */
function speed(): string {
  const last = readdirSync(BENCHMARKS)
    .filter((name) => /^files-.*\.json$/.test(name))
    .toSorted()
    .at(-1);
  if (last === undefined) return '';
  const found = JSON.parse(readFileSync(join(BENCHMARKS, last), 'utf8')) as Speed;
  const { date, machine, versions, loadAverage, megabytes, rounds, peer, workloads, floor } = found;
  if (typeof peer === 'string') return '';
  const both = ({ cpu, wall }: Cost, digits = 0): string =>
    `${cpu.toFixed(digits)} (${wall.toFixed(digits)})`;
  const rows = Object.entries(workloads).flatMap(([task, { milliseconds, ratios }]) =>
    Object.entries(ratios).map(([name, ratio]) => {
      const cells = [task, both(milliseconds['addax']!), name, both(milliseconds[name]!)];
      return `| ${[...cells, both(ratio, 2)].join(' | ')} |`;
    }),
  );
  const alone = Object.entries(floor).map(([name, cost]) => `${name} ${both(cost)}`);
  return `## Speed

A model of ${megabytes.toFixed(1)} MB, medians of ${rounds} rounds in turns with Keras ${peer['keras']} on ${peer['backend']}
(h5py ${peer['h5py']}, safetensors ${peer['safetensors']}, Python ${peer['python']}) and Node ${versions.node}, ${date}, ${machine.cores} cores of
${machine.cpu}, load average ${loadAverage.before.toFixed(1)} before. Milliseconds of CPU, on the clock in parentheses; a
ratio above 1 means that Addax is faster.

| task | Addax | peer | its time | ratio |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Addax' saves are flushed to the disk before the file gets its name; Python's are not. h5py and safetensors
move arrays and know no model: Addax' times include the model's variables. The bytes alone, in Node:
${alone.join(', ')}.

\`ADDAX_PYTHON=../venv/bin/python npm run bench -- files\` measures again,
\`node --import tsx tools/interop/report.ts\` brings this page up to date.
`;
}

/** Writes the page. */
export async function writeReport(): Promise<void> {
  const folder = join(here, 'results');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const results = files
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results);
  const page = `# Exchange with Python Keras

Each model is trained for three steps in Addax and saved. Keras opens the file, predicts, trains for
five more steps on the same batch and saves; Addax opens that and does the same. The numbers are the
largest differences, relative to 1 + |expected|, between what the two programs predict and lose.

The models are those of the examples, and others with nested models, operations in the graph, recurrent
layers, a class of one's own (\`attention\`) and further optimizers. \`mixed\` computes in bfloat16, whose
precision is 4e-3: that is how far TensorFlow and JAX are from each other there.

\`lstm\` and \`transformer\` hold an embedding, and on TensorFlow their training departs from Addax, and
from Keras itself on JAX. There an embedding's gradient is a list of rows
(\`tf.IndexedSlices\`), with a row for each place at which a token stands. Optimizers with a second moment
square the gradient, and Keras squares these rows one by one before TensorFlow adds them up (\`square\` is
\`elementwise_unary\` in \`keras/src/backend/tensorflow/sparse.py\`): a token that stands at two places
counts a² + b² where the square of its gradient is (a + b)². Where the rows are summed before the
optimizer sees them, Keras on TensorFlow agrees: the column "rows summed first" is measured so. Addax
does what Keras does on JAX.

This page is written by \`tools/interop/run.ts\`; the models stand in \`tools/interop/architectures.ts\`.
To repeat it:

\`\`\`sh
tools/python-venv.sh ../venv
node --import tsx --conditions=@addax/source tools/interop/run.ts ../venv/bin/python tensorflow
\`\`\`

${results.map(section).join('\n')}
${speed()}`;
  const path = join(here, '..', '..', 'docs', 'interop.md');
  const style = await resolveConfig(path);
  writeFileSync(path, await format(page, { ...style, parser: 'markdown' }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeReport();
