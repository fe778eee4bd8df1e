/** What the command says about itself, and its mistakes in use. */

/** The command was called in a wrong way; it ends with code 2 instead of 1. */
export class UsageError extends Error {
  override name = 'UsageError';
}

const GENERAL = `Usage: addax <command> [options]

Commands:
  inspect FILE     what a model or weight file holds
  convert IN OUT   a model or weight file in another format

Options:
  -h, --help       this text; after a command, the text about it
  -v, --version    the version of Addax

Ends with code 0, with 1 if something went wrong, with 2 if it was called in a wrong way.
`;

const INSPECT = `Usage: addax inspect FILE [--json]

Says what FILE holds: format, writer, layers, numbers of parameters, and weights with shapes and dtypes.
The format is told from the bytes. Nothing in the file is run, own classes need not be known, and of the
weights only the headers are read.

FILE is a .keras, .weights.h5, .weights.json, .h5, .safetensors, .npz, .npy, or the model.json of
TensorFlow.js.

Options:
  --json           the same as JSON; docs/guide/cli.md describes its fields
  -h, --help       this text
`;

const CONVERT = `Usage: addax convert IN OUT [--model FILE] [--no-compile] [--force]

Writes what IN holds to OUT. The format of IN is told from its bytes, that of OUT from its name:
  .keras           the whole model
  .weights.h5      the weights, in Keras 3's layout
  .weights.json    the same in files of at most 5 GB each
  .safetensors     the weights, by the paths of variables (sequential/dense/kernel)
  .npz             the same for NumPy

A whole model becomes any of these. Weights alone become the whole of it with --model, which says what
the weights belong to; without it, only where both formats name arrays in the same way
(.weights.json to .weights.h5, .safetensors to .npz and back).

Options:
  --model FILE     the model that the weights of IN are for: .keras, .h5, model.json, or the JSON of a
                   configuration (model.to_json())
  --no-compile     leave out the optimizer and what else the model was compiled with
  --force          replace OUT if it exists
  -h, --help       this text
`;

/** The text for a command, or about all of them. */
export const HELP: Readonly<Record<'general' | 'inspect' | 'convert', string>> = {
  general: GENERAL,
  inspect: INSPECT,
  convert: CONVERT,
};
