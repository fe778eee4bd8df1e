/** The package of file formats, which applications that neither save nor load need not have. */
import { UnsupportedError } from '@addax/core';

/** Its exports. */
export type Formats = typeof import('@addax/formats');

/** Loads the package; an error says how to install it. */
export async function loadFormats(): Promise<Formats> {
  try {
    return await import('@addax/formats');
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UnsupportedError(
      'model files need the package @addax/formats: npm install @addax/formats',
    );
  }
}
