/** What a page hears when ONNX Runtime cannot start as it was asked to. */
import onnx from '@addax/backend-onnx';
import { type BackendOptions, setBackend } from '@addax/core';

/** Messages by what was asked; the runtime does not start again after it failed, so that comes last. */
export default async function refusals(fileAt: (name: string) => URL): Promise<{
  readonly native: string;
  readonly threads: string;
  readonly start: string;
}> {
  const messageOf = async (options: BackendOptions): Promise<string> => {
    try {
      await setBackend(onnx, options);
    } catch (error) {
      const { name, message } = error as Error;
      return `${name}: ${message}`;
    }
    return 'no error';
  };
  return {
    native: await messageOf({ runtime: 'node' }),
    threads: await messageOf({ threads: 2 }),
    start: await messageOf({ wasmPaths: fileAt('').href }),
  };
}
