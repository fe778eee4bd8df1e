/** The command line: arguments in, text and an exit code out. Nothing here touches the process. */
import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { convertFile, outputKind } from './convert.ts';
import { inspectFile } from './inspect/inspect.ts';
import { inspectionText, printable } from './text.ts';
import { HELP, UsageError } from './usage.ts';

/** Where text goes. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
}

type Command = (args: readonly string[], output: Output) => Promise<void>;

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['inspect', inspect],
  ['convert', convert],
]);

/**
 * Runs the command.
 *
 * @param args What follows the program's name.
 * @returns The exit code: 0, 1 for a failure, 2 for a wrong use.
 */
export async function main(args: readonly string[], output: Output): Promise<number> {
  try {
    await run(args, output);
    return 0;
  } catch (error) {
    output.error(`addax: ${printable(messageOf(error))}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run([name, ...rest]: readonly string[], output: Output): Promise<void> {
  if (name === '--help' || name === '-h') output.out(HELP.general);
  else if (name === '--version' || name === '-v') output.out(`${version()}\n`);
  else if (name === undefined) {
    throw new UsageError('expected a command, inspect or convert; addax --help says more.');
  } else {
    const command = COMMANDS.get(name);
    if (command === undefined) {
      const kind = name.startsWith('-') ? 'option' : 'command';
      throw new UsageError(
        `there is no ${kind} "${name}"; expected the command inspect or convert, --help or --version.`,
      );
    }
    await command(rest, output);
  }
}

async function inspect(args: readonly string[], output: Output): Promise<void> {
  const options = { json: { type: 'boolean' } } as const;
  const { values, positionals } = parse('inspect', args, options);
  if (values['help'] === true) {
    output.out(HELP.inspect);
    return;
  }
  const [file] = expectFiles('inspect', ['FILE'], positionals);
  const inspection = await inspectFile(file!);
  output.out(
    values['json'] === true
      ? `${JSON.stringify(inspection, null, 2)}\n`
      : inspectionText(inspection),
  );
}

async function convert(args: readonly string[], output: Output): Promise<void> {
  const { values, positionals } = parse('convert', args, {
    model: { type: 'string' },
    'no-compile': { type: 'boolean' },
    force: { type: 'boolean' },
  });
  if (values['help'] === true) {
    output.out(HELP.convert);
    return;
  }
  const [from, to] = expectFiles('convert', ['IN', 'OUT'], positionals);
  try {
    outputKind(to!);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { model, force } = values;
  await convertFile(from!, to!, {
    model: typeof model === 'string' ? model : undefined,
    compile: values['no-compile'] !== true,
    force: force === true,
  });
  output.out(`${printable(to!)} written\n`);
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parse(
  command: string,
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    const [reason] = (error as Error).message.split('. ');
    throw new UsageError(`${reason}; addax ${command} --help says what it takes.`);
  }
}

function expectFiles(
  command: string,
  expected: readonly string[],
  given: readonly string[],
): readonly string[] {
  if (given.length === expected.length) return given;
  const found = given.length === 0 ? 'none' : given.join(' ');
  throw new UsageError(`${command} takes ${expected.join(' and ')}, got ${found}.`);
}

/** The version of the package: the manifest stands above the sources and above the build alike. */
function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, expected a file',
  EACCES: 'the system does not permit it',
  EPERM: 'the system does not permit it',
  ENOSPC: 'the disk is full',
};

function messageOf(error: unknown): string {
  const { message, code, path } = Object(error) as Partial<NodeJS.ErrnoException>;
  const said = code === undefined ? undefined : SYSTEM_ERRORS[code];
  if (said !== undefined && path !== undefined) return `${path}: ${said}.`;
  return message ?? String(error);
}
