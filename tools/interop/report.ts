/** Writes docs/interop.md from the results of the last checks. Usage: report.ts */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

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
function table(cases: Cases, columns: Readonly<Record<string, string>>): string {
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
  predictionsAfter: 'predictions after them',
})}

Saved by Keras after those steps, opened by Addax:

${table(fromPython, { predictions: 'predictions', losses: 'losses of 5 further steps' })}
`;
}

/** Writes the page. */
export function writeReport(): void {
  const folder = join(here, 'results');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const results = files
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results);
  const page = `# Exchange with Python Keras

Each model is trained for three steps in Addax and saved. Keras opens the file, predicts, trains for
five more steps on the same batch and saves; Addax opens that and does the same. The numbers are the
largest differences, relative to 1 + |expected|, between what the two programs predict and lose.

The models \`lstm\` and \`transformer\` hold an embedding. On TensorFlow Keras trains those with sparse
gradients, and departs from itself on JAX, which Addax agrees with. \`mixed\` computes in bfloat16,
whose precision is 4e-3.

This page is written by \`tools/interop/run.ts\`; the models stand in \`tools/interop/architectures.ts\`.

${results.map(section).join('\n')}`;
  writeFileSync(join(here, '..', '..', 'docs', 'interop.md'), page);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeReport();
