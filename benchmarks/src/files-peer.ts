/**
 * A Python process that answers one task at a time (files-peer.py), so that its start and imports are
 * not measured. ADDAX_PYTHON names the interpreter; `tools/python-venv.sh` makes one.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Milliseconds that something took: CPU time of its process, and time on the clock. */
export interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** The Python side. */
export interface Peer {
  /** Of Python, Keras, its backend, h5py, safetensors and NumPy. */
  readonly versions: Readonly<Record<string, string>>;
  run(task: string, path: string): Promise<Cost>;
  stop(): void;
}

/** Starts Python on a program of this folder; the text says why there is none. */
export async function startPeer(
  program = 'files-peer.py',
  ...options: readonly string[]
): Promise<Peer | string> {
  const python = process.env['ADDAX_PYTHON'] ?? 'python3';
  const script = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(python, [script, ...options]);
  let complaints = '';
  child.stderr.on('data', (text) => (complaints = `${complaints}${String(text)}`.slice(-4000)));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    await started(child);
    const hello = await lines.next();
    if (hello.done === true) {
      await closed;
      throw new Error(lastLine(complaints));
    }
    return {
      versions: JSON.parse(hello.value) as Readonly<Record<string, string>>,
      async run(task, path) {
        child.stdin.write(`${JSON.stringify({ task, path })}\n`);
        const line = await lines.next();
        if (line.done === true) throw new Error(`Python failed to ${task}: ${complaints}`);
        return JSON.parse(line.value) as Cost;
      },
      stop: () => child.stdin.end(),
    };
  } catch (error) {
    return `${python}: ${(error as Error).message}`;
  }
}

function started(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1);
}
