/** Where the ops being bound come from: "dense_1/matmul", for errors, dumps and profiles. */

let current: string | undefined;

/** Runs `fn` with `name` added to the source path of every op it binds. */
export function withSource<T>(name: string, fn: () => T): T {
  const outer = current;
  current = outer === undefined ? name : `${outer}/${name}`;
  try {
    return fn();
  } finally {
    current = outer;
  }
}

/** Runs `fn` under exactly this source. */
export function atSource<T>(source: string | undefined, fn: () => T): T {
  const outer = current;
  current = source;
  try {
    return fn();
  } finally {
    current = outer;
  }
}

/** The source path in force. */
export function currentSource(): string | undefined {
  return current;
}
