import { deepestJson, nestsDeeperThan } from '@pipeline/streams';
import { malformed } from './malformed.ts';

/**
 * @throws SyntaxError or TypeError when it is not JSON in UTF-8.
 * @throws PipelineError `permanent` when it nests deeper than 64 levels.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (nestsDeeperThan(bytes, deepestJson)) throw malformed(`nests deeper than ${deepestJson} levels`);
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}
