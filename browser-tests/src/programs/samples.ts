/** The conformance suite's samples of every operation, alone and in chains, without its longer tests. */
import { type Found, runWhere } from './conformance.ts';

/** The samples alone. */
export default function samples(): Promise<Found> {
  return runWhere((title) => title.includes('› samples ›'));
}
