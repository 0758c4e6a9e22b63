import { malformed } from './malformed.ts';
import { nestsDeeperThan } from './nesting.ts';

/** An order has about ten levels. What walks a notification recursively is safe below this; landing has the same limit. */
const deepest = 64;

/**
 * @throws SyntaxError or TypeError when it is not JSON in UTF-8.
 * @throws PipelineError `permanent` when it nests deeper than 64 levels.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (nestsDeeperThan(bytes, deepest)) throw malformed(`nests deeper than ${deepest} levels`);
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}
