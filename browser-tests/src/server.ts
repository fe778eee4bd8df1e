/** A server for one page: its files from memory, and an ear for its answer. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

import { unpack } from './wire.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** What every page has beside its program. */
const PAGES: Readonly<Record<string, string>> = {
  'page.html': '<!doctype html><script type="module" src="program.js"></script>',
  'worker.html': '<!doctype html><script type="module" src="worker.js"></script>',
  'worker.js': `const worker = new Worker('program.js', { type: 'module' });
worker.onerror = ({ message }) => reportError(new Error('in the worker: ' + message));`,
};

/** A server that is listening. */
export interface PageServer {
  /** `http://127.0.0.1:PORT/` */
  readonly origin: string;
  /** What the program returned; rejects with what it threw. */
  readonly answer: Promise<unknown>;
  close(): Promise<void>;
}

/** Serves these files with these headers, from a port that is free. */
export async function serve(
  files: ReadonlyMap<string, Uint8Array>,
  headers: Readonly<Record<string, string>>,
): Promise<PageServer> {
  let resolve: (answer: unknown) => void;
  let reject: (error: unknown) => void;
  const answered = new Promise<unknown>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever waits hears of it; a page that throws after its test has ended must not end the process.
  answered.catch(() => undefined);
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '/').split('?');
    const name = decodeURIComponent(path!.slice(1));
    if (request.method === 'POST' && name === 'answer') {
      response.writeHead(204);
      void receive(request, resolve, reject).finally(() => response.end());
      return;
    }
    const content = files.get(name) ?? PAGES[name];
    if (content === undefined) {
      // Browsers ask for an icon that no page here has.
      response.writeHead(name === 'favicon.ico' ? 204 : 404).end();
      return;
    }
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, ...headers }).end(content);
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}/`,
    answer: answered,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function receive(
  request: IncomingMessage,
  resolve: (answer: unknown) => void,
  reject: (error: unknown) => void,
): Promise<void> {
  try {
    request.setEncoding('utf8');
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { answer, error } = unpack(text) as { answer?: unknown; error?: string };
    if (error === undefined) resolve(answer);
    else reject(new Error(`in the page: ${error}`));
  } catch (error) {
    reject(error);
  }
}
