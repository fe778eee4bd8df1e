/**
 * The part of a page or worker that is the same for every program: run it, and hand what it returns to
 * the server that the page came from. Nothing reaches into the page from outside, since what a debugger
 * evaluates there is exempt from the page's security policy.
 */
import { pack } from './wire.ts';

/**
 * A program: the default export of a file in `programs`, for pages and, if it asks for no files, for
 * Node as well. It returns typed arrays and values that JSON can say.
 */
export type Program<Answer> = (fileAt: (name: string) => URL) => Promise<Answer>;

/** Runs the program of this page. */
export async function answer(program: Program<unknown>): Promise<void> {
  const { href } = (globalThis as unknown as { location: { href: string } }).location;
  let body: string;
  try {
    body = pack({ answer: await program((name) => new URL(`files/${name}`, href)) });
  } catch (error) {
    body = pack({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  await fetch(new URL('answer', href), { method: 'POST', body });
}
