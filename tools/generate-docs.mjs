/**
 * Writes `docs/ops.md` from the op table, so that the page cannot drift from the code.
 * `--check` fails instead when the page is not what the code says.
 * Run it on the sources: `npm run docs:ops`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const { describeOps } = await import('../packages/core/src/ops/primitives/describe.ts');

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs/ops.md');
const composites = join(root, 'packages/core/src/ops/composites');

const cell = (text) => text.replaceAll('|', '\\|');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;

/** Name and first sentence of each composite, from the head comment of its file. */
function describeComposites() {
  const found = [];
  for (const file of readdirSync(composites).toSorted()) {
    if (/^(index|composite|.*\.samples|.*\.test)\.ts$/.test(file)) continue;
    const text = readFileSync(join(composites, file), 'utf8');
    const name = file.slice(0, -'.ts'.length).replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    if (!text.includes(`composite('${name}'`) && !text.includes(`'${name}',`)) continue;
    const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
    const words = comment
      .replace(/^\s*\* ?/gm, '')
      .replace(/\s+/g, ' ')
      .trim();
    found.push({ name, doc: words.replace(new RegExp(`^${name}\\s*[:,—-]\\s*`, 'i'), '') });
  }
  return found;
}

const text = [
  '# Operations',
  '',
  'Made from the op table by `npm run docs:ops`; do not edit.',
  '',
  '## Primitives',
  '',
  'Every backend runs all of these. Shapes are static, and broadcasting and casts are operations of',
  'their own.',
  '',
  row('operation', 'operands → results', 'attributes', 'meaning', 'gradient'),
  row('---', '---', '---', '---', '---'),
  ...describeOps().map(({ name, signature, attributes, doc, gradient }) =>
    row(`\`${name}\``, signature, attributes, doc, gradient),
  ),
  '',
  '## Composites',
  '',
  'Defined by a body of primitives, from which the gradient is derived. A backend may claim one whole;',
  'every other backend gets the body.',
  '',
  row('operation', 'meaning'),
  row('---', '---'),
  ...describeComposites().map(({ name, doc }) => row(`\`${name}\``, doc)),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/ops.md is not what the code says; run `npm run docs:ops`');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, text);
}
